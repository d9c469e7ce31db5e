"""State + event = new state. The conversation row holds exactly this; folding from the start happens only in rebuild and in checks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Row

from chat.events import Event

Status = Literal["open", "snoozed", "resolved"]
Mode = Literal["bot", "queued", "human"]
LAST_TEXT = 300


@dataclass(frozen=True)
class Conversation:
    """epoch: bumped by each change of who may speak. A turn is owed while mode is bot and last_customer_seq > covered_seq."""

    id: str
    inbox: str
    contact: str
    status: str
    mode: str
    epoch: int
    seq: int
    episode: int
    last_customer_seq: int
    covered_seq: int
    signals_from: int
    agent: str | None
    agent_name: str | None
    offered_to: str | None
    reason: str | None
    handoff_seq: int | None
    last_author: str
    last_text: str
    last_at: int
    opened_at: int
    waiting_since: int | None
    sentiment: dict[str, Any] | None

    @property
    def owed(self) -> bool:
        return self.status == "open" and self.mode == "bot" and self.last_customer_seq > self.covered_seq

    @property
    def uncovered(self) -> int | None:
        """What a reply, handoff or resolution made now covers; None when everything is covered already."""
        return self.last_customer_seq if self.last_customer_seq > self.covered_seq else None


FIELDS = tuple(Conversation.__dataclass_fields__)


def conversation_of(row: Row[Any]) -> Conversation:
    return Conversation(**{name: getattr(row, name) for name in FIELDS})


def opened(event: Event, inbox: str, contact: str) -> Conversation:
    return Conversation(
        id=event.conversation, inbox=inbox, contact=contact, status="open", mode="bot", epoch=0, seq=event.seq, episode=1,
        last_customer_seq=0, covered_seq=0, signals_from=event.seq, agent=None, agent_name=None, offered_to=None, reason=None,
        handoff_seq=None, last_author="system", last_text="", last_at=event.at, opened_at=event.at, waiting_since=None, sentiment=None,
    )  # fmt: skip


def apply(state: Conversation, event: Event) -> Conversation:
    """Raises KeyError on an unknown kind: a kind without a rule must not be appended."""
    state = replace(state, seq=event.seq)
    if event.covers is not None:
        state = replace(state, covered_seq=max(state.covered_seq, event.covers))
    return _RULES[event.kind](state, event)


def fold(events: Iterable[Event]) -> Conversation:
    """From the first event (`conversation.opened`) on."""
    iterator = iter(events)
    first = next(iterator)
    state = opened(first, first.body["inbox"], first.body["contact"])
    for event in iterator:
        state = apply(state, event)
    return state


def as_row(state: Conversation) -> dict[str, Any]:
    return {name: getattr(state, name) for name in FIELDS}


def _message(state: Conversation, event: Event) -> Conversation:
    state = replace(state, last_author=event.author.kind, last_text=event.body.get("text", "")[:LAST_TEXT], last_at=event.at)
    if event.author.kind == "customer":
        return replace(state, last_customer_seq=event.seq)
    if event.author.kind == "agent":
        # A person who answers has read what came before.
        return replace(state, covered_seq=state.last_customer_seq)
    return state


def _scored(state: Conversation, event: Event) -> Conversation:
    return replace(state, sentiment=event.body.get("sentiment"))


def _note(state: Conversation, event: Event) -> Conversation:
    return state


def _handoff(state: Conversation, event: Event) -> Conversation:
    return replace(
        state, mode="queued", epoch=state.epoch + 1, reason=event.body["reason"], handoff_seq=event.seq,
        waiting_since=event.at, agent=None, agent_name=None, offered_to=None, last_at=event.at,
    )  # fmt: skip


def _offered(state: Conversation, event: Event) -> Conversation:
    return replace(state, offered_to=event.body["agent"]["id"])


def _assigned(state: Conversation, event: Event) -> Conversation:
    agent = event.body["agent"]
    return replace(
        state, mode="human", epoch=state.epoch + 1, agent=agent["id"], agent_name=agent["name"],
        offered_to=None, waiting_since=None, last_at=event.at,
    )  # fmt: skip


def _with_bot(state: Conversation, event: Event) -> Conversation:
    return replace(
        state, mode="bot", epoch=state.epoch + 1, agent=None, agent_name=None, offered_to=None, reason=None,
        waiting_since=None, signals_from=event.seq, last_at=event.at,
    )  # fmt: skip


def _resolved(state: Conversation, event: Event) -> Conversation:
    return replace(state, status="resolved", epoch=state.epoch + 1, offered_to=None, waiting_since=None, last_at=event.at)


def _reopened(state: Conversation, event: Event) -> Conversation:
    return replace(_with_bot(state, event), status="open", episode=event.body["episode"], handoff_seq=None, sentiment=None)


_RULES = {
    "conversation.opened": _note,
    "message.added": _message,
    "message.scored": _scored,
    "note.added": _note,
    "answer.judged": _note,
    "handoff.requested": _handoff,
    "conversation.offered": _offered,
    "conversation.assigned": _assigned,
    "conversation.returned": _with_bot,
    "conversation.resolved": _resolved,
    "conversation.reopened": _reopened,
    "appointment.booked": _note,
    "appointment.cancelled": _note,
}
