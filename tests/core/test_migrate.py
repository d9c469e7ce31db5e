"""A migrated database is the one that the code describes, whichever it is; rows survive each migration; a newer one is refused."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    func,
    select,
    text,
)

from api.schema import metadata
from core.errors import Misconfigured
from core.migrate import configuration, migrate
from core.settings import Settings
from core.sqlite import sqlite_engine

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Settings, Engine]:
    if request.param == "sqlite":
        settings = Settings(data=tmp_path, _env_file=None)
        return settings, sqlite_engine(settings.sqlite_path)
    settings = Settings(data=tmp_path, database_url=request.getfixturevalue("postgres_url"), _env_file=None)
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return settings, engine


@pytest.fixture
def migrated(empty: tuple[Settings, Engine]) -> tuple[Settings, Engine]:
    migrate(empty[0])
    return empty


def test_migrations_make_what_the_tables_say(migrated: tuple[Settings, Engine]) -> None:
    with migrated[1].connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": False}), metadata)
    assert found == []


def test_every_row_of_the_first_version_is_there_after_all_migrations(empty: tuple[Settings, Engine]) -> None:
    settings, engine = empty
    with engine.connect() as connection:
        _begin(connection)
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    with engine.connect() as connection:
        _begin(connection)
        before = _fill(connection)
        connection.commit()
    assert len(before) > 25
    assert before.keys() >= {"event", "conversation", "article", "revision", "passage", "audit", "person"}

    migrate(settings)
    with engine.connect() as connection:
        after = _present(connection)
        newest = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert newest > "0001"
    assert {name: len(rows) for name, rows in after.items() if name in before} == dict.fromkeys(before, 3)
    for name, rows in before.items():
        kept = [{column: row[column] for column in rows[0] if column in row} for row in after[name]]
        assert kept == rows, name


def test_answers_that_held_the_words_of_frozen_cases_go(empty: tuple[Settings, Engine]) -> None:
    settings, engine = empty
    config = configuration()
    with engine.connect() as connection:
        _begin(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        connection.commit()
    routes = ("POST /v1/frozen-cases", "POST /v1/frozen-cases/frz_1/replays", "POST /v1/conversations")
    row = {"workspace": "wsp", "actor": "person:prs_1", "key": "k", "body_hash": "", "status": 201, "response": {"question": "?"}, "at": 1}
    with engine.connect() as connection:
        _begin(connection)
        connection.execute(metadata.tables["idempotency"].insert(), [{**row, "route": route} for route in routes])
        connection.commit()
    migrate(settings)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT route FROM idempotency")).scalars().all() == ["POST /v1/conversations"]


def test_migrating_twice_changes_nothing(migrated: tuple[Settings, Engine]) -> None:
    settings, engine = migrated
    with engine.connect() as connection:
        _begin(connection)
        before = _fill(connection)
        connection.commit()
    migrate(settings)
    with engine.connect() as connection:
        assert _present(connection) == before


def test_a_database_of_a_newer_version_is_refused(migrated: tuple[Settings, Engine]) -> None:
    settings, engine = migrated
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured, match="newer Warmline"):
        migrate(settings)


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _tables(connection: Connection) -> list[Table]:
    """As they are in the database, not as the code has them; what others need comes first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _fill(connection: Connection) -> Rows:
    """Three rows in every table, with foreign keys enforced."""
    for table in _tables(connection):
        connection.execute(table.insert(), [{column.name: _value(column, number) for column in table.columns} for number in (1, 2, 3)])
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 3
    return _present(connection)


def _value(column: Column[Any], number: int) -> Any:
    """The n-th row refers to the n-th row of the other table."""
    for key in column.foreign_keys:
        return _value(key.column, number)
    if isinstance(column.type, Boolean):
        return number == 2
    if isinstance(column.type, Integer | Float):
        return number
    if isinstance(column.type, LargeBinary):
        return bytes([number])
    if isinstance(column.type, JSON):
        return {"n": number}
    return f"{number}-{column.name}"[: getattr(column.type, "length", None)]


def _present(connection: Connection) -> Rows:
    return {
        table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()]
        for table in _tables(connection)
    }
