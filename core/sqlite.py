"""SQLite: one writer thread with group commit, and a pool of read-only connections."""

import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import OperationalError

from core.errors import StorageFull
from core.hints import sqlite_hints
from core.unit import Endings, Unit, run_unit
from core.wakes import Wakes

BATCH = 256
READERS = 4
_FULL = ("disk is full", "disk I/O error", "readonly database", "unable to open database")


@dataclass
class Task:
    unit: Unit
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    future: Future[Any]


def sqlite_engine(path: Path, read_only: bool = False) -> Engine:
    # hide_parameters: an error is logged, and its parameters are what customers wrote.
    engine = create_engine(
        f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": 5, "check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _: Any) -> None:
        # Autocommit mode of the driver: we send BEGIN and SAVEPOINT ourselves.
        raw.isolation_level = None
        run = raw.execute
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=FULL")
        run("PRAGMA foreign_keys=ON")
        run("PRAGMA busy_timeout=5000")
        # Erased means erased: freed pages are overwritten.
        run("PRAGMA secure_delete=ON")
        run("PRAGMA cache_size=-32768")
        if read_only:
            run("PRAGMA query_only=ON")

    return engine


class SqliteStore:
    dialect = "sqlite"

    def __init__(self, path: Path, wakes: Wakes) -> None:
        self.wakes = wakes
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.engine = sqlite_engine(path)
        self._readers_engine = sqlite_engine(path, read_only=True)
        self._normal: deque[Task] = deque()
        self._background: deque[Task] = deque()
        self._waiting = threading.Condition()
        self._closing = False
        self._local = threading.local()
        self._reader_connections: list[Connection] = []
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit_write(self, unit: Unit, args: tuple[Any, ...], kwargs: dict[str, Any], background: bool) -> Future[Any]:
        task = Task(unit, args, kwargs, Future())
        with self._waiting:
            if self._closing:
                raise RuntimeError("the database is closed")
            (self._background if background else self._normal).append(task)
            self._waiting.notify()
        return task.future

    def submit_read(self, query: Unit, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Future[Any]:
        return self._readers.submit(self._read, query, args, kwargs)

    def hints(self) -> AsyncIterator[None]:
        return sqlite_hints(self.path)

    def close(self) -> None:
        with self._waiting:
            self._closing = True
            self._waiting.notify()
        self._thread.join()
        self._readers.shutdown(wait=True)
        for connection in self._reader_connections:
            connection.close()
        self.engine.dispose()
        self._readers_engine.dispose()

    # Reading

    def _read(self, query: Unit, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._readers_engine.connect()
            self._reader_connections.append(connection)
        connection.exec_driver_sql("BEGIN")
        try:
            return query(connection, *args, **kwargs)
        finally:
            connection.rollback()

    # Writing

    def _run(self) -> None:
        connection = self.engine.connect()
        try:
            while batch := self._take():
                self._write_batch(connection, batch)
        finally:
            connection.close()

    def _take(self) -> list[Task]:
        """Everything queued, up to BATCH; a background unit only when nothing else waits. Empty when closing."""
        with self._waiting:
            while not self._normal and not self._background and not self._closing:
                self._waiting.wait()
            batch = [self._normal.popleft() for _ in range(min(BATCH, len(self._normal)))]
            if not batch and self._background:
                batch.append(self._background.popleft())
            return batch

    def _write_batch(self, connection: Connection, batch: list[Task]) -> None:
        outcomes: list[tuple[Task, Any, Endings, BaseException | None]] = []
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for task in batch:
                value, endings, error = self._run_in_savepoint(connection, task, alone=len(batch) == 1)
                outcomes.append((task, value, endings, error))
            connection.commit()
        except BaseException as error:
            _roll_back(connection)
            if len(batch) > 1:
                # The whole batch is gone (a full disk rolls back more than the savepoint): each unit again, alone.
                for task in batch:
                    self._write_batch(connection, [task])
            else:
                batch[0].future.set_exception(_named(error))
            return
        for _, _, endings, _ in outcomes:
            for workspace, (first, last) in endings.positions.items():
                self.wakes.gave(workspace, first, last)
        self.wakes.wake(*{topic for _, _, endings, _ in outcomes for topic in endings.topics})
        for task, value, endings, failure in outcomes:
            for callback in endings.after:
                callback()
            if failure is None:
                task.future.set_result(value)
            else:
                task.future.set_exception(_named(failure))

    def _run_in_savepoint(self, connection: Connection, task: Task, alone: bool) -> tuple[Any, Endings, BaseException | None]:
        raw: Any = connection.connection.driver_connection
        if alone:
            value, endings = run_unit(connection, task.unit, task.args, task.kwargs)
            return value, endings, None
        connection.exec_driver_sql("SAVEPOINT unit")
        try:
            value, endings = run_unit(connection, task.unit, task.args, task.kwargs)
        except BaseException as error:
            if not raw.in_transaction:
                raise
            connection.exec_driver_sql("ROLLBACK TO unit")
            connection.exec_driver_sql("RELEASE unit")
            return None, Endings(), error
        connection.exec_driver_sql("RELEASE unit")
        return value, endings, None


def _roll_back(connection: Connection) -> None:
    connection.rollback()
    raw: Any = connection.connection.driver_connection
    if raw.in_transaction:
        raw.execute("ROLLBACK")


def _named(error: BaseException) -> BaseException:
    if isinstance(error, OperationalError) and any(words in str(error) for words in _FULL):
        return StorageFull()
    return error
