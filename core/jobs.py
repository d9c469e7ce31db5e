"""Durable background work. A job is a row; `serve` runs it through dbos, which starts it again after a kill.

A job's function is called again from its start after a kill, so each of its steps is an idempotent upsert.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

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

    def part(self, name: str) -> Any:
        return self.parts[name]

    def progress(self, done: int, total: int, failed: int = 0, detail: Any = None) -> None:
        values: dict[str, Any] = {"done": done, "total": total, "failed": failed, "heartbeat_at": now_ms()}
        if detail is not None:
            values["detail"] = detail
        self.database.write_now(_set, self.scope.workspace, self.job, values)


def _set(connection: Connection, workspace: str, job_id: str, values: dict[str, Any]) -> None:
    connection.execute(update(job).where(job.c.workspace == workspace, job.c.id == job_id).values(**values))


def waiting(connection: Connection) -> list[tuple[str, str]]:
    """(workspace, job id) of every job that nobody works on: new ones, and those of a command line that died.

    Over all workspaces: the runner serves the whole process.
    """
    stale = (job.c.state == "running") & job.c.runner.like("cli:%") & (job.c.heartbeat_at < now_ms() - STALE_MS)
    query = select(job.c.workspace, job.c.id).where(or_(job.c.state == "waiting", stale)).order_by(job.c.id)
    return [(row.workspace, row.id) for row in connection.execute(query)]


def claim(connection: Connection, workspace: str, job_id: str, runner: str) -> Row[Any] | None:
    """One compare-and-set. None when another runner has it, or it is finished."""
    now = now_ms()
    free = or_(job.c.state == "waiting", (job.c.state == "running") & or_(job.c.runner == runner, job.c.heartbeat_at < now - STALE_MS))
    mine = update(job).where(job.c.workspace == workspace, job.c.id == job_id, free)
    row: Row[Any] | None = connection.execute(mine.values(state="running", runner=runner, heartbeat_at=now).returning(job)).one_or_none()
    return row


def run_claimed(database: Database, row: Row[Any], parts: Mapping[str, Any]) -> None:
    """Runs a job to its end; a failure is written into the row and does not raise."""
    actor = Actor(row.actor["kind"], row.actor["id"], row.actor.get("name", ""), row.actor.get("role"))
    context = JobContext(database, Scope(row.workspace, actor), row.id, row.args, parts)
    values: dict[str, Any] = {"state": "done"}
    try:
        kinds[row.kind](context)
    except Exception as error:
        log.error("job_failed", job=row.id, kind=row.kind, exc_info=True)
        values = {"state": "failed", "error": f"{type(error).__name__}: {error}"[:2000]}
    database.write_now(_set, row.workspace, row.id, {**values, "finished_at": now_ms()})
