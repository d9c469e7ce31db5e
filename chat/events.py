"""An event of the log, and who wrote it."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row

AuthorKind = Literal["customer", "bot", "agent", "system"]

KINDS = (
    "conversation.opened",
    "message.added",
    "message.scored",
    "note.added",
    "answer.judged",
    "handoff.requested",
    "conversation.offered",
    "conversation.assigned",
    "conversation.returned",
    "conversation.resolved",
    "conversation.reopened",
    "appointment.booked",
    "appointment.cancelled",
)


@dataclass(frozen=True)
class Author:
    kind: AuthorKind
    id: str
    name: str = ""


SYSTEM = Author("system", "warmline")


@dataclass(frozen=True)
class Event:
    """seq: order within the conversation. position: commit order in the workspace, 0 until given. covers: last customer seq answered."""

    conversation: str
    seq: int
    position: int
    id: str
    kind: str
    episode: int
    epoch: int
    author: Author
    body: dict[str, Any]
    covers: int | None
    at: int
    erased: bool = False


def event_of(row: Row[Any]) -> Event:
    author = Author(row.author_kind, row.author_id, row.author_name)
    position = row.position or 0
    return Event(
        row.conversation, row.seq, position, row.id, row.kind, row.episode, row.epoch, author, row.body, row.covers, row.at, row.erased
    )
