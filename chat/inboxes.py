"""Inboxes: the configured doors through which customers come."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select, update

from chat import tables
from core.errors import NotFound
from core.scope import Scope

inbox = tables.inbox


@dataclass(frozen=True)
class Inbox:
    """collections: ids that its bot reads. origins: sites that may embed its widget. thresholds: overrides by name. hours: opening times by
    day (`mon` … `sun`) as pairs of HH:MM, on the clock of `timezone`. slot_minutes: length of an appointment; 0: none are offered.
    guidance: tone and rules, told to the model. procedures: as bot.question.Procedure.of reads them."""

    id: str
    key: str
    name: str
    workspace: str = ""
    channel: str = "widget"
    origins: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    language: str = "en"
    assistant: str = "Ada"
    greeting: str = "Hi! Ask me anything. I answer from our help articles, and I can get you a person."
    prompts: tuple[str, ...] = ()
    thresholds: dict[str, float] = field(default_factory=dict)
    hours: dict[str, list[list[str]]] = field(default_factory=dict)
    timezone: str = "UTC"
    slot_minutes: int = 0
    guidance: str = ""
    procedures: tuple[dict[str, Any], ...] = ()


_LISTS = ("origins", "collections", "prompts", "procedures")


def create_inbox(connection: Connection, scope: Scope, new: Inbox, at: int) -> Inbox:
    connection.execute(inbox.insert().values(**_row(new), workspace=scope.workspace, created_at=at))
    return find_inbox(connection, scope, new.id)


def change_inbox(connection: Connection, scope: Scope, inbox_id: str, changes: dict[str, Any]) -> Inbox:
    """changes: fields of Inbox. Raises NotFound."""
    values = {name: list(value) if name in _LISTS else value for name, value in changes.items()}
    if values:
        connection.execute(update(inbox).where(inbox.c.workspace == scope.workspace, inbox.c.id == inbox_id).values(**values))
    return find_inbox(connection, scope, inbox_id)


def find_inbox(connection: Connection, scope: Scope, inbox_id: str) -> Inbox:
    row = connection.execute(select(inbox).where(inbox.c.workspace == scope.workspace, inbox.c.id == inbox_id)).one_or_none()
    if row is None:
        raise NotFound()
    return _inbox(row)


def inbox_by_key(connection: Connection, key: str) -> Inbox:
    """The one look-up without a scope: the key is how an unknown visitor names the workspace. Raises NotFound."""
    row = connection.execute(select(inbox).where(inbox.c.key == key)).one_or_none()
    if row is None:
        raise NotFound()
    return _inbox(row)


def list_inboxes(connection: Connection, scope: Scope) -> list[Inbox]:
    query = select(inbox).where(inbox.c.workspace == scope.workspace).order_by(inbox.c.created_at, inbox.c.id)
    return [_inbox(row) for row in connection.execute(query)]


def _row(new: Inbox) -> dict[str, Any]:
    row = {name: getattr(new, name) for name in Inbox.__dataclass_fields__ if name != "workspace"}
    return {name: list(value) if name in _LISTS else value for name, value in row.items()}


def _inbox(row: Row[Any]) -> Inbox:
    values: dict[str, Any] = {name: getattr(row, name) for name in Inbox.__dataclass_fields__}
    for name in _LISTS:
        values[name] = tuple(values[name])
    return Inbox(**values)
