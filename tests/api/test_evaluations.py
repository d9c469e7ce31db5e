"""Runs and data sets of the quality page, through HTTP, with lines as a job leaves them."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.ids import new_id
from core.jobs import claim, run_claimed
from core.scope import system_scope
from core.settings import Settings
from evals import kept_runs
from tests.api.stage import NO_LIMITS, Answer, Stage, open_stage

SCOPE = system_scope("wsp_main", "test")


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path, _env_file=None, **NO_LIMITS))
    yield stage
    stage.close()


def send(stage: Stage, method: str, path: str, body: Any = None) -> Answer:
    headers = stage.callers["main reviewer"] | {"content-type": "application/json", "idempotency-key": new_id("key")}
    return asyncio.run(stage.call(method, path, headers, b"" if body is None else json.dumps(body).encode()))


def add_set(stage: Stage, content: str, file: str = "a.csv", kind: str = "questions") -> Answer:
    return send(stage, "POST", "/v1/data-sets", {"name": "Asked", "file": file, "kind": kind, "content": content})


def begun(stage: Stage) -> str:
    asked = add_set(stage, "question\nHow?\nWhy?\n").json()["id"]
    return f"/v1/evaluations/{send(stage, 'POST', '/v1/evaluations', {'suite': 'answers', 'data_set': asked, 'name': 'Run'}).json()['id']}"


def keep(stage: Stage, run: str, number: int, action: str, is_right: bool | None, **asked: Any) -> None:
    line = {"id": str(number), "action": action, "confidence": number / 100}
    values = {
        "number": number,
        "item": str(number),
        "asked": {"id": str(number), **asked},
        "line": line,
        "trace": None,
        "is_right": is_right,
    }
    stage.house.database.write_now(kept_runs.keep_line, SCOPE, run.rpartition("/")[2], values)


def test_a_cancelled_run_is_removed_when_its_job_has_stopped_and_not_before(stage: Stage) -> None:
    run = begun(stage)
    database, id = stage.house.database, run.rpartition("/")[2]
    row = database.write_now(claim, "wsp_main", id, "test")
    assert send(stage, "PUT", f"{run}/cancellation", {}).status == 204
    refused = send(stage, "DELETE", run)
    assert (refused.status, "being stopped" in refused.json()["detail"]) == (409, True)
    keep(stage, run, 1, "answer", None)
    run_claimed(database, row, stage.house.parts())
    assert send(stage, "GET", run).json()["error"] is None
    assert send(stage, "DELETE", run).status == 204


def test_an_answer_in_part_is_right_or_wrong_and_not_withheld(stage: Stage) -> None:
    run = begun(stage)
    keep(stage, run, 1, "partial", True, answerable=True)
    keep(stage, run, 2, "partial", False, answerable=False)
    keep(stage, run, 3, "no_answer", False, answerable=False)
    keep(stage, run, 4, "handoff", False, answerable=True)
    lines = send(stage, "GET", f"{run}/lines").json()["lines"]
    assert [line["verdict"] for line in lines] == ["right", "wrong", "withheld", "missed"]


def test_a_page_of_lines_reads_no_more_than_it_shows(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    run, read = begun(stage), []
    for number in range(1, 31):
        keep(stage, run, number, "answer", number % 3 == 0)
    lines_of = kept_runs.lines_of

    def watched(*args: Any) -> Any:
        rows = lines_of(*args)
        read.extend(rows)
        return rows

    monkeypatch.setattr(kept_runs, "lines_of", watched)
    page = send(stage, "GET", f"{run}/lines?limit=4").json()
    assert ([line["number"] for line in page["lines"]], page["next"]) == ([1, 2, 3, 4], 4)
    assert len(read) == 5
    found, after = [], 0
    while after is not None:
        page = send(stage, "GET", f"{run}/lines?limit=3&verdict=right&after={after}").json()
        found, after = [*found, *(line["number"] for line in page["lines"])], page["next"]
    assert found == list(range(3, 31, 3))


def test_the_curve_has_no_share_of_wrong_answers_where_none_is_given(stage: Stage) -> None:
    run = begun(stage)
    keep(stage, run, 40, "answer", True)
    keep(stage, run, 60, "answer", False)
    curve = send(stage, "GET", run).json()["curve"]
    assert [(curve[at]["answered"], curve[at]["wrong"]) for at in (0, 50, 61)] == [(1.0, 0.5), (0.5, 1.0), (0.0, None)]


@pytest.mark.parametrize("levels", [40, 300, 20_000])
def test_a_line_that_is_nested_too_deep_is_named(stage: Stage, levels: int) -> None:
    line = '{"text": "a", "label": ' + "[" * levels + "]" * levels + "}"
    refused = add_set(stage, f'{{"text": "a", "label": [[["b"]]]}}\n{line}\n', "a.jsonl", "items")
    assert refused.status == 422
    assert "line 2: nested more than 32 deep" in refused.json()["detail"]
