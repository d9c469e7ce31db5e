"""Saved runs, compared and guarded: `warmline evals run --save`, `compare`, `gate`."""

import json
import tracemalloc
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from live import Server
from sklearn.metrics import f1_score, roc_auc_score

from evals.measures import auroc, auroc_with_interval, macro_f1_with_interval, mean_with_interval
from evals.paired import difference

THINGS = ["apron", "bicycle", "candle", "drum", "easel", "fiddle", "guitar", "hammock", "inkwell", "jacket", "kettle", "lantern"]
SECRET = "sk-never-to-be-written"


def write(path: Path, rows: list[dict]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def article(thing: str) -> dict:
    return {"id": thing, "title": thing.capitalize(), "text": f"The {thing} may be sent back within 30 days if the {thing} is unused."}


def question(thing: str) -> dict:
    return {"id": f"q-{thing}", "text": f"How do I send back the {thing}?", "relevant_ids": [thing]}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Two saved runs: over all articles, and over half of them."""
    folder = tmp_path_factory.mktemp("runs")
    server = Server(folder / "data", embedder="hash", llm_api_key=SECRET, embeddings_api_key=SECRET, secret_key=SECRET * 2)
    queries = write(folder / "queries.jsonl", [question(thing) for thing in THINGS])
    for name, things in (("whole", THINGS), ("half", THINGS[:6]), ("again", THINGS)):
        corpus = write(folder / f"{name}.jsonl", [article(thing) for thing in things])
        server.run("evals", "run", "retrieval", "--corpus", corpus, "--queries", queries, "--save", name)
    return server


def gate(shop: Server, *options: str) -> CompletedProcess[str]:
    return shop.run("evals", "gate", *options, check=False)


def test_a_run_keeps_what_it_was_made_with_and_no_secret(shop: Server) -> None:
    folder = shop.data / "evals" / "whole"
    kept = json.loads((folder / "run.json").read_text())
    assert len((folder / "lines.jsonl").read_text().splitlines()) == len(THINGS)
    assert kept["made_with"]["settings"]["embedder"] == "hash"
    assert len(kept["made_with"]["weights"]["bot/weights/confidence.json"]) == 64
    assert kept["data"]["queries"].keys() == {"file", "sha256"}
    assert all(SECRET not in path.read_text() for path in folder.iterdir())
    assert not (shop.data / "warmline.db").exists()


def test_equal_runs_differ_in_nothing(shop: Server) -> None:
    shown = shop.run("evals", "compare", "whole", "again").stdout
    assert "No figure changed." in shown
    assert f"0 of {len(THINGS)} lines changed" in shown
    # The file's name alone.
    assert "data.corpus.file: whole.jsonl → again.jsonl" in shown
    assert "sha256" not in shown


def test_only_what_changed_is_shown(shop: Server) -> None:
    shown = shop.run("evals", "compare", "whole", "half", "--lines", "0").stdout
    assert "hit@1                        1.000 → 0.500   -0.500" in shown
    assert "data.corpus.sha256" in shown
    assert "data.queries" not in shown
    assert "made_with" not in shown
    assert "embedder" not in shown
    assert "q-lantern\n  ranked:" in shown


def test_a_gate_fails_on_a_certain_loss_alone(shop: Server) -> None:
    lost = gate(shop, "--baseline", "whole", "--run", "half")
    assert lost.returncode == 1
    assert "LOST  hit@1" in lost.stdout
    assert gate(shop, "--baseline", "whole", "--run", "again").returncode == 0
    assert gate(shop, "--baseline", "half", "--run", "whole").returncode == 0, "better is no loss"
    # Half is lost, with an interval of about .25 to .75: certain is only what lies below it.
    assert gate(shop, "--baseline", "whole", "--run", "half", "--max-loss", "0.6", "--figure", "hit@1").returncode == 0
    assert gate(shop, "--baseline", "whole", "--run", "half", "--max-loss", "0.1", "--figure", "hit@1").returncode == 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("compare", "whole", "nothing"), "there is no run nothing; saved in"),
        (("gate", "--baseline", "whole", "--run", "half", "--figure", "beauty"), "no figure is called beauty; figures: nDCG@5"),
        (("run", "mood", "--items", __file__, "--save", "../x"), "is no name for a run"),
        (("run", "mood", "--items", __file__, "--save", "whole"), "there is a run whole already"),
        (("run", "mood", "--items", __file__), "say where the lines go"),
    ],
)
def test_what_is_wrong_is_said(shop: Server, command: tuple[str, ...], said: str) -> None:
    done = shop.run("evals", *command, check=False)
    assert done.returncode == 2
    assert said in done.stderr


def test_runs_of_two_suites_are_not_compared(shop: Server, tmp_path: Path) -> None:
    items = write(
        tmp_path / "items.jsonl", [{"id": "a", "text": "Thanks!", "label": "positive"}, {"id": "b", "text": "Awful", "label": "negative"}]
    )
    shop.run("evals", "run", "mood", "--items", items, "--save", "mood")
    done = shop.run("evals", "compare", "whole", "mood", check=False)
    assert done.returncode == 2
    assert "cannot be compared" in done.stderr


def test_a_paired_interval_is_narrower_and_finds_small_losses() -> None:
    draw = np.random.default_rng(3)
    hard = draw.random(400) < 0.5
    before = mean_with_interval("x", list(map(float, hard)))
    worse = hard & (draw.random(400) > 0.05)
    after = mean_with_interval("x", list(map(float, worse)))
    paired = difference("mean", before.columns, after.columns, same_items=True)
    apart = difference("mean", before.columns, after.columns, same_items=False)
    assert paired.high < 0 < apart.high
    assert paired.value == apart.value == pytest.approx(worse.mean() - hard.mean())


def test_statistics_are_those_of_scikit_learn() -> None:
    draw = np.random.default_rng(5)
    truth = [str(one) for one in draw.integers(0, 4, 300)]
    said = [one if draw.random() < 0.6 else str(draw.integers(0, 4)) for one in truth]
    figure = macro_f1_with_interval("F1", truth, said)
    assert figure.value == pytest.approx(f1_score(truth, said, average="macro"))
    assert figure.low < figure.value < figure.high
    labels, scores = draw.random(300) < 0.3, np.round(draw.normal(size=300), 1)
    before = auroc_with_interval("AUROC", list(scores), list(labels))
    after = auroc_with_interval("AUROC", list(scores + labels), list(labels))
    found = difference("auroc", before.columns, after.columns, same_items=True)
    assert found.value == pytest.approx(roc_auc_score(labels, scores + labels) - roc_auc_score(labels, scores))
    assert 0 < found.low < found.value < found.high


def test_an_auroc_over_many_takes_room_for_the_items_not_for_their_pairs() -> None:
    draw = np.random.default_rng(3)
    labels = draw.random(8000) < 0.5
    scores = np.round(draw.normal(labels.astype(float), 1.0), 1)
    said, true = scores.tolist(), labels.tolist()
    tracemalloc.start()
    found = auroc(said, true)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == pytest.approx(roc_auc_score(labels, scores))
    assert peak < 8000 * 8 * 32
    figure = auroc_with_interval("AUROC", said[:400], true[:400])
    assert figure.low < figure.value < figure.high
