"""Commands that fit weights keep them only with `--write`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.fitting import asked, mood
from handoff.heads import WEIGHTS
from retrieval.minilm import MiniLM

TEXTS = ("I love it {}", "I am angry about it {}", "this is sad {}", "so annoying {}", "it is on the table {}")
LABELS = ("joy", "anger", "sadness", "annoyance", "neutral")


def moods(data: Path) -> None:
    rows = [{"text": text.format(n), "labels": [label]} for n in range(6) for text, label in zip(TEXTS, LABELS, strict=True)]
    written(data / "goemotions", rows)


def wishes(data: Path) -> None:
    rows = [{"text": f"a person please {n}", "intent": asked.INTENT} for n in range(8)] + [{"text": f"where is it {n}"} for n in range(8)]
    for name in asked.FITTED_ON:
        written(data / name, rows)


def written(folder: Path, rows: list[dict]) -> None:
    folder.mkdir(parents=True)
    (folder / "queries.train.jsonl").write_text("".join(json.dumps({"id": str(n)} | row) + "\n" for n, row in enumerate(rows)))


@pytest.mark.parametrize(("name", "make", "fit"), [("mood", moods, mood.fit), ("asked", wishes, asked.fit)])
def test_figures_are_printed_and_the_weights_stay(
    name: str, make: Callable[[Path], None], fit: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "data")
    shipped = (WEIGHTS / f"{name}.json").read_bytes()
    try:
        fit(MiniLM(), tmp_path / "data", tmp_path / "cache", False)
        assert (WEIGHTS / f"{name}.json").read_bytes() == shipped
    finally:
        (WEIGHTS / f"{name}.json").write_bytes(shipped)
    assert "out of fold" in capsys.readouterr().out
