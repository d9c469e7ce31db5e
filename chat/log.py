"""The append-only log. `append` is the only function that inserts events; it changes the fold and announces after the commit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from chat import tables
from chat.events import Author, Event, event_of
from chat.state import Conversation, apply, as_row, conversation_of, fold, opened
from core.database import announce, before_commit, gave_positions, memory
from core.errors import Conflict, NotFound
from core.tables import workspace as workspace_table

event, conversation = tables.event, tables.conversation

# Each message runs these: made once, as making a statement costs several times its execution.
_here = (conversation.c.workspace == bindparam("of_workspace"), conversation.c.id == bindparam("of_id"))
_SELECT = select(conversation).where(*_here)
_LOCK = _SELECT.with_for_update()
_BUMP = update(conversation).where(*_here).values(seq=conversation.c.seq + 1).returning(conversation)
_CHANGE = update(conversation).where(*_here)
_INSERT = event.insert()
_GIVE = (
    update(workspace_table)
    .where(workspace_table.c.id == bindparam("of_workspace"))
    .values(position=workspace_table.c.position + bindparam("count"))
    .returning(workspace_table.c.position)
)
_PLACE = update(event).where(
    event.c.workspace == bindparam("of_workspace"),
    event.c.conversation == bindparam("of_conversation"),
    event.c.seq == bindparam("of_seq"),
)
_READ = (
    select(event)
    .where(event.c.workspace == bindparam("of_workspace"), event.c.conversation == bindparam("of_id"), event.c.seq > bindparam("after"))
    .order_by(event.c.seq)
)
_READ_WORKSPACE = (
    select(event)
    .where(event.c.workspace == bindparam("of_workspace"), event.c.position > bindparam("after"))
    .order_by(event.c.position)
    .limit(bindparam("at_most"))
)


_OF_EPISODES = frozenset({"conversation.opened", "conversation.reopened", "handoff.requested", "conversation.resolved"})


class StaleEpoch(Conflict):
    """Who may speak has changed since the writer looked."""

    code = "stale_epoch"
    title = "Somebody else has taken over meanwhile"


@dataclass(frozen=True)
class Draft:
    """What is to be appended. id and at are made outside the unit, which may run twice."""

    kind: str
    author: Author
    id: str
    at: int
    body: dict[str, Any] = field(default_factory=dict)
    covers: int | None = None


def lock(connection: Connection, workspace: str, conversation_id: str) -> Conversation:
    """The state, with its row held until the transaction ends; first in the lock order. Raises NotFound."""
    row = connection.execute(_LOCK, _of(workspace, conversation_id)).one_or_none()
    if row is None:
        raise NotFound()
    return conversation_of(row)


def append(
    connection: Connection, workspace: str, conversation_id: str, draft: Draft, epoch: int | None = None
) -> tuple[Event, Conversation]:
    """Adds one event; returns it and the new state. epoch: refused with StaleEpoch when the conversation has another one."""
    row = connection.execute(_BUMP, _of(workspace, conversation_id)).one_or_none()
    if row is None:
        raise NotFound()
    before = conversation_of(row)
    if epoch is not None and before.epoch != epoch:
        raise StaleEpoch()
    added = Event(
        conversation_id,
        before.seq,
        0,
        draft.id,
        draft.kind,
        _episode(before, draft),
        before.epoch,
        draft.author,
        draft.body,
        draft.covers,
        draft.at,
    )
    after = apply(before, added)
    old = as_row(before)
    changed = {name: value for name, value in as_row(after).items() if value != old[name]}
    if changed:
        connection.execute(_CHANGE, _of(workspace, conversation_id) | changed)
    _insert(connection, workspace, added)
    _keep_episode(connection, workspace, added)
    return added, after


def open_log(connection: Connection, workspace: str, conversation_id: str, inbox: str, contact: str, draft: Draft) -> Conversation:
    """Makes the conversation with its first event, seq 1."""
    body = {**draft.body, "inbox": inbox, "contact": contact}
    first = Event(conversation_id, 1, 0, draft.id, "conversation.opened", 1, 0, draft.author, body, None, draft.at)
    state = opened(first, inbox, contact)
    connection.execute(conversation.insert().values(workspace=workspace, **as_row(state)))
    _insert(connection, workspace, first)
    _keep_episode(connection, workspace, first)
    return state


def _episode(state: Conversation, draft: Draft) -> int:
    return draft.body["episode"] if draft.kind == "conversation.reopened" else state.episode


def _insert(connection: Connection, workspace: str, added: Event) -> None:
    row = {
        "workspace": workspace, "conversation": added.conversation, "seq": added.seq, "id": added.id, "kind": added.kind,
        "episode": added.episode, "epoch": added.epoch, "author_kind": added.author.kind, "author_id": added.author.id,
        "author_name": added.author.name, "body": added.body, "covers": added.covers, "at": added.at, "erased": False,
    }  # fmt: skip
    connection.execute(_INSERT, row)
    memory(connection).setdefault(f"positions {workspace}", []).append((added.conversation, added.seq))
    before_commit(connection, f"positions {workspace}", lambda c: _give_positions(c, workspace))
    announce(connection, "events", f"workspace {workspace}", f"conversation {added.conversation}")


def _give_positions(connection: Connection, workspace: str) -> None:
    """The last statements of a unit: on Postgres the workspace row is locked from here to the COMMIT, so positions follow commit order."""
    pending = memory(connection)[f"positions {workspace}"]
    last = connection.execute(_GIVE, {"of_workspace": workspace, "count": len(pending)}).scalar_one()
    first = last - len(pending) + 1
    gave_positions(connection, workspace, first, last)
    placed = [
        {"of_workspace": workspace, "of_conversation": conversation_id, "of_seq": seq, "position": number}
        for number, (conversation_id, seq) in enumerate(pending, start=first)
    ]
    connection.execute(_PLACE, placed)


def _keep_episode(connection: Connection, workspace: str, added: Event) -> None:
    """A change and its record are one call: the episode row follows in the same transaction."""
    if added.kind not in _OF_EPISODES:
        return
    episode = tables.episode
    here = update(episode).where(
        episode.c.workspace == workspace, episode.c.conversation == added.conversation, episode.c.number == added.episode
    )
    if added.kind in ("conversation.opened", "conversation.reopened"):
        key = {"workspace": workspace, "conversation": added.conversation, "number": added.episode}
        connection.execute(episode.insert().values(**key, opened_at=added.at, opened_seq=added.seq, handoffs=0))
    elif added.kind == "handoff.requested":
        connection.execute(here.values(handoffs=episode.c.handoffs + 1, handoff_reason=added.body["reason"]))
    elif added.kind == "conversation.resolved":
        connection.execute(here.values(resolved_at=added.at, resolved_by=added.author.kind))


def read(connection: Connection, workspace: str, conversation_id: str, after: int = 0, limit: int | None = None) -> list[Event]:
    """Events with seq > after, in order."""
    query = _READ if limit is None else _READ.limit(limit)
    return [event_of(row) for row in connection.execute(query, _of(workspace, conversation_id) | {"after": after})]


def read_workspace(connection: Connection, workspace: str, after: int, limit: int = 100) -> list[Event]:
    """Events with position > after, in commit order."""
    sought = {"of_workspace": workspace, "after": after, "at_most": limit}
    return [event_of(row) for row in connection.execute(_READ_WORKSPACE, sought)]


def state_of(connection: Connection, workspace: str, conversation_id: str) -> Conversation:
    """Raises NotFound."""
    row = connection.execute(_SELECT, _of(workspace, conversation_id)).one_or_none()
    if row is None:
        raise NotFound()
    return conversation_of(row)


def _of(workspace: str, conversation_id: str) -> dict[str, Any]:
    return {"of_workspace": workspace, "of_id": conversation_id}


def position_of(connection: Connection, workspace: str) -> int:
    return int(connection.execute(select(workspace_table.c.position).where(workspace_table.c.id == workspace)).scalar_one())


def differences(connection: Connection, workspace: str) -> list[str]:
    """Conversations whose row is not the fold of their events; empty when the log and the state agree."""
    wrong: list[str] = []
    for row in connection.execute(select(conversation).where(conversation.c.workspace == workspace)):
        state = conversation_of(row)
        events: Sequence[Event] = read(connection, workspace, state.id)
        if [e.seq for e in events] != list(range(1, len(events) + 1)) or fold(events) != state:
            wrong.append(state.id)
    return wrong
