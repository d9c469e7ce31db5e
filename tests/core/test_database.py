"""Units, group commit, and what happens after a commit and only then."""

import asyncio
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import NOW, WORKSPACE
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import DBAPIError

from core.database import Database, after_commit, before_commit
from core.tables import job
from core.tables import workspace as workspace_table


def add_job(connection: Connection, job_id: str) -> None:
    connection.execute(
        job.insert().values(
            workspace=WORKSPACE,
            id=job_id,
            kind="k",
            state="waiting",
            args={"a": [1, "é"]},
            actor={},
            total=0,
            done=0,
            failed=0,
            created_at=NOW,
        )
    )


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(job).where(job.c.workspace == WORKSPACE)).scalar_one()


def test_a_unit_is_visible_after_its_commit_and_returns_its_value(database: Database) -> None:
    assert database.write_now(lambda c: add_job(c, "a") or 7) == 7
    assert database.read_now(count) == 1
    assert database.read_now(lambda c: c.execute(select(job.c.args)).scalar_one()) == {"a": [1, "é"]}


def test_a_failed_unit_leaves_nothing_and_others_of_its_batch_stay(database: Database) -> None:
    held = threading.Event()
    first = database.store.submit_write(lambda c: held.wait(5), (), {}, False)

    def fail(connection: Connection) -> None:
        add_job(connection, "bad")
        raise ValueError("no")

    futures = [database.store.submit_write(lambda c, n=n: add_job(c, f"good{n}"), (), {}, False) for n in range(5)]
    bad = database.store.submit_write(fail, (), {}, False)
    held.set()
    first.result()
    for future in futures:
        future.result()
    with pytest.raises(ValueError, match="no"):
        bad.result()
    assert database.read_now(count) == 5


def test_wakes_run_after_commit_and_are_dropped_by_a_rollback(database: Database) -> None:
    seen: list[int] = []

    def good(connection: Connection) -> None:
        add_job(connection, "a")
        after_commit(connection, lambda: seen.append(database.read_now(count)))

    def bad(connection: Connection) -> None:
        after_commit(connection, lambda: seen.append(-1))
        raise ValueError

    database.write_now(good)
    with pytest.raises(ValueError):
        database.write_now(bad)
    assert seen == [1]


def test_last_statements_run_once_per_key_and_inside_the_unit(database: Database) -> None:
    def unit(connection: Connection) -> None:
        for _ in range(3):
            before_commit(connection, "p", lambda c: c.execute(update(workspace_table).values(position=workspace_table.c.position + 1)))

    database.write_now(unit)
    assert (
        database.read_now(lambda c: c.execute(select(workspace_table.c.position).where(workspace_table.c.id == WORKSPACE)).scalar_one())
        == 1
    )


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        database.read_now(lambda c: add_job(c, "a"))


def test_a_caller_that_goes_away_does_not_tear_its_unit(database: Database) -> None:
    async def go() -> None:
        held = threading.Event()
        task = asyncio.create_task(database.write(lambda c: held.wait(5) and add_job(c, "a")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        held.set()

    asyncio.run(go())
    # The writer works in order on SQLite; on Postgres the unit may still run beside this one.
    with ThreadPoolExecutor(1) as waiting:
        waiting.submit(_until, lambda: database.read_now(count) == 1).result(timeout=10)


def _until(true: Callable[[], bool]) -> None:
    while not true():
        pass


def test_a_full_disk_is_named_and_reading_goes_on(database: Database) -> None:
    if database.dialect != "sqlite":
        pytest.skip("SQLite's own fault")
    from core.errors import StorageFull

    def shrink(connection: Connection) -> None:
        raw = connection.connection.driver_connection
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count={pages}")

    database.write_now(shrink)
    stored: list[int] = []

    def fill() -> None:
        for n in range(10_000):
            database.write_now(lambda c, n=n: add_job(c, f"j{n}" + "x" * 30))
            stored.append(n)

    with pytest.raises(StorageFull):
        fill()
    assert database.read_now(count) == len(stored)


def test_an_error_tells_nothing_of_what_was_being_written(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    secret = "canary: my card is 4711"

    def row(**other: object) -> dict[str, object]:
        whole = {"workspace": WORKSPACE, "id": "a", "kind": "k", "state": "waiting", "args": {"text": secret}, "actor": {}}
        return whole | {"total": 0, "done": 0, "failed": 0, "created_at": NOW, "error": secret} | other

    def twice(connection: Connection) -> None:
        connection.execute(job.insert().values(**row()))
        connection.execute(job.insert().values(**row()))

    def lacking(connection: Connection) -> None:
        connection.execute(job.insert().values(**row(kind=None)))

    def unreadable(connection: Connection) -> None:
        value = "jsonb" if database.dialect == "postgresql" else "nothing"
        connection.execute(text(f"SELECT CAST(:body AS {value}), missing_column"), {"body": f'{{"text": "{secret}'})

    for unit in (twice, lacking, unreadable):
        with pytest.raises(DBAPIError) as raised:
            database.write_now(unit)
        told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + str(raised.value.orig)
        assert "canary" not in told, unit
        assert "4711" not in told, unit
    assert "canary" not in caplog.text
