"""Appointments: booked in the transaction that says so, at most one at a time in an inbox, cancelled by their customer's link or by an
agent. Both are events of the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select, update

from bot.lease import Overtaken
from bot.tables import appointment
from chat.events import SYSTEM, Author
from chat.inboxes import find_inbox
from chat.log import Draft, append, lock
from chat.tables import inbox as inbox_table
from core.clock import iso
from core.errors import Conflict, NotFound
from core.scope import Scope, system_scope

# Coming ones that a customer may hold at once.
MOST = 3
# Purposes of the links that a confirmation carries.
CANCEL, CALENDAR = "cancel appointment", "appointment calendar"


class SlotTaken(Overtaken):
    code = "slot_taken"
    title = "That time has just been taken"


@dataclass(frozen=True)
class Appointment:
    """starts_at, ends_at: ms."""

    id: str
    inbox: str
    conversation: str
    contact: str
    starts_at: int
    ends_at: int
    cancelled_at: int | None = None


def taken(connection: Connection, workspace: str, inbox: str, now: int) -> list[tuple[int, int]]:
    """(start, end) of those that stand and are not over."""
    here = (appointment.c.workspace == workspace) & (appointment.c.inbox == inbox) & appointment.c.slot.is_not(None)
    rows = connection.execute(select(appointment.c.starts_at, appointment.c.ends_at).where(here, appointment.c.ends_at > now))
    return [(row.starts_at, row.ends_at) for row in rows]


def coming_of(connection: Connection, workspace: str, contact: str, now: int) -> list[Appointment]:
    mine = (appointment.c.workspace == workspace) & (appointment.c.contact == contact) & appointment.c.slot.is_not(None)
    rows = connection.execute(select(appointment).where(mine, appointment.c.starts_at > now).order_by(appointment.c.starts_at))
    return [_appointment(row) for row in rows]


def list_coming(connection: Connection, scope: Scope, now: int, limit: int = 200) -> Sequence[Appointment]:
    """Of the workspace, soonest first."""
    mine = (appointment.c.workspace == scope.workspace) & appointment.c.slot.is_not(None) & (appointment.c.ends_at > now)
    return [_appointment(row) for row in connection.execute(select(appointment).where(mine).order_by(appointment.c.starts_at).limit(limit))]


def book(connection: Connection, workspace: str, new: Appointment, event_id: str, author: Author, at: int) -> None:
    """With the conversation locked. Raises Overtaken: SlotTaken, or the customer holds MOST by now."""
    # On Postgres two bookings of one inbox wait for each other here; the unique slot is the second net.
    connection.execute(
        select(inbox_table.c.id).where(inbox_table.c.workspace == workspace, inbox_table.c.id == new.inbox).with_for_update()
    )
    if any(start < new.ends_at and new.starts_at < end for start, end in taken(connection, workspace, new.inbox, at)):
        raise SlotTaken()
    if len(coming_of(connection, workspace, new.contact, at)) >= MOST:
        raise Overtaken()
    row = {name: getattr(new, name) for name in ("id", "inbox", "conversation", "contact", "starts_at", "ends_at")}
    connection.execute(appointment.insert().values(workspace=workspace, **row, slot=new.starts_at, created_at=at))
    append(connection, workspace, new.conversation, Draft("appointment.booked", author, event_id, at, _body(new)))


def find(connection: Connection, workspace: str, appointment_id: str) -> Appointment:
    row = connection.execute(
        select(appointment).where(appointment.c.workspace == workspace, appointment.c.id == appointment_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return _appointment(row)


def cancel(connection: Connection, workspace: str, appointment_id: str, event_id: str, author: Author, at: int) -> Appointment:
    """Once; a second time changes nothing. Raises NotFound, Conflict when it has begun."""
    found = find(connection, workspace, appointment_id)
    lock(connection, workspace, found.conversation)
    found = find(connection, workspace, appointment_id)
    if found.cancelled_at is not None:
        return found
    if found.starts_at <= at:
        raise Conflict("It has begun already.")
    here = (appointment.c.workspace == workspace) & (appointment.c.id == appointment_id)
    connection.execute(update(appointment).where(here).values(slot=None, cancelled_at=at))
    append(connection, workspace, found.conversation, Draft("appointment.cancelled", author, event_id, at, _body(found)))
    return find(connection, workspace, appointment_id)


def zone_of(connection: Connection, workspace: str, inbox: str) -> tuple[str, str]:
    """(timezone, language) of its inbox."""
    found = find_inbox(connection, system_scope(workspace, "appointments"), inbox)
    return found.timezone, found.language


CUSTOMER = Author("customer", SYSTEM.id)


def _body(one: Appointment) -> dict[str, str]:
    return {"appointment": one.id, "starts_at": iso(one.starts_at), "ends_at": iso(one.ends_at)}


def _appointment(row: Row[tuple[object, ...]]) -> Appointment:
    return Appointment(**{name: getattr(row, name) for name in Appointment.__dataclass_fields__})
