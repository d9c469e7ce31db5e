"""The payloads of the quality pages: data sets, runs and their lines, frozen cases. Planted as those of xss_stage.py."""

from typing import Any

from sqlalchemy import Connection, insert

from core.ids import new_id
from core.scope import Actor, Scope
from core.tables import job
from evals.kept_runs import KIND
from evals.tables import eval_line, eval_run, eval_set, frozen_case
from tests.ui.xss_stage import COUNT, NOW, Stage, joined

# As many as the list of runs shows.
RUNS = 50


def plant_quality(connection: Connection, stage: Stage) -> tuple[str, str]:
    """The two runs that have lines, the older one first."""
    _plant_sets(connection, stage)
    _plant_cases(connection, stage)
    names, figures = (joined(stage.of(one), COUNT // RUNS) for one in ("name of a run", "figure of a run"))
    runs = [_plant_run(connection, stage, n, names[n], figures[n]) for n in range(RUNS)]
    for run, before in zip(runs[-2:], ("Before ", ""), strict=True):
        _plant_lines(connection, stage, run, before)
    return runs[-2], runs[-1]


def _plant_sets(connection: Connection, stage: Stage) -> None:
    for n, one in enumerate(stage.of("name of a data set")):
        row = {"id": new_id("set"), "name": one, "kind": "questions", "items": 1, "sha256": "x", "content": b"", "author_name": one}
        connection.execute(insert(eval_set).values(workspace=stage.scope.workspace, **row, created_at=NOW + n))


def _plant_cases(connection: Connection, stage: Stage) -> None:
    crowds = joined(stage.of("frozen case"), 15)
    for n, one in enumerate(stage.of("frozen case")):
        row: dict[str, Any] = {"id": new_id("frz"), "conversation": "cnv_x", "message": "msg_x", "question": one, "as_posted": n % 2 == 0}
        row |= {"content": b"", "author_name": one, "created_at": NOW + n}
        row["replay"] = {"at": "2026-01-01T00:00:00Z", "differences": crowds} if n == 0 else None
        connection.execute(insert(frozen_case).values(workspace=stage.scope.workspace, **row))


def _plant_run(connection: Connection, stage: Stage, n: int, name: str, figure: str) -> str:
    """The last two differ in what they were made with and in a figure; of the others every other one has failed."""
    run, whole = new_id("run"), n >= RUNS - 2
    told = joined(stage.of("line of a run"))
    made_with = dict(zip(told, told, strict=True)) if n == RUNS - 1 else {}
    header = {"data": {"set": {"name": figure, "sha256": "x"}}, "made_with": made_with, "knowledge": {"articles": 1}}
    value = {"value": n / RUNS, "low": 0.0, "high": 1.0, "n": 1, "better": "higher", "statistic": "", "columns": []}
    figures = [{"name": crowd, **value} for crowd in ([figure] if not whole else joined(stage.of("figure of a run")))]
    state = {"state": "failed", "error": name} if n % 2 and not whole else {"state": "done"}
    scope, at = Scope(stage.scope.workspace, Actor("system", "test")), {"created_at": NOW + n}
    row = {"id": run, "kind": KIND, "args": {}, "actor": {"kind": "system", "id": "test"}, "total": 1, "done": 1, "failed": 0}
    connection.execute(insert(job).values(workspace=scope.workspace, **row, **state, **at))
    row = {"id": run, "name": name, "suite": "retrieval", "data_set": "set_x", "header": header, "figures": figures, "author_name": name}
    connection.execute(insert(eval_run).values(workspace=scope.workspace, **row, **at))
    return run


def _plant_lines(connection: Connection, stage: Stage, run: str, before: str) -> None:
    """Those that hold thirty each come first: they are opened, and a comparison does not show all."""
    texts = stage.of("line of a run")
    for number, one in enumerate([*joined(texts), *texts], 1):
        turn = [{"role": one, "text": one}]
        passage = {"passage": 1, "source": one, "title": one, "heading": [one], "score": 0.5}
        row = {
            "number": number, "item": one, "is_right": number % 2 == 0,
            "asked": {"id": one, "text": one, "history": turn, "turns": turn, "answer": one, "relevant_ids": [one]},
            "line": {"id": one, "text": before + one, one: before + one},
            "trace": {"intent": one, one: one, "passages": [passage], "signals": {one: 1.0}, "timings": {one: 1}, "because": {one: 0.5}},
        }  # fmt: skip
        connection.execute(insert(eval_line).values(workspace=stage.scope.workspace, run=run, **row))
