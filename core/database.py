"""The one door to the database. A unit (`unit(connection, …)`) runs in a write transaction, a query on a read-only connection.

A unit may run twice, so it does no I/O, hashing or model call and takes ids and time as arguments; it holds the writer ≤ 20 ms.
"""

import asyncio
from typing import Any, TypeVar

from core.postgres import PostgresStore
from core.settings import Settings
from core.sqlite import SqliteStore
from core.unit import Unit, after_commit, announce, before_commit, gave_positions, insert, memory
from core.wakes import Wakes

__all__ = ["Database", "after_commit", "announce", "before_commit", "gave_positions", "insert", "memory"]

T = TypeVar("T")


class Database:
    """`wakes`: what other parts of this process sleep on; a unit's `announce` reaches it after the commit."""

    def __init__(self, store: SqliteStore | PostgresStore) -> None:
        self.store = store
        self.wakes = store.wakes

    @classmethod
    def open(cls, settings: Settings) -> "Database":
        if settings.database_url:
            return cls(PostgresStore(settings.database_url, Wakes()))
        return cls(SqliteStore(settings.sqlite_path, Wakes()))

    @property
    def dialect(self) -> str:
        return self.store.dialect

    async def write(self, unit: Unit, *args: Any, background: bool = False, **kwargs: Any) -> Any:
        """Returns or raises what the unit does, after its COMMIT. background: units that wait for all others."""
        # shield: a caller that goes away must not tear a unit that has already been queued.
        return await asyncio.shield(asyncio.wrap_future(self.store.submit_write(unit, args, kwargs, background)))

    async def read(self, query: Unit, *args: Any, **kwargs: Any) -> Any:
        return await asyncio.shield(asyncio.wrap_future(self.store.submit_read(query, args, kwargs)))

    def write_now(self, unit: Unit, *args: Any, background: bool = False, **kwargs: Any) -> Any:
        """As write, blocking: for the command line, jobs and worker threads."""
        return self.store.submit_write(unit, args, kwargs, background).result()

    def read_now(self, query: Unit, *args: Any, **kwargs: Any) -> Any:
        return self.store.submit_read(query, args, kwargs).result()

    def close(self) -> None:
        self.store.close()
