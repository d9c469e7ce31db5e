"""`warmline evals run confidence` and `calibrate`, over articles and questions made here; and the calibration error against its definition."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.refit import AT_LEAST
from core.errors import Invalid
from core.settings import Settings
from evals.calibrate import calibrate
from evals.calibration import by_chance, calibration_error, calibration_figure
from evals.suite import Files, run_suite
from retrieval.hash_embedder import HashEmbedder

THINGS = [
    f"{colour} {thing}" for colour in ("red", "green", "blue", "black") for thing in ("kettle", "lantern", "jacket", "tent", "saddle")
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Four questions to each article, and as many that no article answers."""
    corpus, queries = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl"
    corpus.write_text(
        "\n".join(json.dumps({"id": one, "title": one, "text": f"The {one} weighs 3 kg and costs 40 euros."}) for one in THINGS)
    )
    asked = [
        {"id": f"{one} {ask}", "text": f"How {ask} is the {one}?", "relevant_ids": [one], "answerable": True}
        for one in THINGS
        for ask in ("heavy", "costly", "durable", "old")
    ]
    asked += [{"id": f"none {n}", "text": f"Who plays violin number {n} in Paris?", "answerable": False} for n in range(40)]
    queries.write_text("\n".join(map(json.dumps, asked)))
    return corpus, queries


def test_the_suite_tells_what_is_answered_from_what_is_not(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    settings = Settings(data=tmp_path / "data", _env_file=None)
    figures = {one.name: one for one in run_suite(settings, HashEmbedder(), "confidence", Files(out, *files))}
    assert figures["AUROC answerable"].value > 0.95
    assert figures["AUROC article taken away"].value > 0.7
    assert figures["ECE"].n == figures["right"].n == 120
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [set(line) for line in lines[:1]] == [{"id", "confidence", "answerable", "right", "without", "timings"}]
    assert "without" not in lines[-1]
    assert {line["right"] for line in lines[-40:]} == {False}


def test_calibrating_prints_both_and_asks_for_enough(files: tuple[Path, Path]) -> None:
    found = calibrate(HashEmbedder(), *files)
    named = {one.name: one.value for one in found.own}
    before = {one.name: one.value for one in found.shipped}
    assert named["AUROC right"] >= before["AUROC right"] - 0.05
    assert found.fitted.figures["labels"] == 120
    if found.fitted.kept:
        assert found.fitted.figures["loss"] < found.fitted.figures["shipped_loss"]
    with pytest.raises(Invalid, match=str(AT_LEAST)):
        calibrate(HashEmbedder(), *files, limit=AT_LEAST - 1)


def test_the_calibration_error_is_that_of_its_definition() -> None:
    """Ten of each confidence fall into one bin: two of ten are right where .2 was said, six of ten where .8 was."""
    said = np.repeat([0.2, 0.8], 50)
    right = np.tile([True] * 2 + [False] * 8, 5).tolist() + np.tile([True] * 6 + [False] * 4, 5).tolist()
    assert calibration_error(said, right) == pytest.approx(0.1)
    figure = calibration_figure("ECE", list(said), right)
    assert figure.low <= figure.value <= figure.high
    assert by_chance([0.5] * 40).high > by_chance([0.5] * 4000).high
