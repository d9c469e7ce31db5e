"""Persons: the people who work here."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from core.errors import Conflict, Invalid, NotFound
from core.scope import Scope
from people.roles import known_role
from people.session import end_sessions
from people.tables import person

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;.]+(\.[^\s@<>,;.]+)*")


class EmailTaken(Conflict):
    code = "email_taken"
    title = "Somebody already uses that e-mail address"


class LastAdmin(Conflict):
    code = "last_admin"
    title = "The last active admin must stay one"


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    email: str
    role: str
    active: bool
    created_at: int


@dataclass(frozen=True)
class NewPerson:
    """password_hash: made before, outside the unit."""

    id: str
    name: str
    email: str
    role: str
    password_hash: str


def normal_email(email: str) -> str:
    """Raises Invalid unless it looks like one address; only the mail server knows more."""
    email = email.strip().lower()
    if len(email) > 320 or not _ADDRESS.fullmatch(email):
        raise Invalid("that is not an e-mail address")
    return email


def create_person(connection: Connection, scope: Scope, new: NewPerson, at: int) -> Person:
    """Raises EmailTaken, Invalid."""
    email = normal_email(new.email)
    if connection.scalar(select(person.c.workspace).where(person.c.email == email)):
        raise EmailTaken()
    made = Person(new.id, new.name, email, known_role(new.role), True, at)
    connection.execute(person.insert().values(workspace=scope.workspace, password_hash=new.password_hash, **vars(made)))
    return made


def read_person(connection: Connection, scope: Scope, person_id: str) -> Person:
    row = connection.execute(select(person).where(person.c.workspace == scope.workspace, person.c.id == person_id)).first()
    if row is None:
        raise NotFound()
    return _person(row)


def list_people(connection: Connection, scope: Scope) -> list[Person]:
    rows = connection.execute(select(person).where(person.c.workspace == scope.workspace).order_by(person.c.name, person.c.id))
    return [_person(row) for row in rows]


def change_person(
    connection: Connection, scope: Scope, person_id: str, *, name: str | None = None, role: str | None = None, active: bool | None = None
) -> Person:
    """Only what is given changes. Who is deactivated loses every session at once. Raises LastAdmin rather than lock everybody out."""
    before = read_person(connection, scope, person_id)
    wanted = {"name": name, "role": known_role(role) if role else None, "active": active}
    changes = {key: value for key, value in wanted.items() if value is not None}
    if changes:
        connection.execute(update(person).where(person.c.workspace == scope.workspace, person.c.id == person_id).values(**changes))
    after = read_person(connection, scope, person_id)
    was_admin = before.role == "admin" and before.active
    if was_admin and not (after.role == "admin" and after.active) and _count_admins(connection, scope) == 0:
        raise LastAdmin()
    if not after.active:
        end_sessions(connection, scope, person_id)
    return after


def deactivate(connection: Connection, scope: Scope, person_id: str) -> Person:
    return change_person(connection, scope, person_id, active=False)


def anybody(connection: Connection) -> bool:
    """Whether any person exists in any workspace: first start, before a scope can exist."""
    return connection.scalar(select(person.c.workspace).limit(1)) is not None


def _count_admins(connection: Connection, scope: Scope) -> int:
    query = select(func.count()).where(person.c.workspace == scope.workspace, person.c.role == "admin", person.c.active)
    return connection.scalar(query) or 0


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.name, row.email, row.role, row.active, row.created_at)
