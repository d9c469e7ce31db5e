"""Durable background work. A job is a row; `serve` runs it through dbos, which starts it again after a kill.

A job's function is called again from its start after a kill, so each of its steps is an idempotent upsert.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from core.clock import now_ms
from core.database import Database, announce
from core.errors import NotFound
from core.log import log
from core.scope import Actor, Scope
from core.tables import job

STALE_MS = 30_000
JobFunction = Callable[["JobContext"], None]
kinds: dict[str, JobFunction] = {}


@dataclass(frozen=True)
class Job:
    """state: waiting, running, done or failed. detail: what the kind of job reports, for example a result per file."""

    id: str
    workspace: str
    kind: str
    state: str
    args: dict[str, Any]
    total: int
    done: int
    failed: int
    detail: Any
    error: str | None
    created_at: int
    finished_at: int | None


class JobTaken(Exception):
    """The runner was silent for so long that another one took its job over."""


def job_kind(name: str) -> Callable[[JobFunction], JobFunction]:
    def register(function: JobFunction) -> JobFunction:
        kinds[name] = function
        return function

    return register


def enqueue(connection: Connection, scope: Scope, kind: str, args: dict[str, Any], job_id: str) -> None:
    """In a unit. The job starts after the commit; args are ids and small values, never payloads."""
    actor = {"kind": scope.actor.kind, "id": scope.actor.id, "name": scope.actor.name, "role": scope.actor.role}
    row = {"workspace": scope.workspace, "id": job_id, "kind": kind, "state": "waiting", "args": args, "actor": actor}
    connection.execute(job.insert().values(**row, total=0, done=0, failed=0, created_at=now_ms()))
    announce(connection, "jobs")


def read_job(connection: Connection, scope: Scope, job_id: str) -> Job:
    row = connection.execute(select(job).where(job.c.workspace == scope.workspace, job.c.id == job_id)).one_or_none()
    if row is None:
        raise NotFound()
    return _job(row)


def list_jobs(connection: Connection, scope: Scope, kind: str, limit: int = 50) -> list[Job]:
    query = select(job).where(job.c.workspace == scope.workspace, job.c.kind == kind).order_by(job.c.id.desc()).limit(limit)
    return [_job(row) for row in connection.execute(query)]


def _job(row: Row[Any]) -> Job:
    names = ("id", "workspace", "kind", "state", "args", "total", "done", "failed", "detail", "error", "created_at", "finished_at")
    return Job(**{name: getattr(row, name) for name in names})


@dataclass
class JobContext:
    """What a job's function gets. parts: objects handed in by the composition root, by name."""

    database: Database
    scope: Scope
    job: str
    args: dict[str, Any]
    parts: Mapping[str, Any] = field(default_factory=dict)
    runner: str = ""

    def part(self, name: str) -> Any:
        return self.parts[name]

    def progress(self, done: int, total: int, failed: int = 0, detail: Any = None) -> None:
        """Also the heartbeat: due well within STALE_MS for as long as the job runs. Raises JobTaken when another runner has it now."""
        values: dict[str, Any] = {"done": done, "total": total, "failed": failed, "heartbeat_at": now_ms()}
        if detail is not None:
            values["detail"] = detail
        if not self.database.write_now(_set, self.scope.workspace, self.job, self.runner, values):
            raise JobTaken(self.job)


def _set(connection: Connection, workspace: str, job_id: str, runner: str, values: dict[str, Any]) -> bool:
    """False when it is not this runner's any more."""
    here = (job.c.workspace == workspace) & (job.c.id == job_id) & (job.c.runner == runner) & (job.c.state == "running")
    return connection.execute(update(job).where(here).values(**values)).rowcount == 1


def waiting(connection: Connection, runner: str = "", since: int = 0) -> list[tuple[str, str]]:
    """(workspace, job id) of every job that nobody works on: new ones, and those whose runner died. runner, since: as in `claim`.

    Over all workspaces: the runner serves the whole process.
    """
    query = select(job.c.workspace, job.c.id).where(_free(runner, since)).order_by(job.c.id)
    return [(row.workspace, row.id) for row in connection.execute(query)]


def claim(connection: Connection, workspace: str, job_id: str, runner: str, since: int = 0) -> Row[Any] | None:
    """One compare-and-set. None when another runner has it, or it is finished. since: when this runner's process began."""
    mine = update(job).where(job.c.workspace == workspace, job.c.id == job_id, _free(runner, since))
    values = {"state": "running", "runner": runner, "heartbeat_at": now_ms()}
    row: Row[Any] | None = connection.execute(mine.values(**values).returning(job)).one_or_none()
    return row


def _free(runner: str, since: int) -> ColumnElement[bool]:
    """What a runner holds since before its process began is of a former life; what another holds is free when its heart has stopped."""
    left = (job.c.runner == runner) & (job.c.heartbeat_at < since)
    stale = (job.c.runner != runner) & (job.c.heartbeat_at < now_ms() - STALE_MS)
    return or_(job.c.state == "waiting", (job.c.state == "running") & or_(left, stale))


def run_claimed(database: Database, row: Row[Any], parts: Mapping[str, Any]) -> None:
    """Runs a job to its end; a failure is written into the row and does not raise."""
    actor = Actor(row.actor["kind"], row.actor["id"], row.actor.get("name", ""), row.actor.get("role"))
    context = JobContext(database, Scope(row.workspace, actor), row.id, row.args, parts, row.runner)
    values: dict[str, Any] = {"state": "done"}
    try:
        kinds[row.kind](context)
    except JobTaken:
        log.warning("job_taken", job=row.id, kind=row.kind)
        return
    except Exception as error:
        log.error("job_failed", job=row.id, kind=row.kind, exc_info=True)
        values = {"state": "failed", "error": f"{type(error).__name__}: {error}"[:2000]}
    database.write_now(_set, row.workspace, row.id, row.runner, {**values, "finished_at": now_ms()})
