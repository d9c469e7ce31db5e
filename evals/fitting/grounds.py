"""Fits bot/weights/grounds.json: python -m evals.fitting.grounds ../shared/data [--write]

On the development part of AttributionBench. Printed figures are out of fold, all claims of a question in one; the trees of each fold are
kept, so that `warmline evals run groundedness` on that file is out of fold too. BEGIN is measured only."""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from bot.grounds import WEIGHTS, Grounds, features_of
from bot.meaning import MEANING, meaning_of
from bot.trees import Trees
from evals.fitting.reading import LICENCES, lines, write_weights
from evals.seen import SEEN, digest
from evals.suites.groundedness import claim_of, figures, question_of, source_of, supported
from evals.unseen import FOLDS, UNSEEN_GROUNDS, fold_of
from handoff.wording import listed
from retrieval.embedder import Embedder
from retrieval.minilm import MiniLM

COMMAND = "python -m evals.fitting.grounds ../shared/data --write"
MEASURED = ("begin/pairs.dev.wow.jsonl", "begin/pairs.dev.cmu.jsonl", "begin/pairs.dev.tc.jsonl")
# Shallow, slow and many: 1,198 claims do not bear more. Means of several seeds, each seeing half of the features a split.
SETTINGS: dict[str, Any] = {
    "max_depth": 4,
    "max_iter": 60,
    "learning_rate": 0.05,
    "min_samples_leaf": 10,
    "l2_regularization": 2,
    "max_features": 0.5,
}
SEEDS = 3
RISING = listed(
    "all one two three new_all new_three of_sentence question_in_source pairs triples letters run run_words"
    " nearest second_nearest neighbours_near mean_near question_near matched least_matched low_matched rare_matched strangers_matched"
    " new_matched matched_in_one"
)
FALLING = listed("missing_words numbers_missing new_number_missing names_missing denial_differs careful_missing certain_missing")
Rows = NDArray[np.float64]
Told = tuple[dict[str, float], bool]


def main(data: Path, write: bool) -> None:
    items = lines(data / "attributionbench" / "pairs.dev.jsonl")
    embedder = MiniLM()
    # Many claims share their sources.
    embedder.pieces = cache(embedder.pieces)  # type: ignore[method-assign]
    told = [_told(item, embedder) for item in items]
    folds = np.array([fold_of(question_of(item)) for item in items])
    found = {head: np.zeros(len(items)) for head in ("wording", "meaning")}
    for fold in range(FOLDS):
        stored = both_heads([one for one, held in zip(told, folds == fold, strict=True) if not held])
        for head, probabilities in found.items():
            trees = Trees.of(stored[head])
            probabilities[folds == fold] = [trees.probability(one[0]) for one, held in zip(told, folds == fold, strict=True) if held]
        if write:
            write_weights(UNSEEN_GROUNDS / f"fold{fold}.json", embedder, ["attributionbench"], COMMAND, stored)
    print("attributionbench dev, floor: three neighbouring sentences hold 60 % of the claim's content words")
    tell(items, [one["three"] - 0.1 for one, _ in told])
    for head, probabilities in found.items():
        print(f"attributionbench dev, out of fold, {head}")
        tell(items, probabilities)
    stored = both_heads(told)
    grounds = Grounds(Trees.of(stored["wording"]), Trees.of(stored["meaning"]), embedder.model)
    if write:
        write_weights(WEIGHTS, embedder, ["attributionbench"], COMMAND, stored)
        SEEN["grounds"].write_text("\n".join(sorted({digest(claim_of(item)) for item in items})) + "\n", encoding="utf-8")
    for name in MEASURED:
        others = lines(data / name)
        print(f"{name}, never fitted on")
        tell(others, [supported(item, grounds, embedder) for item in others])


def _told(item: dict[str, Any], embedder: Embedder) -> Told:
    claim, source, question = claim_of(item), source_of(item), question_of(item)
    return features_of(claim, source, question) | meaning_of(claim, source, question, embedder), bool(item["attributable"])


def both_heads(told: Sequence[Told]) -> dict[str, Any]:
    meaning = list(told[0][0])
    wording = [name for name in meaning if name not in MEANING]
    labels = np.array([label for _, label in told])
    return {
        head: fit(np.array([[one[name] for name in names] for one, _ in told]), labels, names)
        for head, names in (("wording", wording), ("meaning", meaning))
    }


def tell(items: Sequence[dict[str, Any]], found: Sequence[float] | Rows) -> None:
    for figure in figures(items, [{"supported": float(one)} for one in found]):
        print(figure)


def fit(rows: Rows, labels: NDArray[np.bool_], names: Sequence[str]) -> dict[str, Any]:
    """As bot.trees.Trees.of reads it."""
    monotone = [int(name in RISING) - int(name in FALLING) for name in names]
    trees: list[list[list[float]]] = []
    bias = 0.0
    for seed in range(SEEDS):
        model = HistGradientBoostingClassifier(**SETTINGS, monotonic_cst=monotone, random_state=seed).fit(rows, labels)
        bias += float(model._baseline_prediction[0, 0]) / SEEDS
        trees += [_nodes(tree[0].nodes) for tree in model._predictors]
    return {"names": list(names), "bias": round(bias, 6), "depth": SETTINGS["max_depth"], "trees": trees}


def _nodes(nodes: Any) -> list[list[float]]:
    """[feature, threshold, left, right, value]; a leaf leads to itself."""
    found = []
    for at, node in enumerate(nodes):
        if node["is_leaf"]:
            found.append([0, 0, at, at, round(float(node["value"]) / SEEDS, 6)])
        else:
            threshold = round(float(node["num_threshold"]), 6)
            found.append([int(node["feature_idx"]), threshold, int(node["left"]), int(node["right"]), 0])
    return found


LICENCES["attributionbench"] = "AttributionBench dev, OSU-NLP-Group/AttributionBench@b33329b (Li et al. 2024), Apache-2.0"

if __name__ == "__main__":
    main(Path(sys.argv[1]), "--write" in sys.argv)
