"""What a tool is asked with, and what comes of it. A result is facts with their source, a question for the one thing that is missing, or
an honest failure; never a text that somebody else wrote."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.lease import Claim
from chat.events import Author
from chat.inboxes import Inbox
from core.clock import Clock
from core.database import Database
from core.fetch import Rules
from core.scope import Signed

Kind = Literal["facts", "ask", "failed", "not_here"]
# Done in the very transaction that posts the bot's message, or not at all. It may run twice.
Effect = Callable[[Connection, Claim, Author, int], None]


@dataclass(frozen=True)
class Means:
    """What tools of this process work with. secret: the server's own, asked for when it is needed."""

    database: Database
    rules: Rules
    secret: Callable[[], str]
    clock: Clock


@dataclass(frozen=True)
class Errand:
    """For whom a tool runs: with this customer's rights and no others. signed: who they are on the company's site, if a token said so with
    each message at hand. words: all that the customer wrote in this episode, the message at hand last. now: ms."""

    workspace: str
    inbox: Inbox
    conversation: str
    contact: str
    signed: Signed | None
    words: tuple[str, ...]
    language: str
    now: int

    @property
    def text(self) -> str:
        return self.words[-1] if self.words else ""

    def local(self, at: int) -> datetime:
        """A moment, in ms, on the inbox's clock."""
        return datetime.fromtimestamp(at / 1000, ZoneInfo(self.inbox.timezone))


@dataclass(frozen=True)
class Fact:
    """name: in our words. value: readable, masked, on one line."""

    name: str
    value: str


@dataclass(frozen=True)
class Result:
    """text: what the customer reads. ask: `missing` names the argument asked for, `arguments` holds what is known already, `offered` what
    there is to choose from. failed: `failure` says why, to the agent. not_here: nothing was run, as nobody is there for whom. card: the
    same for a screen, as plain values. source: where the facts come from."""

    kind: Kind
    text: str
    facts: tuple[Fact, ...] = ()
    source: str = ""
    card: Mapping[str, Any] | None = None
    missing: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    failure: str = ""
    effect: Effect | None = None


@dataclass(frozen=True)
class Call:
    """A tool chosen with what is known of its arguments. by: rules, model, or pending for an answer to what was asked."""

    tool: str
    arguments: Mapping[str, Any]
    by: Literal["rules", "model", "pending"] = "rules"
