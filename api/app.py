"""The composition root: puts the house together, lays the routes, and starts what runs beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import anyio
from fastapi import FastAPI

from api import (
    admin,
    agents,
    appointments,
    confidence,
    connections,
    content,
    customers,
    evaluations,
    health,
    help,
    pages,
    policy,
    quality,
    sessions,
    setup,
    visitors,
)
from api.background import Background
from api.foundation import lay_foundation
from api.guards import route_policies
from api.house import House
from chat.live import Live
from chat.watch import watch
from core.clock import Clock, SystemClock
from core.database import Database
from core.settings import Settings

if TYPE_CHECKING:
    from retrieval.embedder import Embedder

DRAIN_S = 3.0
ROUTERS = (
    visitors,
    customers,
    agents,
    appointments,
    sessions,
    content,
    help,
    quality,
    confidence,
    evaluations,
    admin,
    connections,
    policy,
    setup,
    health,
    pages,
)
VERSION = "0.1.0"


def build_house(settings: Settings, clock: Clock | None = None, embedder: "Embedder | None" = None) -> House:
    """Opens the database, which must be migrated, and loads the embedder. Takes about a second."""
    from bot.build import build_answerer
    from bot.confidence import load_confidence
    from bot.tuned import Tuned
    from retrieval.load import load_embedder, load_reranker
    from retrieval.search import Searcher

    clock = clock or SystemClock()
    database = Database.open(settings)
    embedder = embedder or load_embedder(settings)
    searcher = Searcher(database, embedder, settings.data / "index", clock)
    searcher.reranker = load_reranker(settings, embedder)
    answerer = build_answerer(settings, searcher, Tuned(database, load_confidence()))
    return House(settings, database, clock, Live(database.wakes), embedder, searcher, answerer)


def create_app(house: House, work: bool = True) -> FastAPI:
    """work: also run turns, followers, routing and jobs in this process."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house.closing = anyio.Event()
        background = app.state.background = Background()
        stop_working = _start_work(house, background) if work else None
        background.start("watch", partial(watch, house.database))
        background.start("farewell", partial(_wake_streams, house))
        yield
        house.closing.set()
        if stop_working:
            await stop_working()
        await background.stop()

    app = FastAPI(title="Warmline", version=VERSION, docs_url=None, redoc_url=None, lifespan=lifespan)
    lay_foundation(app, settings=house.settings, database=house.database, clock=house.clock)
    app.state.house = house
    app.state.background = None
    for module in ROUTERS:
        app.include_router(module.router)
    # A route without a guard ends the start, not only the build.
    route_policies(app)
    return app


async def _wake_streams(house: House) -> None:
    """When the process ends, which sse_starlette is the first to know: each stream wakes, says goodbye and is gone within the grace."""
    await house.closing.wait()
    house.database.wakes.wake_all()


def _start_work(house: House, background: Background):  # type: ignore[no-untyped-def]
    from api.desk import open_desk
    from bot.outcome import Tools
    from bot.turn import Turns
    from core.job_runner import JobRunner
    from handoff.router import Router
    from handoff.scoring import scoring
    from people.budget import Allowance, ModelBudget

    settings = house.settings
    budget = ModelBudget(house.database, house.clock, Allowance(settings.llm_tokens_per_day, settings.llm_tokens_per_conversation))
    turns = Turns(Tools(house.database, house.answerer, house.embedder, budget, open_desk(house)), house.live, settings, house.clock)
    jobs = JobRunner(house.settings, house.database, house.parts())
    background.start("turns", turns.run)
    background.start("scoring", scoring(house.database, house.embedder, house.clock).run)
    background.start("routing", Router(house.database, house.settings, house.clock).run)
    background.start("jobs", jobs.run)

    async def stop() -> None:
        await turns.drain(DRAIN_S)
        jobs.close()

    return stop


def close_house(house: House) -> None:
    house.searcher.close()
    house.database.close()
