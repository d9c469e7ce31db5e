"""What the process is made of, put together once by api/app.py and reached by routes as `request.app.state.house`."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import anyio
from fastapi import Depends, Request

from chat.live import Live
from core.clock import Clock
from core.database import Database
from core.settings import Settings

if TYPE_CHECKING:
    from bot.answer import Answerer
    from retrieval.embedder import Embedder
    from retrieval.search import Searcher


@dataclass
class House:
    """open_streams: by session. closing: set when the process ends, so that streams say goodbye."""

    settings: Settings
    database: Database
    clock: Clock
    live: Live
    embedder: "Embedder"
    searcher: "Searcher"
    answerer: "Answerer"
    closing: anyio.Event = field(default_factory=anyio.Event)
    open_streams: dict[str, int] = field(default_factory=dict)
    _ahead: "asyncio.Future[None] | None" = None

    def read_ahead(self, text: str) -> None:
        """A message's vector is wanted by mood, wishes and search as soon as it is in the log: made while it is being written. One at a
        time: under load, who needs a vector makes it."""
        if self._ahead is None or self._ahead.done():
            self._ahead = asyncio.get_running_loop().run_in_executor(None, _embed, self.embedder, text)

    def parts(self) -> dict[str, Any]:
        """For durable jobs."""
        return {"searcher": self.searcher, "embedder": self.embedder, "settings": self.settings}


def _embed(embedder: "Embedder", text: str) -> None:
    # Whoever needs the vector asks again, and names what is wrong.
    with suppress(Exception):
        embedder.vector(text)


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


TheHouse = Annotated[House, Depends(_house)]
