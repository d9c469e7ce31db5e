"""A migrated database is the one that the code describes, whichever it is; migrating twice changes nothing; a newer one is refused."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text

from api.schema import metadata
from core.errors import Misconfigured
from core.migrate import migrate
from core.settings import Settings
from core.sqlite import sqlite_engine


@pytest.fixture(params=["sqlite", "postgres"])
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Settings, Engine]:
    if request.param == "sqlite":
        settings = Settings(data=tmp_path, _env_file=None)
        engine = sqlite_engine(settings.sqlite_path)
    else:
        settings = Settings(data=tmp_path, database_url=request.getfixturevalue("postgres_url"), _env_file=None)
        engine = create_engine(settings.database_url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    migrate(settings)
    return settings, engine


def test_migrations_make_what_the_tables_say(migrated: tuple[Settings, Engine]) -> None:
    with migrated[1].connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": False}), metadata)
    assert found == []


def test_rows_survive_a_second_start(migrated: tuple[Settings, Engine]) -> None:
    settings, engine = migrated
    row = "INSERT INTO workspace (id, name, position, demo, created_at) VALUES ('wsp_x', 'X', 0, false, 1)"
    with engine.begin() as connection:
        connection.execute(text(row))
    migrate(settings)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM workspace")).scalar_one() == 1


def test_a_database_of_a_newer_version_is_refused(migrated: tuple[Settings, Engine]) -> None:
    settings, engine = migrated
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured, match="newer Warmline"):
        migrate(settings)
