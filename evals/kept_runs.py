"""Runs over the live knowledge base, as rows: begun, read, compared, cancelled, removed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from chat.inboxes import find_inbox
from core.clock import iso
from core.errors import Conflict, Invalid, NotFound
from core.jobs import Job, enqueue, list_jobs, read_job
from core.scope import Scope
from evals.saved import Run, figure_of
from evals.sets import read_set
from evals.suite import CORPUS_SUITES, LIVE_SUITES
from evals.tables import eval_line, eval_run

KIND = "evaluation"


@dataclass(frozen=True)
class NewRun:
    """inbox: whose collections are read and whose language is spoken; None: all that is public."""

    id: str
    name: str
    suite: str
    data_set: str
    inbox: str | None = None


@dataclass(frozen=True)
class LiveRun:
    """header, figures: None until they are made."""

    id: str
    name: str
    suite: str
    data_set: str
    inbox: str | None
    header: dict[str, Any] | None
    figures: list[dict[str, Any]] | None
    author_name: str
    created_at: int
    cancelled_at: int | None

    def state(self, job: Job) -> str:
        """waiting, running, done, failed or cancelled."""
        return "cancelled" if self.cancelled_at is not None and self.figures is None else job.state


def begin_run(connection: Connection, scope: Scope, new: NewRun, at: int) -> LiveRun:
    """Raises NotFound or Invalid."""
    if new.suite not in LIVE_SUITES:
        raise Invalid(f"there is no suite {new.suite} over live articles; suites: {', '.join(LIVE_SUITES)}")
    asked = read_set(connection, scope, new.data_set)
    needed = "questions" if new.suite in CORPUS_SUITES else "items"
    if asked.kind != needed:
        raise Invalid(f"the suite {new.suite} runs over {needed}; {asked.name} holds {asked.kind}")
    if new.inbox is not None:
        find_inbox(connection, scope, new.inbox)
    enqueue(connection, scope, KIND, {}, new.id)
    row = {"id": new.id, "name": new.name, "suite": new.suite, "data_set": asked.id, "inbox": new.inbox}
    connection.execute(eval_run.insert().values(workspace=scope.workspace, author_name=scope.actor.name, created_at=at, **row))
    return read_run(connection, scope, new.id)


def read_run(connection: Connection, scope: Scope, run_id: str) -> LiveRun:
    """Raises NotFound."""
    row = connection.execute(select(eval_run).where(_here(scope, run_id))).one_or_none()
    if row is None:
        raise NotFound()
    return _run(row)


def list_runs(connection: Connection, scope: Scope, limit: int = 50) -> list[tuple[LiveRun, Job]]:
    """Newest first."""
    query = select(eval_run).where(eval_run.c.workspace == scope.workspace).order_by(eval_run.c.created_at.desc(), eval_run.c.id.desc())
    jobs = {job.id: job for job in list_jobs(connection, scope, KIND, limit)}
    runs = [_run(row) for row in connection.execute(query.limit(limit))]
    return [(run, jobs.get(run.id) or read_job(connection, scope, run.id)) for run in runs]


def cancel_run(connection: Connection, scope: Scope, run_id: str, at: int) -> None:
    """It stops before its next item. Raises Conflict when it is over."""
    run = read_run(connection, scope, run_id)
    if run.state(read_job(connection, scope, run_id)) not in ("waiting", "running", "cancelled"):
        raise Conflict("This run is over already")
    if run.cancelled_at is None:
        connection.execute(update(eval_run).where(_here(scope, run_id)).values(cancelled_at=at))


def drop_run(connection: Connection, scope: Scope, run_id: str) -> None:
    """Raises Conflict while its job is at work, also where it was cancelled: the item under way is still to be written down."""
    run = read_run(connection, scope, run_id)
    if read_job(connection, scope, run_id).state in ("waiting", "running"):
        raise Conflict(
            "This run is under way; cancel it first" if run.cancelled_at is None else "This run is being stopped; try again in a moment"
        )
    connection.execute(delete(eval_line).where(eval_line.c.workspace == scope.workspace, eval_line.c.run == run_id))
    connection.execute(delete(eval_run).where(_here(scope, run_id)))


def is_cancelled(connection: Connection, scope: Scope, run_id: str) -> bool:
    return connection.scalar(select(eval_run.c.cancelled_at).where(_here(scope, run_id))) is not None


def keep_header(connection: Connection, scope: Scope, run_id: str, **values: Any) -> None:
    """header, figures."""
    connection.execute(update(eval_run).where(_here(scope, run_id)).values(**values))


def keep_line(connection: Connection, scope: Scope, run_id: str, values: dict[str, Any]) -> None:
    """number, item, asked, line, trace, is_right. A line that is there stays: the run was taken up again."""
    if connection.scalar(select(eval_line.c.number).where(_of(scope, run_id), eval_line.c.number == values["number"])) is None:
        connection.execute(eval_line.insert().values(workspace=scope.workspace, run=run_id, **values))


def done_lines(connection: Connection, scope: Scope, run_id: str) -> set[int]:
    return set(connection.scalars(select(eval_line.c.number).where(_of(scope, run_id))))


def lines_of(connection: Connection, scope: Scope, run_id: str, after: int = 0, limit: int | None = None) -> list[Row[Any]]:
    """Without traces, number > after, in order."""
    columns = [column for column in eval_line.c if column.name != "trace"]
    query = select(*columns).where(_of(scope, run_id), eval_line.c.number > after).order_by(eval_line.c.number)
    return list(connection.execute(query.limit(limit)))


def read_line(connection: Connection, scope: Scope, run_id: str, number: int) -> Row[Any]:
    """With its trace. Raises NotFound."""
    row = connection.execute(select(eval_line).where(_of(scope, run_id), eval_line.c.number == number)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def as_run(connection: Connection, scope: Scope, run_id: str) -> Run:
    """As a kept run, to be compared. Raises Conflict for one that has no figures."""
    run = read_run(connection, scope, run_id)
    if run.figures is None or run.header is None:
        raise Conflict(f"the run {run.name} has no figures to compare")
    lines = tuple({**row.line, "id": row.item} for row in lines_of(connection, scope, run_id))
    figures = tuple(figure_of(one) for one in run.figures)
    head = run.header
    return Run(run.name, run.suite, iso(run.created_at), head["data"], head["made_with"], figures, lines, head["knowledge"])


def two_runs(connection: Connection, scope: Scope, before: str | None, after: str) -> tuple[Run, Run]:
    """before: None takes the newest finished run of the suite that is older. Raises NotFound, or Conflict where there is none."""
    run = read_run(connection, scope, after)
    if before is None:
        older = (eval_run.c.suite == run.suite) & (eval_run.c.created_at < run.created_at) & eval_run.c.figures.is_not(None)
        query = select(eval_run.c.id).where(eval_run.c.workspace == scope.workspace, older).order_by(eval_run.c.created_at.desc())
        before = connection.scalar(query.limit(1))
    if before is None:
        raise Conflict("There is no earlier run of this suite to compare with")
    return as_run(connection, scope, before), as_run(connection, scope, after)


def _here(scope: Scope, run_id: str) -> Any:
    return (eval_run.c.workspace == scope.workspace) & (eval_run.c.id == run_id)


def _of(scope: Scope, run_id: str) -> Any:
    return (eval_line.c.workspace == scope.workspace) & (eval_line.c.run == run_id)


def _run(row: Row[Any]) -> LiveRun:
    return LiveRun(**{name: getattr(row, name) for name in LiveRun.__dataclass_fields__})
