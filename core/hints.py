"""Hints that another process has committed. A hint carries nothing: whoever gets it reads the database.

SQLite: `PRAGMA data_version` every 100 ms. Postgres: LISTEN; NOTIFY is sent after the commit and from its own transaction, since inside
the writing one it makes commits queue behind one global lock.
"""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg

from core.log import log

POLL_S = 0.1
CHANNEL = "warmline"


async def sqlite_hints(path: Path) -> AsyncIterator[None]:
    """Also after this process' own commits."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
    try:
        seen = -1
        while True:
            version = connection.execute("PRAGMA data_version").fetchone()[0]
            if version != seen:
                seen = version
                yield
            await asyncio.sleep(POLL_S)
    finally:
        connection.close()


async def postgres_hints(url: str, instance: str) -> AsyncIterator[None]:
    """Not after commits of this instance. After a lost connection it hints once, for whatever was missed."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(_plain(url), autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                yield
                async for notice in connection.notifies():
                    if notice.payload != instance:
                        yield
        except psycopg.OperationalError as error:
            log.warning("listen_lost", error=str(error))
            await asyncio.sleep(1)


class Notifier:
    """Tells the other processes after a commit; many commits while one NOTIFY is on its way become one."""

    def __init__(self, url: str, instance: str) -> None:
        self._url, self._instance = _plain(url), instance
        self._due = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)
        self._thread.start()

    def tell(self) -> None:
        self._due.set()

    def close(self) -> None:
        self._closing = True
        self._due.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        connection: psycopg.Connection | None = None
        while self._due.wait() and not self._closing:
            self._due.clear()
            try:
                connection = connection or psycopg.connect(self._url, autocommit=True)
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, self._instance))
            except psycopg.Error as error:
                log.warning("notify_failed", error=str(error))
                connection = None
        if connection is not None:
            connection.close()


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
