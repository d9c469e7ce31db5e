"""S19: whatever is changed, taken out, put in or cut off is found."""

import random

import pytest
from sqlalchemy import Connection, delete, update

from core.database import Database
from core.ids import new_id
from core.scope import Actor, Scope
from people import audit
from people.tables import audit as table
from people.tables import audit_head
from tests.conftest import NOW, OTHER_WORKSPACE, WORKSPACE

ADA = Scope(WORKSPACE, Actor("person", "prs_ada", role="admin"))
OLGA = Scope(OTHER_WORKSPACE, Actor("person", "prs_olga", role="admin"))


def fill(database: Database, entries: int = 12) -> None:
    for number in range(entries):
        for scope in (ADA, OLGA):
            database.write_now(
                audit.record, scope, "person.changed", f"prs_{number}", {"role": "Ädmin", "n": number}, entry_id=new_id("aud"), at=NOW
            )


def test_a_whole_chain_is_whole(database: Database) -> None:
    assert database.read_now(audit.verify, WORKSPACE) == []
    fill(database)
    assert database.read_now(audit.verify, WORKSPACE) == []
    entries = database.read_now(audit.list_entries, ADA, limit=5)
    assert [entry.number for entry in entries] == [12, 11, 10, 9, 8]
    assert [entry.number for entry in database.read_now(audit.list_entries, ADA, before=3)] == [2, 1]


def _tamper(connection: Connection, rng: random.Random) -> str:
    number = rng.randrange(1, 13)
    mine = (table.c.workspace == WORKSPACE) & (table.c.number == number)
    kind = rng.choice(["byte", "field", "remove", "cut", "swap", "hide", "head"])
    if kind == "byte":
        column = rng.choice(["salt", "body_hash", "hash", "id", "action", "actor", "object"])
        text = connection.scalar(table.select().with_only_columns(table.c[column]).where(mine))
        place = rng.randrange(len(text))
        connection.execute(update(table).where(mine).values({column: text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]}))
    elif kind == "field":
        change = rng.choice([{"at": NOW + 1}, {"detail": {"role": "agent"}}, {"detail": None}, {"actor_kind": "system"}])
        connection.execute(update(table).where(mine).values(**change))
    elif kind == "remove":
        connection.execute(delete(table).where(mine))
    elif kind == "cut":
        connection.execute(delete(table).where(table.c.workspace == WORKSPACE, table.c.number >= number))
    elif kind == "swap":
        connection.execute(update(table).where(mine).values(number=99))
    elif kind == "hide":
        connection.execute(update(table).where(mine).values(erased=True, salt=None, actor=None, object=None, detail=None))
    else:
        connection.execute(update(audit_head).where(audit_head.c.workspace == WORKSPACE).values(number=number - 1))
    return kind


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_two_hundred_tampers_are_found(database: Database) -> None:
    fill(database)
    rng = random.Random(19)
    missed = []
    for _ in range(200):
        found: list[audit.Damage] = []

        def try_one(connection: Connection, found: list[audit.Damage] = found) -> None:
            kind = _tamper(connection, rng)
            found += audit.verify(connection, WORKSPACE)
            if not found:
                missed.append(kind)
            raise _UndoneError

        with pytest.raises(_UndoneError):
            database.write_now(try_one)
    assert missed == []
    assert database.read_now(audit.verify, WORKSPACE) == []


class _UndoneError(Exception):
    pass


def test_an_erased_person_leaves_a_whole_chain(database: Database) -> None:
    fill(database)
    assert database.write_now(audit.erase, ADA, "prs_3", entry_id=new_id("aud"), at=NOW) == 1
    assert database.read_now(audit.verify, WORKSPACE) == []
    erased = next(entry for entry in database.read_now(audit.list_entries, ADA) if entry.number == 4)
    assert (erased.erased, erased.object, erased.detail) == (True, None, None)
    assert database.write_now(audit.erase, ADA, "prs_3", entry_id=new_id("aud"), at=NOW) == 0
