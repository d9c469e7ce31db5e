"""Migrations, run at start by one process at a time. On SQLite with foreign keys off (a batch migration drops and remakes tables) and
checked at the end."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from core.errors import Misconfigured
from core.postgres import postgres_engine
from core.settings import Settings
from core.sqlite import sqlite_engine

_LOCK = 7_236_414


def migrate(settings: Settings) -> None:
    """Brings the database to the newest revision. Raises Misconfigured when it was made by a newer Warmline."""
    if settings.database_url:
        _migrate_postgres(settings.database_url)
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(settings.sqlite_path)
    with _file_lock(settings.data / "migrate.lock"), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _upgrade(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise Misconfigured(f"the migrated database has {len(broken)} dangling references; nothing was changed")
        connection.commit()
    engine.dispose()


def _migrate_postgres(url: str) -> None:
    engine = postgres_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _upgrade(connection)
    engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except command.util.CommandError as error:
        raise Misconfigured(f"this database was made by a newer Warmline: {error}") from error


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
