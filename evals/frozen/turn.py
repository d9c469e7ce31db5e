"""One turn of the bot out of the log, made once more by the very code that made it."""

import asyncio
import random
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from bot.build import build_answerer
from bot.confidence import load_confidence
from bot.lease import Claim
from bot.outcome import Outcome, Tools, reach_outcome
from bot.tuned import Tuned
from chat.events import Author, Event, event_of
from chat.inboxes import find_inbox
from chat.log import read
from chat.state import Conversation, fold
from chat.tables import event
from core.clock import FrozenClock
from core.database import Database
from core.errors import Invalid, NotFound
from core.scope import Scope, system_scope
from core.settings import Settings
from evals.frozen.desk import desk_of, tool_of
from evals.frozen.tape import TapedEmbedder
from people.budget import Allowance, ModelBudget
from retrieval.search import Searcher

SEED = 7
# Differ whenever a turn is made again.
_OF_THE_MOMENT = ("timings", "tokens", "said")


@dataclass(frozen=True)
class PastTurn:
    """state: the conversation when the turn began. events: all before its message. model: what it had said (None: it was not asked).
    tool: what it had found (None: none ran)."""

    message: str
    state: Conversation
    events: tuple[Event, ...]
    posted: dict[str, Any]
    model: dict[str, Any] | None
    tool: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        kept = {"message": self.message, "state": asdict(self.state), "posted": self.posted, "model": self.model, "tool": self.tool}
        return kept | {"events": [asdict(one) for one in self.events]}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "PastTurn":
        events = tuple(Event(**{**one, "author": Author(**one["author"])}) for one in kept["events"])
        return cls(kept["message"], Conversation(**kept["state"]), events, kept["posted"], kept["model"], kept["tool"])


def past_turn(connection: Connection, scope: Scope, message: str) -> PastTurn:
    """message: of the bot (msg_…), its handoff (evt_…), or the customer's that it answered. Raises NotFound, or Invalid where the bot made
    no turn of it or it was erased."""
    asked = _event(connection, scope, message)
    log = read(connection, scope.workspace, asked.conversation)
    answers = [(one, one.covers) for one in log if one.author.kind == "bot" and one.covers is not None]
    found = ((one, covers) for one, covers in answers if one.id == message or (asked.author.kind == "customer" and covers >= asked.seq))
    made, covers = next(found, (asked, None))
    if covers is None:
        raise Invalid("the bot made no turn of that message: name one of the bot's, or a customer's that the bot answered")
    if made.erased or asked.erased:
        raise Invalid("that message was erased")
    before = tuple(one for one in log if one.seq < made.seq)
    decision = made.body.get("decision") or {}
    text = made.body.get("text") if made.kind == "message.added" else None
    posted = {"text": text, "reason": decision.get("reason"), "action": decision.get("action"), "at": made.at}
    return PastTurn(made.id, replace(fold(before), last_customer_seq=covers), before, posted, _model_of(decision), tool_of(made.body))


def _event(connection: Connection, scope: Scope, message: str) -> Event:
    row = connection.execute(select(event).where(event.c.workspace == scope.workspace, event.c.id == message)).one_or_none()
    if row is None:
        raise NotFound(f"there is no message {message}")
    return event_of(row)


def _model_of(decision: dict[str, Any]) -> dict[str, Any] | None:
    if decision.get("answerer") != "model" and not decision.get("fallback") and not decision.get("rewrite"):
        return None
    kept = {"said": decision.get("said") or [], "name": decision.get("model") or "", "failure": decision.get("fallback") or ""}
    return kept | {"rewrites": bool(decision.get("rewrite"))}


class Watching:
    """Stands in for a Searcher and keeps what each search gave."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.searches: list[list[dict[str, Any]]] = []

    def search(self, *args: Any, **kwargs: Any) -> Any:
        results = self._searcher.search(*args, **kwargs)
        names = ("passage", "score", "cosine", "lexical")
        self.searches.append([{name: _number(getattr(hit, name)) for name in names} for hit in results.hits])
        return results

    def __getattr__(self, name: str) -> Any:
        return getattr(self._searcher, name)


def make_again(settings: Settings, database: Database, searcher: Searcher, turn: PastTurn, workspace: str) -> dict[str, Any]:
    """Blocking. searcher: recording or playing. Returns what is compared: the outcome, and every search's passages with their scores."""
    random.seed(SEED)
    np.random.seed(SEED)
    watching, played = Watching(searcher), turn.model
    model = None
    if played:
        # The client of models takes as long to load as all the rest of the server; most turns asked none.
        from bot.played import PlayedEndpoint

        model = PlayedEndpoint(played["said"], played["name"], played["failure"])
    # A case of a time without rewriting holds nothing said for it.
    alone = settings.model_copy(update={"llm_base_url": "", "llm_rewrites": bool(played and played.get("rewrites"))})
    answerer = build_answerer(alone, watching, Tuned(database, load_confidence()), model=model)  # type: ignore[arg-type]
    assert isinstance(searcher.embedder, TapedEmbedder)
    budget = ModelBudget(database, FrozenClock(), Allowance(0, 0))
    mine = Claim(workspace, turn.state, fence=0, attempt=1)
    tools = Tools(database, answerer, searcher.embedder, budget, desk_of(database, turn.tool, turn.posted["at"]))
    inbox = database.read_now(find_inbox, system_scope(workspace, "bot"), turn.state.inbox)
    outcome = asyncio.run(reach_outcome(tools, mine, (inbox, turn.events), lambda piece: None))
    return {"searches": watching.searches, "outcome": _outcome(outcome)}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    kept = asdict(replace(outcome, effect=None))
    kept["decision"] = {name: value for name, value in outcome.decision.items() if name not in _OF_THE_MOMENT}
    return kept


def _number(value: float) -> float | None:
    return None if value != value else value
