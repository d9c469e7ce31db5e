"""The database as a second process has it: other connections, other wake-ups."""

from collections.abc import Iterator

import pytest

from core.database import Database
from core.postgres import PostgresStore
from core.sqlite import SqliteStore
from core.wakes import Wakes


@pytest.fixture
def beside(database: Database) -> Iterator[Database]:
    store = database.store
    other = Database(SqliteStore(store.path, Wakes()) if isinstance(store, SqliteStore) else PostgresStore(store._url, Wakes()))
    yield other
    other.close()
