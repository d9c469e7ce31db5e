"""`warmline evals run groundedness`: claims against their passages."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.grounds import load_grounds
from bot.source import Source
from core.errors import Invalid
from core.settings import Settings
from evals.seen import SEEN
from evals.suite import Files, run_suite
from retrieval.hash_embedder import HashEmbedder
from retrieval.minilm import MiniLM

PASSAGE = "You can return shoes within 30 days of delivery. We refund the price within five days. Shipping is not refunded."


def run(folder: Path, items: list[dict]) -> tuple[list[dict], list]:
    file, out = folder / "items.jsonl", folder / "out.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in items))
    figures = run_suite(Settings(data=folder, _env_file=None), HashEmbedder(), "groundedness", Files(out, items=file))
    return [json.loads(line) for line in out.read_text().splitlines()], figures


def test_claims_get_a_probability_and_labels_get_figures(tmp_path: Path) -> None:
    said = {"You can return shoes within 30 days of delivery.": True, "Every shoe is made by elves in Lapland.": False,
            "The price is refunded within five days.": True, "Shoes last for 12 years if washed weekly with lemon.": False}  # fmt: skip
    forms = [
        {"id": "1", "claim": next(iter(said)), "references": [PASSAGE], "attributable": True, "source": "a"},
        {"id": "2", "response": list(said)[1], "context": PASSAGE, "hallucinated": True, "source": "a"},
        {
            "id": "3",
            "claim": f"{list(said)[2]} [1]",
            "question": "When do I get my money?",
            "references": [PASSAGE],
            "attributable": True,
            "source": "b",
        },
        {"id": "4", "response": list(said)[3], "message": "Do they last?", "context": PASSAGE, "attributable": False, "source": "b"},
    ]
    rows, figures = run(tmp_path, forms)
    assert [row["id"] for row in rows] == ["1", "2", "3", "4"]
    assert all(0 <= row["supported"] <= 1 and row["timings"]["total_ms"] >= 0 for row in rows)
    assert min(rows[0]["supported"], rows[2]["supported"]) > 0.5 > max(rows[1]["supported"], rows[3]["supported"])
    named = {figure.name: figure.value for figure in figures}
    assert named["macro-F1"] == named["AUROC"] == named["macro-F1 a"] == named["macro-F1, mean of sources"] == 1.0


@pytest.mark.parametrize(
    "item", [{"id": "1", "references": [PASSAGE]}, {"id": "1", "claim": "x"}, {"id": "1", "claim": "x", "references": "x"}]
)
def test_an_item_that_lacks_its_parts_is_named(tmp_path: Path, item: dict) -> None:
    with pytest.raises(Invalid, match="id 1"):
        run(tmp_path, [item])


def test_a_wrong_number_a_denial_and_a_stranger_weigh() -> None:
    source = Source("Returns", PASSAGE)
    right = load_grounds().of("You can return shoes within 30 days of delivery.", source)
    assert load_grounds().of("You can return shoes within 90 days of delivery.", source) < right
    assert load_grounds().of("Bicycles from Lapland are mended by elves.", source) < 0.3


def test_lines_of_the_fitting_set_are_judged_by_trees_that_have_not_seen_them(shared_data: Path) -> None:
    from evals.fitting.reading import lines
    from evals.seen import seen
    from evals.suites.groundedness import claim_of, question_of
    from evals.unseen import grounds_without

    items = lines(shared_data / "data" / "attributionbench" / "pairs.dev.jsonl")
    assert len(SEEN["grounds"].read_text().split()) > 1000
    assert all(seen("grounds", claim_of(item)) for item in items)
    assert all(grounds_without(question_of(item), claim_of(item)) is not load_grounds() for item in items[:20])
    assert grounds_without("Can I?", "You can return shoes.") is load_grounds()


def test_an_embedder_that_shows_its_pieces_reads_the_meaning_too() -> None:
    source, embedder = Source("Returns", PASSAGE), MiniLM()
    alike = load_grounds().of("Your money comes back within five days.", source, "", embedder)
    assert alike > load_grounds().of("Bicycles from Lapland are mended by elves.", source, "", embedder)
    pieces = embedder.pieces("Refunds take five days.")
    assert np.allclose(np.linalg.norm(pieces.rows, axis=1), 1, atol=1e-5)
    assert np.allclose(pieces.mean, embedder.vector("Refunds take five days."), atol=1e-5)
    other = load_grounds().of("We refund the price.", source, "", HashEmbedder())
    assert other == load_grounds().of("We refund the price.", source), "vectors of another model mean something else"
