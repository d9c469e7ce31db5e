"""What is printed of a development set comes from a confidence that has seen nothing of it, and carries its interval."""

import gzip
import json
import math
import random
from pathlib import Path

import pytest

from bot.confidence import WEIGHTS, load_confidence
from core.settings import Settings
from evals.data import read_cases, read_corpus
from evals.figures import SETS, planned
from evals.floors import bm25_figures
from evals.measures import auroc_with_interval
from evals.suite import SUITES, Files, run_suite
from evals.unseen import FOLDER, unseen_confidence
from retrieval.hash_embedder import HashEmbedder

NAMED = {"kb-plausible": "plausible", "wixqa-sample": "WixQA", "techqa-sample": "TechQA", "mtrag-un": "MTRAG"}


@pytest.mark.parametrize("name", SETS)
def test_each_set_of_the_figures_has_a_head_that_was_fitted_without_it(shared_data: Path, name: str) -> None:
    queries = shared_data / "data" / name / SETS[name][1]
    head = unseen_confidence(queries)
    assert head is not None
    assert head is not load_confidence()
    assert (head.floor, head.model) == (load_confidence().floor, load_confidence().model)
    weights = json.loads((FOLDER / f"{name}.json").read_text())
    shipped = json.loads(WEIGHTS.read_text())
    assert [line for line in shipped["fitted_on"] if line not in weights["fitted_on"]] == [
        line for line in shipped["fitted_on"] if NAMED[name].lower() in line.lower()
    ]
    assert weights["examples"] < shipped["examples"]


def test_the_run_uses_it_and_other_questions_get_the_shipped_one(shared_data: Path, tmp_path: Path) -> None:
    corpus, seen, packed, other = (tmp_path / name for name in ("corpus.jsonl", "seen.jsonl", "seen.jsonl.gz", "other.jsonl"))
    corpus.write_text(
        json.dumps({"id": "goals", "title": "Goals", "text": "Create a custom event goal to count clicks on your site."}) + "\n"
    )
    content = (shared_data / "data" / "kb-plausible" / "queries.dev.jsonl").read_bytes()
    seen.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    other.write_bytes(content + b"\n")
    settings = Settings(data=tmp_path, embedder="hash", _env_file=None)

    def confidences(queries: Path) -> list[float]:
        out = tmp_path / "out.jsonl"
        run_suite(settings, HashEmbedder(), "answers", Files(out, corpus, queries), limit=5)
        return [json.loads(line)["confidence"] for line in out.read_text().splitlines()]

    assert confidences(seen) == confidences(packed) != confidences(other)


def test_an_auroc_has_an_interval() -> None:
    draw = random.Random(7)
    labels = [number % 3 == 0 for number in range(90)]
    scores = [draw.gauss(1.0 if label else 0.0, 1.0) for label in labels]
    figure = auroc_with_interval("x", scores, labels)
    assert 0.5 < figure.low < figure.value < figure.high < 1
    assert figure.high - figure.low < 0.3
    assert figure.n == 90
    # Separable: no draw can be anything else.
    sure = auroc_with_interval("x", [float(label) for label in labels], labels)
    assert (sure.low, sure.value, sure.high) == pytest.approx((1, 1, 1))
    assert math.isnan(auroc_with_interval("x", [0.5, 0.6], [True, True]).value)


def test_floors_are_measured_on_the_same_questions(shared_data: Path) -> None:
    folder = shared_data / "data" / "kb-plausible"
    cases = read_cases(folder / "queries.dev.jsonl")
    figures = {figure.name: figure for figure in bm25_figures(read_corpus(folder / "corpus.jsonl.gz"), cases)}
    assert figures["hit@3"].n == sum(bool(case.relevant) for case in cases)
    assert 0.6 < figures["hit@3"].value < 0.95


def test_every_suite_has_a_set_and_every_set_is_there(shared_data: Path) -> None:
    plan = planned(shared_data / "data")
    assert {one.suite for one in plan} == set(SUITES)
    files = [path for one in plan for path in (one.corpus, one.queries, one.items, one.train) if path]
    assert [path for path in files if not path.exists()] == []
    assert {one.name for one in planned(shared_data / "data", ["mood"])} == {"airline-tweets", "tweeteval-sentiment", "tweeteval-emotion"}
