"""For quality reviewers: data sets, runs over the live knowledge base, comparisons, and frozen cases of single messages."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection
from starlette.responses import Response

import evals.live  # noqa: F401  its kind of job is known
from api import evaluation_shapes as shapes
from api.guards import allow
from api.house import TheHouse
from api.idempotency import Key, Made, find, once
from api.intake import BIGGEST_INT, Body, Identifier, Line200, PathId, Text1M
from api.parts import Here, Parts
from api.shapes import gives
from bot.risk import point_at
from core.clock import iso
from core.ids import new_id
from core.jobs import Job, read_job
from core.scope import Scope
from evals import kept_cases, kept_runs, sets
from evals.compare import Comparison, compare
from evals.frozen.case import freeze, replay_case
from evals.suite import CORPUS_SUITES, LIVE_SUITES
from handoff.signals import ANSWERED

router = APIRouter(prefix="/v1", tags=["evaluations"])
Reviewer = Annotated[Scope, Depends(allow("review"))]
Number = Annotated[int, Path(ge=1, le=BIGGEST_INT)]
LIMIT_CHANGES = 200
# Of the threshold curve, from 0 to 1.
STEPS = 100


class NewDataSet(Body):
    """content: CSV with a header where `file` ends in .csv, else JSON lines."""

    name: Line200
    file: Line200
    kind: Literal["questions", "items"] = "questions"
    content: Text1M


class NewEvaluation(Body):
    suite: Identifier
    data_set: Identifier
    name: Line200
    inbox: Identifier | None = None


class Empty(Body):
    pass


class NewFrozenCase(Body):
    message: Identifier


@router.get("/suites", responses=gives(shapes.SuiteList))
async def list_suites(scope: Reviewer) -> dict[str, Any]:
    return {"suites": [{"name": name, "needs": "questions" if name in CORPUS_SUITES else "items"} for name in LIVE_SUITES]}


@router.get("/data-sets", responses=gives(shapes.DataSetList))
async def list_data_sets(scope: Reviewer, here: Here) -> dict[str, Any]:
    return {"data_sets": [_set(one) for one in await here.database.read(sets.list_sets, scope)]}


@router.post("/data-sets", status_code=201, responses=gives(shapes.DataSet, 201))
async def add_data_set(body: NewDataSet, scope: Reviewer, here: Here, key: Key) -> Response:
    """Nothing is kept of one with a mistake; each wrong line is named."""
    known = await here.database.read(sets.article_finder, scope)

    def check() -> tuple[sets.NewSet, bytes]:
        rows = sets.parse(body.file, body.content)
        made = sets.questions_of(body.file, rows, known) if body.kind == "questions" else sets.items_of(body.file, rows)
        new = sets.NewSet(new_id("set"), body.name, body.kind, made)
        return new, sets.pack(new)

    new, packed = await asyncio.to_thread(check)

    def make(connection: Connection) -> dict[str, Any]:
        return _set(sets.add_set(connection, scope, new, packed, here.now))

    return (await here.database.write(once, scope, key, here.now, make, status=201)).response()


@router.delete("/data-sets/{id}", status_code=204)
async def drop_data_set(id: PathId, scope: Reviewer, here: Here, key: Key) -> Response:
    def make(connection: Connection) -> None:
        sets.drop_set(connection, scope, id)

    return (await here.database.write(once, scope, key, here.now, make, status=204)).response()


@router.get("/evaluations", responses=gives(shapes.EvaluationList))
async def list_evaluations(scope: Reviewer, here: Here) -> dict[str, Any]:
    found = await here.database.read(kept_runs.list_runs, scope)
    return {"evaluations": [_run(run, job) for run, job in found]}


@router.post("/evaluations", status_code=202, responses=gives(shapes.Evaluation, 202))
async def start_evaluation(body: NewEvaluation, scope: Reviewer, here: Here, key: Key) -> Response:
    new = kept_runs.NewRun(new_id("run"), body.name, body.suite, body.data_set, body.inbox)

    def make(connection: Connection) -> dict[str, Any]:
        run = kept_runs.begin_run(connection, scope, new, here.now)
        return _run(run, read_job(connection, scope, run.id))

    return (await here.database.write(once, scope, key, here.now, make, status=202)).response()


@router.get("/evaluations/{id}", responses=gives(shapes.WholeEvaluation))
async def read_evaluation(id: PathId, scope: Reviewer, here: Here) -> dict[str, Any]:
    def read(connection: Connection) -> tuple[kept_runs.LiveRun, Job, Sequence[Any]]:
        run = kept_runs.read_run(connection, scope, id)
        lines = kept_runs.lines_of(connection, scope, id) if run.suite == "answers" else []
        return run, read_job(connection, scope, id), lines

    run, job, lines = await here.database.read(read)
    head = run.header or {}
    more = {name: head.get(name) or {} for name in ("data", "made_with", "knowledge")}
    points = await asyncio.to_thread(_curve, lines)
    return _run(run, job) | more | {"curve": points}


@router.delete("/evaluations/{id}", status_code=204)
async def drop_evaluation(id: PathId, scope: Reviewer, here: Here, key: Key) -> Response:
    def make(connection: Connection) -> None:
        kept_runs.drop_run(connection, scope, id)

    return (await here.database.write(once, scope, key, here.now, make, status=204)).response()


@router.put("/evaluations/{id}/cancellation", status_code=204)
async def cancel_evaluation(id: PathId, body: Empty, scope: Reviewer, here: Here, key: Key) -> Response:
    def make(connection: Connection) -> None:
        kept_runs.cancel_run(connection, scope, id, here.now)

    return (await here.database.write(once, scope, key, here.now, make, status=204)).response()


@router.get("/evaluations/{id}/lines", responses=gives(shapes.Lines))
async def list_lines(
    id: PathId,
    scope: Reviewer,
    here: Here,
    after: Annotated[int, Query(ge=0, le=BIGGEST_INT)] = 0,
    verdict: shapes.Verdict | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    def read(connection: Connection) -> list[dict[str, Any]]:
        """One more than asked for, by which it is known whether others follow."""
        kept_runs.read_run(connection, scope, id)
        wanted: list[dict[str, Any]] = []
        last = after
        while len(wanted) <= limit and (rows := kept_runs.lines_of(connection, scope, id, last, limit + 1)):
            wanted += [one for one in map(_line, rows) if verdict is None or one["verdict"] == verdict]
            last = rows[-1].number
        return wanted

    found = await here.database.read(read)
    return {"lines": found[:limit], "next": found[limit - 1]["number"] if len(found) > limit else None}


@router.get("/evaluations/{id}/lines/{number}", responses=gives(shapes.TracedLine))
async def read_line(id: PathId, number: Number, scope: Reviewer, here: Here) -> dict[str, Any]:
    row = await here.database.read(kept_runs.read_line, scope, id, number)
    return _line(row) | {"trace": row.trace}


@router.get("/evaluations/{id}/comparison", responses=gives(shapes.Comparison))
async def compare_evaluations(id: PathId, scope: Reviewer, here: Here, baseline: Identifier | None = None) -> dict[str, Any]:
    """What changed from the baseline, another evaluation of the same suite; without one: the one before it."""
    before, after = await here.database.read(kept_runs.two_runs, scope, baseline, id)
    return _comparison(await asyncio.to_thread(compare, before, after))


@router.get("/frozen-cases", responses=gives(shapes.FrozenCaseList))
async def list_frozen_cases(scope: Reviewer, here: Here) -> dict[str, Any]:
    return {"frozen_cases": [_case(one) for one in await here.database.read(kept_cases.list_cases, scope)]}


@router.post("/frozen-cases", status_code=201, responses=gives(shapes.FrozenCase, 201))
async def freeze_message(body: NewFrozenCase, scope: Reviewer, here: Here, house: TheHouse, key: Key) -> Response:
    """Makes a test of a message: of the bot's, of its handoff, or of the customer's that it answered."""
    replay = await here.database.read(find, scope, key)
    if replay is not None:
        return await _case_made(here, scope, replay)
    case = await asyncio.to_thread(freeze, house.settings, house.database, house.searcher, scope, body.message)
    content, case_id = await asyncio.to_thread(kept_cases.packed, case), new_id("frz")

    def make(connection: Connection) -> dict[str, Any]:
        return {"id": kept_cases.keep_case(connection, scope, case_id, case, content, here.now).id}

    return await _case_made(here, scope, await here.database.write(once, scope, key, here.now, make, status=201))


@router.get("/frozen-cases/{id}", responses=gives(shapes.WholeCase))
async def read_frozen_case(id: PathId, scope: Reviewer, here: Here) -> dict[str, Any]:
    """The whole case, as `warmline evals replay` reads it."""
    return await asyncio.to_thread(kept_cases.unpacked, await here.database.read(kept_cases.content_of, scope, id))


@router.delete("/frozen-cases/{id}", status_code=204)
async def drop_frozen_case(id: PathId, scope: Reviewer, here: Here, key: Key) -> Response:
    def make(connection: Connection) -> None:
        kept_cases.drop_case(connection, scope, id)

    return (await here.database.write(once, scope, key, here.now, make, status=204)).response()


@router.post("/frozen-cases/{id}/replays", status_code=201, responses=gives(shapes.FrozenCase, 201))
async def replay_frozen_case(id: PathId, body: Empty, scope: Reviewer, here: Here, key: Key) -> Response:
    case = await asyncio.to_thread(kept_cases.unpacked, await here.database.read(kept_cases.content_of, scope, id))
    result = await asyncio.to_thread(replay_case, here.settings, case)

    def make(connection: Connection) -> dict[str, Any]:
        return {"id": kept_cases.note_replay(connection, scope, id, result, here.now).id}

    return await _case_made(here, scope, await here.database.write(once, scope, key, here.now, make, status=201))


async def _case_made(here: Parts, scope: Scope, made: Made) -> Response:
    """What is stored for a repeat is the id alone: a case holds a customer's words, which must not outlive it."""
    return replace(made, body=_case(await here.database.read(kept_cases.read_case, scope, made.body["id"]))).response()


def _set(one: sets.DataSet) -> dict[str, Any]:
    names = ("id", "name", "kind", "items", "sha256")
    return {name: getattr(one, name) for name in names} | {"author": one.author_name, "created_at": iso(one.created_at)}


def _run(run: kept_runs.LiveRun, job: Job) -> dict[str, Any]:
    names = ("id", "name", "suite", "data_set", "inbox")
    shown = ("name", "value", "low", "high", "n", "better")
    return {name: getattr(run, name) for name in names} | {
        "state": run.state(job),
        "done": job.done,
        "total": job.total,
        "error": job.error,
        "author": run.author_name,
        "created_at": iso(run.created_at),
        "changed_meanwhile": bool((run.header or {}).get("changed_meanwhile")),
        "figures": [{name: figure[name] for name in shown} for figure in run.figures or ()],
    }


def _line(row: Any) -> dict[str, Any]:
    return {"number": row.number, "item": row.item, "asked": row.asked, "line": row.line, "verdict": _verdict(row)}


def _verdict(row: Any) -> str:
    if row.line.get("action", "answer") in ANSWERED:
        return "unlabelled" if row.is_right is None else "right" if row.is_right else "wrong"
    if row.asked.get("answerable") is False:
        return "withheld"
    return "missed" if row.asked.get("answerable") or row.asked.get("relevant_ids") else "unlabelled"


def _curve(lines: Sequence[Any]) -> list[dict[str, Any]]:
    judged = [(row.line["confidence"], row.is_right) for row in lines if row.is_right is not None and row.line["action"] != "small_talk"]
    points = [point_at(step / STEPS, judged) for step in range(STEPS + 1)] if judged else []
    return [{"threshold": one.threshold, "answered": one.answered, "wrong": one.wrong if one.given else None} for one in points]


def _comparison(found: Comparison) -> dict[str, Any]:
    figures = []
    for one in found.figures:
        gap = one.difference
        values = {name: _real(getattr(gap, field, None)) for name, field in (("difference", "value"), ("low", "low"), ("high", "high"))}
        names = {"name": one.name, "before": one.before, "after": one.after, "better": one.better}
        figures.append({**names, **values, "paired": bool(gap and gap.paired), "significant": one.significant})
    lines = [{"item": one.id, "changed": _changes(one.changed)} for one in found.lines[:LIMIT_CHANGES]]
    more = {"made_with": _changes(found.made_with), "changed_lines": len(found.lines), "lines": lines}
    return {"same_items": found.same_items, "figures": figures} | more


def _real(value: float | None) -> float | None:
    return None if value is None or value != value else value


def _changes(changed: Any) -> list[dict[str, Any]]:
    return [{"name": name, "before": before, "after": after} for name, (before, after) in changed.items()]


def _case(one: kept_cases.KeptCase) -> dict[str, Any]:
    names = ("id", "conversation", "message", "question", "as_posted", "replay")
    return {name: getattr(one, name) for name in names} | {"author": one.author_name, "created_at": iso(one.created_at)}
