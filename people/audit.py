"""Who changed what: append-only, hash-chained.

`body_hash = sha256(salt, body)` and `hash = sha256(previous hash, number, body_hash)`. An erased entry loses salt and body, so nothing
can be guessed back from it, while the chain still holds; each erasure is itself an entry, so an erasure outside `erase` is found.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from core.database import insert
from core.scope import Scope
from people.tables import audit, audit_head

_START = "0" * 64
ERASED = "audit.erased"


@dataclass(frozen=True)
class Entry:
    number: int
    id: str
    at: int
    actor_kind: str
    actor: str | None
    action: str
    object: str | None
    detail: Any
    erased: bool


@dataclass(frozen=True)
class Damage:
    number: int
    what: str


def record(connection: Connection, scope: Scope, action: str, object_id: str, detail: Any = None, *, entry_id: str, at: int) -> Entry:
    """Appends one entry. detail: what a later reader needs, JSON; no secrets and no message text."""
    number, previous = _take_next(connection, scope.workspace)
    actor = scope.actor
    body = (number, entry_id, at, actor.kind, actor.id, action, object_id, detail)
    salt = secrets.token_hex(16)
    body_hash = _body_hash(salt, body)
    link = _link(previous, number, body_hash)
    connection.execute(
        audit.insert().values(
            workspace=scope.workspace, number=number, id=entry_id, at=at, actor_kind=actor.kind, actor=actor.id, action=action,
            object=object_id, detail=detail, salt=salt, body_hash=body_hash, hash=link, erased=False,
        )
    )  # fmt: skip
    connection.execute(update(audit_head).where(audit_head.c.workspace == scope.workspace).values(hash=link))
    return Entry(number, entry_id, at, actor.kind, actor.id, action, object_id, detail, False)


def list_entries(connection: Connection, scope: Scope, *, before: int | None = None, limit: int = 100) -> list[Entry]:
    """Newest first; before: a number."""
    query = select(audit).where(audit.c.workspace == scope.workspace).order_by(audit.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.number < before)
    return [_entry(row) for row in connection.execute(query)]


def erase(connection: Connection, scope: Scope, object_id: str, *, entry_id: str, at: int) -> int:
    """Takes actor, object and detail out of every entry about or by object_id. Returns how many; the erasure is recorded by number."""
    mine = (audit.c.workspace == scope.workspace) & ((audit.c.object == object_id) | (audit.c.actor == object_id)) & ~audit.c.erased
    numbers = list(connection.scalars(select(audit.c.number).where(mine).order_by(audit.c.number)))
    if numbers:
        connection.execute(
            update(audit)
            .where(audit.c.workspace == scope.workspace, audit.c.number.in_(numbers))
            .values(erased=True, salt=None, actor=None, object=None, detail=None)
        )
        record(connection, scope, ERASED, "audit", {"numbers": numbers}, entry_id=entry_id, at=at)
    return len(numbers)


def verify(connection: Connection, workspace: str) -> list[Damage]:
    """Checks the whole chain; an empty list means that nothing was changed, removed or put in."""
    found: list[Damage] = []
    previous, expected, erased, confessed = _START, 1, set[int](), set[int]()
    for row in connection.execute(select(audit).where(audit.c.workspace == workspace).order_by(audit.c.number)):
        if row.number != expected:
            found.append(Damage(expected, "missing"))
        if row.erased:
            erased.add(row.number)
        elif row.salt is None or _body_hash(row.salt, _body(row)) != row.body_hash:
            found.append(Damage(row.number, "changed"))
        elif row.action == ERASED:
            confessed.update(row.detail["numbers"])
        if _link(previous, row.number, row.body_hash) != row.hash:
            found.append(Damage(row.number, "chain broken"))
        previous, expected = row.hash, row.number + 1
    found += [Damage(number, "erased without a record") for number in sorted(erased - confessed)]
    head = connection.execute(select(audit_head).where(audit_head.c.workspace == workspace)).first()
    if (head.number, head.hash) != (expected - 1, previous) if head else expected != 1:
        found.append(Damage(expected, "end cut off"))
    return found


def _take_next(connection: Connection, workspace: str) -> tuple[int, str]:
    first = insert(connection, audit_head).values(workspace=workspace, number=0, hash=_START)
    connection.execute(first.on_conflict_do_nothing(index_elements=["workspace"]))
    step = update(audit_head).where(audit_head.c.workspace == workspace).values(number=audit_head.c.number + 1)
    row = connection.execute(step.returning(audit_head.c.number, audit_head.c.hash)).one()
    return row.number, row.hash


def _body_hash(salt: str, body: tuple[Any, ...]) -> str:
    text = json.dumps([salt, *body], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _link(previous: str, number: int, body_hash: str) -> str:
    return hashlib.sha256(f"{previous}:{number}:{body_hash}".encode()).hexdigest()


def _body(row: Row[Any]) -> tuple[Any, ...]:
    return (row.number, row.id, row.at, row.actor_kind, row.actor, row.action, row.object, row.detail)


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.number, row.id, row.at, row.actor_kind, row.actor, row.action, row.object, row.detail, row.erased)
