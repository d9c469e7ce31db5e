"""A change and its record are one call: every verb of knowledge ends in an audit entry."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.ids import new_id
from core.scope import Scope
from people import audit


@dataclass(frozen=True)
class Moment:
    """When a change happens and the id of its audit entry, both made outside the unit, which may run twice."""

    at: int
    entry: str


def moment(at: int) -> Moment:
    return Moment(at, new_id("aud"))


def record(connection: Connection, scope: Scope, action: str, object_id: str, detail: Any, when: Moment) -> None:
    audit.record(connection, scope, action, object_id, detail, entry_id=when.entry, at=when.at)
