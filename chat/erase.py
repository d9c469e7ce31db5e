"""Erasure: the only function that changes an event. Bodies become tombstones; seq stays, so the log still folds."""

from typing import Any

from sqlalchemy import Connection, delete, select, update

from chat import log, tables
from chat.events import SYSTEM
from chat.state import as_row, fold
from core.database import announce
from core.ids import new_id
from core.scope import Scope
from core.tables import idempotency

# What a tombstone keeps of a body: facts about the course of the conversation, none about the customer.
_KEPT = {
    "conversation.opened": ("inbox", "contact"),
    "handoff.requested": ("reason",),
    "conversation.offered": ("agent",),
    "conversation.assigned": ("agent",),
    "conversation.reopened": ("episode",),
    "appointment.booked": ("appointment", "starts_at", "ends_at"),
    "appointment.cancelled": ("appointment", "starts_at", "ends_at"),
}


def erase_contact(connection: Connection, scope: Scope, contact_id: str, at: int) -> int:
    """Erases everything that a contact wrote or that was written to them; returns the number of events changed. Their conversations are
    resolved, so that a turn under way has nobody to speak to, and stay so (`conversation.locked`)."""
    contact, event, conversation = tables.contact, tables.event, tables.conversation
    person = (contact.c.workspace == scope.workspace) & (contact.c.id == contact_id)
    # First, so that on Postgres a conversation that is being opened is either seen below or sees this.
    connection.execute(update(contact).where(person).values(name="", language="", erased_at=at))
    mine = (conversation.c.workspace == scope.workspace) & (conversation.c.contact == contact_id)
    conversations = list(connection.execute(select(conversation.c.id).where(mine).order_by(conversation.c.id)).scalars())
    erased = 0
    for conversation_id in conversations:
        log.lock(connection, scope.workspace, conversation_id)
        for one in log.read(connection, scope.workspace, conversation_id):
            here = (event.c.workspace == scope.workspace) & (event.c.conversation == conversation_id) & (event.c.seq == one.seq)
            name = "" if one.author.kind == "customer" else one.author.name
            connection.execute(update(event).where(here).values(body=tombstone(one.kind, one.body), erased=True, author_name=name))
            erased += 1
        state = fold(log.read(connection, scope.workspace, conversation_id))
        row = (conversation.c.workspace == scope.workspace) & (conversation.c.id == conversation_id)
        connection.execute(update(conversation).where(row).values(**as_row(state)))
        if state.status != "resolved":
            over = log.Draft("conversation.resolved", SYSTEM, new_id("evt"), at, covers=state.uncovered)
            log.append(connection, scope.workspace, conversation_id, over)
        connection.execute(
            delete(idempotency).where(idempotency.c.workspace == scope.workspace, idempotency.c.conversation == conversation_id)
        )
        announce(connection, f"conversation {conversation_id}")
    connection.execute(delete(tables.visitor).where(tables.visitor.c.workspace == scope.workspace, tables.visitor.c.contact == contact_id))
    identity = tables.contact_identity
    connection.execute(delete(identity).where(identity.c.workspace == scope.workspace, identity.c.contact == contact_id))
    return erased


def tombstone(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in _KEPT.get(kind, ()) if name in body}
