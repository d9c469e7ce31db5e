"""Real turns over a real database: a small shop whose articles are published, and the worker that answers its customers."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cast import NOW, WORKSPACE, opened, person, says, visitor

from bot.answer import Answerer
from bot.call import ModelFailure, Usage
from bot.outcome import Tools
from bot.question import Citation, Question
from bot.tools.desk import Chooser, Desk
from bot.tools.result import Means
from bot.turn import Turns
from bot.writer import Writer, Written
from chat.conversation import owed
from chat.events import Event
from chat.inboxes import Inbox, create_inbox
from chat.live import Live
from chat.log import read, state_of
from chat.state import Conversation
from core.clock import FrozenClock
from core.database import Database
from core.fetch import Rules
from core.ids import new_id
from core.settings import Settings
from knowledge.articles import NewArticle, create_article
from knowledge.collections import create_collection
from knowledge.drafts import draft
from knowledge.publication import publish, unpublish
from knowledge.record import moment
from people.budget import ModelBudget
from retrieval.embedder import Embedder
from retrieval.query import Hit
from retrieval.search import Searcher

EDITOR = person("Ed", "editor")
SERVER_SECRET = "a server secret of the tests, forty long"
ARTICLES = {
    "Return policy": "You can return anything within 30 days of delivery for a full refund. Returns are free.",
    "Gift cards": "A gift card is valid for three years. The balance of a gift card is shown at checkout.",
    "Delivery times": "Delivery takes two to three working days. Delivery to Norway takes eight days.",
    "Invoices": "You get an invoice by e-mail with every order. You can also download an invoice in your account.",
    "Repairs": "We mend broken zips and torn seams for free during the first year.",
}


class ScriptedWriter:
    """A model that says what a script tells: an answer's text (citing the first source), or a failure to raise, after `shown`.
    before(question): runs first, awaited."""

    def __init__(self, *script: str | Exception, before: Callable[[Question], Any] | None = None, shown: str = "") -> None:
        self.script, self.before, self.shown = list(script), before, shown
        self.asked: list[Question] = []

    async def rewrite(self, question: Question, usage: Usage) -> None:
        """Follow-ups are searched for as they are."""

    async def write(self, question: Question, hits: Sequence[Hit], usage: Usage, on_delta: Callable[[str], None]) -> Written:
        self.asked.append(question)
        if self.shown:
            on_delta(self.shown)
        if self.before:
            await self.before(question)
        said = self.script.pop(0) if self.script else ModelFailure("no_model")
        if isinstance(said, Exception):
            raise said
        on_delta(said)
        return Written("answer", said, (Citation(1, hits[0].source, hits[0].passage, hits[0].title, hits[0].text),), "script")


async def hang(question: Question) -> None:
    await asyncio.Event().wait()


@dataclass
class House:
    database: Database
    folder: Path
    embedder: Embedder
    inbox: Inbox
    live: Live
    articles: dict[str, str] = field(default_factory=dict)
    open: list[Searcher] = field(default_factory=list)
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOW))
    rules: Rules = field(default_factory=lambda: Rules(deadline_s=2, allow_private=True))
    chooser: Chooser | None = None

    def publish(self, title: str, markdown: str) -> None:
        new = NewArticle(new_id("art"), self.inbox.collections[0], draft(title, markdown))
        self.articles[title] = new.id
        self.database.write_now(create_article, EDITOR, new, moment(NOW))
        publish(self.database, self.embedder, EDITOR, new.id, moment(NOW))

    async def unpublish(self, source: str) -> None:
        await self.database.write(unpublish, EDITOR, source.removeprefix("article:"), moment(NOW))

    def turns(
        self, writer: Writer | None = None, embedder: Embedder | None = None, answerer: Answerer | None = None, **settings: Any
    ) -> Turns:
        chosen = Settings(data=self.folder, _env_file=None, **settings)
        clock = self.clock
        desk = Desk(Means(self.database, self.rules, lambda: SERVER_SECRET, clock), self.chooser)
        answerer = answerer or Answerer(self.searcher(embedder), writer=writer)
        return Turns(
            Tools(self.database, answerer, embedder or self.embedder, ModelBudget.of(chosen, self.database, clock), desk),
            self.live,
            chosen,
            clock,
        )

    def searcher(self, embedder: Embedder | None = None) -> Searcher:
        found = Searcher(self.database, embedder or self.embedder, self.folder / f"index{len(self.open)}", FrozenClock(NOW))
        found.wait_ready(WORKSPACE, 30)
        self.open.append(found)
        return found

    async def work(self, turns: Turns, until: Callable[[], bool] | None = None) -> None:
        """Until nothing is owed any more, or something else is the case. What takes too long fails by the test's own time."""
        running = asyncio.ensure_future(turns.run())
        try:
            with self.database.wakes.subscribe("events", "turns") as woken:
                while not until() if until else await self.database.read(owed):
                    assert not running.done(), running.exception()
                    await woken.wait(0.05)
        finally:
            await turns.drain(0.2 if until else 5)
            # More than once: before Python 3.12 a wake that comes together with a cancellation swallows it.
            while not running.done():
                running.cancel()
                await asyncio.wait({running}, timeout=0.1)

    def customer(self, *lines: str) -> "Talk":
        who = visitor(self.database, self.inbox)
        talk = Talk(self, who, opened(self.database, who))
        for line in lines:
            talk.says(line)
        return talk


@dataclass
class Talk:
    house: House
    who: Any
    id: str

    def says(self, text: str, **body: Any) -> int:
        return says(self.house.database, self.who, self.id, text, **body)

    @property
    def events(self) -> list[Event]:
        return self.house.database.read_now(read, WORKSPACE, self.id)

    @property
    def state(self) -> Conversation:
        return self.house.database.read_now(state_of, WORKSPACE, self.id)

    @property
    def replies(self) -> list[Event]:
        return [event for event in self.events if event.kind == "message.added" and event.author.kind == "bot"]

    @property
    def handoffs(self) -> list[Event]:
        return [event for event in self.events if event.kind == "handoff.requested"]


def open_house(database: Database, folder: Path, embedder: Embedder) -> House:
    collection = database.write_now(create_collection, EDITOR, "Help", new_id("col"), moment(NOW)).id
    new = Inbox(new_id("inb"), new_id("key"), "Shop", WORKSPACE, collections=(collection,))
    inbox = database.write_now(create_inbox, person("Setup", "admin"), new, NOW)
    house = House(database, folder, embedder, inbox, Live(database.wakes))
    for title, markdown in ARTICLES.items():
        house.publish(title, markdown)
    return house
