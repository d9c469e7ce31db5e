"""Durable jobs: one runner at a time, taken up when it died, by whoever is there."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import WORKSPACE, import_all_tables
from live import ROOT
from sqlalchemy import Connection, update

from core.clock import now_ms
from core.database import Database
from core.instance import Instance
from core.job_runner import JobRunner
from core.jobs import STALE_MS, JobContext, JobTaken, claim, enqueue, job_kind, read_job, run_claimed, waiting
from core.scope import system_scope
from core.settings import Settings
from core.sqlite import SqliteStore
from core.tables import job, metadata
from core.tables import workspace as workspace_table
from core.wakes import Wakes

SCOPE = system_scope(WORKSPACE, "test")


def put(database: Database, kind: str, job_id: str = "job_1") -> None:
    database.write_now(enqueue, SCOPE, kind, {}, job_id)


def age(connection: Connection, heartbeat_at: int) -> None:
    connection.execute(update(job).where(job.c.workspace == WORKSPACE).values(heartbeat_at=heartbeat_at))


def test_a_live_job_belongs_to_its_runner_and_to_its_next_life(database: Database) -> None:
    put(database, "any")
    assert database.read_now(waiting, "ins_a") == [(WORKSPACE, "job_1")]
    assert database.write_now(claim, WORKSPACE, "job_1", "ins_a", now_ms()) is not None
    for runner, since in (("ins_b", now_ms() + 1000), ("ins_a", 0)):
        assert database.read_now(waiting, runner, since) == []
        assert database.write_now(claim, WORKSPACE, "job_1", runner, since) is None
    assert database.read_now(waiting, "ins_a", now_ms() + 1000) == [(WORKSPACE, "job_1")]
    assert database.write_now(claim, WORKSPACE, "job_1", "ins_a", now_ms() + 1000) is not None


def test_whoever_was_taken_for_dead_stops_and_ends_nothing(database: Database) -> None:
    lives: list[str] = []

    @job_kind("taken")
    def taken(context: JobContext) -> None:
        context.progress(1, 2)
        lives.append(context.runner)
        if context.runner == "ins_a":
            database.write_now(age, now_ms() - STALE_MS - 1)
            assert database.write_now(claim, WORKSPACE, "job_1", "ins_b") is not None
            context.progress(2, 2)
            raise AssertionError("it went on")

    put(database, "taken")
    run_claimed(database, database.write_now(claim, WORKSPACE, "job_1", "ins_a"), {})
    present = database.read_now(read_job, SCOPE, "job_1")
    assert (present.state, present.done, present.error) == ("running", 1, None)
    with pytest.raises(JobTaken):
        JobContext(database, SCOPE, "job_1", {}, {}, "ins_a").progress(2, 2)
    database.write_now(age, now_ms() - STALE_MS - 1)
    run_claimed(database, database.write_now(claim, WORKSPACE, "job_1", "ins_c"), {})
    assert database.read_now(read_job, SCOPE, "job_1").state == "done"
    assert lives == ["ins_a", "ins_c"]


def test_a_folder_gives_one_process_its_name_and_the_next_one_the_same(tmp_path: Path) -> None:
    first, second = Instance(tmp_path), Instance(tmp_path)
    assert first.name != second.name
    first.close()
    third = Instance(tmp_path)
    assert third.name == first.name
    third.close()
    # Copied for another server.
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "instance").write_bytes((tmp_path / "instance").read_bytes())
    assert Instance(tmp_path / "copy").name != first.name


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_job_whose_command_line_died_is_run_although_it_was_tried_before(database: Database, tmp_path: Path) -> None:
    ran: list[str] = []
    job_kind("left")(lambda context: ran.append(context.job))
    runner = JobRunner(Settings(data=tmp_path, _env_file=None), database, {})
    put(database, "left")
    database.write_now(claim, WORKSPACE, "job_1", "cli_dead")
    running = asyncio.create_task(runner.run())
    try:
        put(database, "left", "job_2")
        await _until(lambda: database.read_now(read_job, SCOPE, "job_2").state == "done")
        # Seen waiting a moment before the command line claimed it: this attempt ends without having it.
        await asyncio.to_thread(runner.start, WORKSPACE, "job_1")
        await _until(lambda: "job_1" not in runner._under_way)
        assert database.read_now(read_job, SCOPE, "job_1").state == "running"
        database.write_now(age, now_ms() - STALE_MS - 1)
        await _until(lambda: database.read_now(read_job, SCOPE, "job_1").state == "done")
    finally:
        running.cancel()
        runner.close()
    assert ran == ["job_2", "job_1"]


async def _until(true) -> None:
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.02)


SERVER = """
import asyncio, os, sys, threading
from pathlib import Path
from core.database import Database
from core.job_runner import JobRunner
from core.jobs import job_kind, waiting
from core.settings import Settings

folder = Path(sys.argv[1])
settings = Settings(data=folder, _env_file=None)
looks = 0

class Telling(Database):
    async def read(self, query, *args, **named):
        global looks
        found = await super().read(query, *args, **named)
        looks += query is waiting
        if looks == 2:
            print("looked", flush=True)
        return found

database = Telling(Database.open(settings).store)

@job_kind("slow")
def slow(context):
    with (folder / "began").open("a") as lines:
        lines.write(f"{os.getpid()}\\n")
    context.progress(0, 1)
    print("began", flush=True)
    if not (folder / "quick").exists():
        threading.Event().wait()

async def main():
    await JobRunner(settings, database, {}).run()

asyncio.run(main())
"""


@pytest.mark.timeout(120)
def test_a_second_server_leaves_a_live_job_alone_and_a_restarted_one_takes_its_own_up_at_once(tmp_path: Path) -> None:
    import_all_tables()
    database = Database(SqliteStore(tmp_path / "warmline.db", Wakes()))
    metadata.create_all(database.store.engine)
    row = {"id": WORKSPACE, "name": "w", "position": 0, "demo": False, "created_at": 1}
    database.write_now(lambda connection: connection.execute(workspace_table.insert().values(**row)))
    put(database, "slow")
    first = _serve(tmp_path, "began")
    second = _serve(tmp_path, "looked")
    assert (tmp_path / "began").read_text().split() == [str(first.pid)]
    for process in (first, second):
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    (tmp_path / "quick").touch()
    third = _serve(tmp_path, "began")
    assert (tmp_path / "began").read_text().split() == [str(first.pid), str(third.pid)]
    asyncio.run(_until(lambda: database.read_now(read_job, SCOPE, "job_1").state == "done"))
    third.terminate()
    third.wait()
    database.close()


def _serve(folder: Path, said: str) -> subprocess.Popen[str]:
    """Returns once it has said so."""
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert any(line.strip() == said for line in process.stdout)
    return process
