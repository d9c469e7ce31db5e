"""Snapshots and summaries of conversations, which routes and streams share. Their shapes: api/shapes.py."""

from typing import Any

from sqlalchemy import Connection, select

from chat import log, tables
from chat.contacts import find_contact
from chat.events import Event
from chat.inboxes import find_inbox
from chat.live import Live
from chat.state import Conversation
from chat.views import agent_view, customer_view
from core.clock import iso
from core.scope import Scope

Json = dict[str, Any]


def read_snapshot(connection: Connection, scope: Scope, state: Conversation) -> Json:
    """In the caller's view; `seq` is the cursor to stream from."""
    events = log.read(connection, scope.workspace, state.id)
    by_agent = scope.actor.kind != "visitor"
    inbox = find_inbox(connection, scope, state.inbox)
    snapshot: Json = {
        "id": state.id,
        "inbox": {"key": inbox.key, "name": inbox.name},
        "status": state.status,
        "mode": state.mode,
        "epoch": state.epoch,
        "seq": events[-1].seq,
        "episode": state.episode,
        "agent": _agent(state, with_id=by_agent),
        "events": [shown for event in events if (shown := (agent_view if by_agent else customer_view)(event))],
        "live": None,
    }
    if by_agent:
        snapshot["contact"] = _contact(connection, scope, state.contact, events)
        snapshot["brief"] = _brief(state, events)
        snapshot["summary"] = summaries(connection, scope.workspace, [state])[0]
    return snapshot


def with_live(snapshot: Json, live: Live) -> Json:
    """Adds the answer under way; on the event loop, where the live state belongs."""
    answer = live.answer(snapshot["id"])
    if answer is not None and answer.epoch == snapshot["epoch"]:
        snapshot["live"] = {"turn": answer.turn, "text": answer.text}
    return snapshot


def summaries(connection: Connection, workspace: str, states: list[Conversation]) -> list[Json]:
    """Two statements whatever the number of rows."""
    inbox, contact = tables.inbox, tables.contact
    found = connection.execute(select(inbox.c.id, inbox.c.key, inbox.c.name).where(inbox.c.workspace == workspace))
    inboxes = {row.id: {"key": row.key, "name": row.name} for row in found}
    ids = {state.contact for state in states}
    named = connection.execute(select(contact.c.id, contact.c.name).where(contact.c.workspace == workspace, contact.c.id.in_(ids)))
    names = {row.id: row.name for row in named}
    return [_summary(state, inboxes[state.inbox], names.get(state.contact, "")) for state in states]


def _summary(state: Conversation, inbox: Json, contact_name: str) -> Json:
    return {
        "id": state.id,
        "inbox": inbox,
        "contact": {"id": state.contact, "name": contact_name},
        "status": state.status,
        "mode": state.mode,
        "seq": state.seq,
        "epoch": state.epoch,
        "episode": state.episode,
        "agent": _agent(state),
        "offered_to": {"id": state.offered_to} if state.offered_to else None,
        "reason": state.reason,
        "sentiment": state.sentiment,
        "last": {"author": state.last_author, "text": state.last_text, "at": iso(state.last_at)},
        "opened_at": iso(state.opened_at),
        "waiting_since": iso(state.waiting_since) if state.waiting_since else None,
    }


def _agent(state: Conversation, with_id: bool = True) -> Json | None:
    if state.agent is None:
        return None
    return {"id": state.agent, "name": state.agent_name} if with_id else {"name": state.agent_name}


def _contact(connection: Connection, scope: Scope, contact_id: str, events: list[Event]) -> Json:
    contact = find_contact(connection, scope.workspace, contact_id)
    known = [{"channel": i.channel, "verified_how": i.verified_how} for i in contact.identities]
    facts = [fact for event in events if event.kind == "handoff.requested" for fact in (event.body.get("brief") or {}).get("facts", [])]
    return {"id": contact.id, "name": contact.name, "language": contact.language, "identities": known, "facts": facts}


def _brief(state: Conversation, events: list[Event]) -> Json | None:
    of_episode = [e for e in events if e.kind == "handoff.requested" and e.episode == state.episode]
    return of_episode[-1].body.get("brief") if of_episode else None
