"""Everybody who may converse, at their desk or not."""

from typing import Any

from sqlalchemy import Connection

from core.scope import Scope
from handoff import presence
from people.person import list_people
from people.roles import ROLES

_AWAY = {"availability": "offline", "connected": False, "load": 0}


def read_team(connection: Connection, scope: Scope, capacity: int) -> list[dict[str, Any]]:
    desks = {one.id: one for one in presence.colleagues(connection, scope.workspace)}
    rows = []
    for person in list_people(connection, scope):
        if person.active and "converse" in ROLES[person.role]:
            desk = desks.get(person.id)
            state = {"availability": desk.availability, "connected": desk.connected, "load": desk.load} if desk else _AWAY
            rows.append({"id": person.id, "name": person.name, "role": person.role, **state, "capacity": capacity})
    return rows
