"""Fits bot/weights/grounds.json: python -m evals.fitting.grounds ../shared/data [--write]

On the development part of AttributionBench. Printed figures are out of fold, all claims of a question in one; the trees of each fold are
kept, so that `warmline evals run groundedness` on that file is out of fold too. BEGIN is measured only."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from bot.grounds import WEIGHTS, features_of
from bot.trees import Trees
from evals.fitting.reading import LICENCES, lines, write_weights
from evals.seen import SEEN, digest
from evals.suites.groundedness import claim_of, figures, question_of, source_of, supported
from evals.unseen import FOLDS, UNSEEN_GROUNDS, fold_of
from handoff.wording import listed
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
RISING = listed("all one two three new_all new_three of_sentence question_in_source pairs triples letters run run_words")
FALLING = listed("missing_words numbers_missing new_number_missing names_missing denial_differs careful_missing certain_missing")
Rows = NDArray[np.float64]


def main(data: Path, write: bool) -> None:
    items = lines(data / "attributionbench" / "pairs.dev.jsonl")
    told = [features_of(claim_of(item), source_of(item), question_of(item)) for item in items]
    names = list(told[0])
    rows, labels = np.array([[one[name] for name in names] for one in told]), np.array([item["attributable"] for item in items])
    folds = np.array([fold_of(question_of(item)) for item in items])
    found = np.zeros(len(items))
    embedder = MiniLM()
    for fold in range(FOLDS):
        stored = fit(rows[folds != fold], labels[folds != fold], names)
        trees = Trees.of(stored)
        found[folds == fold] = [trees.probability(row) for row in rows[folds == fold]]
        if write:
            write_weights(UNSEEN_GROUNDS / f"fold{fold}.json", embedder, ["attributionbench"], COMMAND, stored)
    print("attributionbench dev, out of fold")
    tell(items, found)
    stored = fit(rows, labels, names)
    for name in MEASURED:
        others = lines(data / name)
        print(f"{name}, never fitted on")
        tell(others, [supported(item, Trees.of(stored)) for item in others])
    if write:
        write_weights(WEIGHTS, embedder, ["attributionbench"], COMMAND, stored)
        SEEN["grounds"].write_text("\n".join(sorted({digest(claim_of(item)) for item in items})) + "\n", encoding="utf-8")


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
