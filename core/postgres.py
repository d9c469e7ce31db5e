"""Postgres: one transaction per unit on a pool; a unit that loses against another is run again."""

from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
from sqlalchemy import Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DBAPIError

from core.errors import StorageFull
from core.hints import Notifier, postgres_hints
from core.ids import new_id
from core.unit import Unit, run_unit
from core.wakes import Wakes

WRITERS = 8
READERS = 8
ATTEMPTS = 5
# serialisation failure, deadlock, unique violation: run the unit again, it then sees what the other one did.
_AGAIN = {"40001", "40P01", "23505"}
_FULL = {"53100", "25006"}


def postgres_engine(url: str, **pool: Any) -> Engine:
    """Its errors tell nothing of what was being written: they are logged, and that is what customers wrote."""
    engine = create_engine(url, hide_parameters=True, **pool)

    @event.listens_for(engine, "handle_error")
    def _without_values(context: ExceptionContext) -> None:
        # The server adds the failing row and the JSON around a fault as DETAIL and CONTEXT.
        error, shown = context.original_exception, context.sqlalchemy_exception
        if isinstance(error, psycopg.Error) and error.diag.message_primary and shown is not None:
            shown.args = tuple(str(part).replace(str(error), error.diag.message_primary) for part in shown.args)
            error.args = (error.diag.message_primary,)

    return engine


class PostgresStore:
    dialect = "postgresql"

    def __init__(self, url: str, wakes: Wakes) -> None:
        self.wakes = wakes
        self.engine = postgres_engine(url, pool_size=WRITERS + READERS, max_overflow=4, pool_pre_ping=True)
        self._readers_engine = self.engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
        self._url, self._instance = url, new_id("ins")
        self._notifier = Notifier(url, self._instance)
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="writer")
        self._background = ThreadPoolExecutor(1, thread_name_prefix="background")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    def submit_write(self, unit: Unit, args: tuple[Any, ...], kwargs: dict[str, Any], background: bool) -> Future[Any]:
        return (self._background if background else self._writers).submit(self._write, unit, args, kwargs)

    def submit_read(self, query: Unit, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Future[Any]:
        return self._readers.submit(self._read, query, args, kwargs)

    def hints(self) -> AsyncIterator[None]:
        return postgres_hints(self._url, self._instance)

    def close(self) -> None:
        for pool in (self._writers, self._background, self._readers):
            pool.shutdown(wait=True)
        self._notifier.close()
        self.engine.dispose()

    def _read(self, query: Unit, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with self._readers_engine.connect() as connection:
            return query(connection, *args, **kwargs)

    def _write(self, unit: Unit, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for attempt in range(ATTEMPTS):
            try:
                with self.engine.begin() as connection:
                    value, endings = run_unit(connection, unit, args, kwargs)
                break
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state in _FULL:
                    raise StorageFull() from error
                if state not in _AGAIN or attempt == ATTEMPTS - 1:
                    raise
        for workspace, (first, last) in endings.positions.items():
            self.wakes.gave(workspace, first, last)
        self.wakes.wake(*endings.topics)
        if endings.topics:
            self._notifier.tell()
        for callback in endings.after:
            callback()
        return value
