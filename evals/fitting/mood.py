"""Fits the mood heads on goemotions and measures the shipped ones elsewhere: python -m evals.fitting.mood --data ../shared/data [--write]

Airline tweets and tweeteval are measured only; no shipped number is fitted on them.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from evals.fitting.reading import lines, write_weights
from evals.fitting.vectors import CACHE, embedded
from handoff.heads import WEIGHTS
from handoff.mood_cues import CUES, cues
from handoff.mood_words import KINDS, mood_words
from handoff.wording import listed
from retrieval.embedder import Embedder
from retrieval.minilm import MiniLM

Array = NDArray[Any]
COMMAND = "python -m evals.fitting.mood --data ../shared/data --write"
POSITIVE = listed("admiration amusement approval caring excitement gratitude joy love optimism pride relief")
NEGATIVE = listed("anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness")
DISPLEASED = frozenset({"anger", "annoyance", "disappointment"})
SORROW = frozenset({"sadness", "grief", "remorse", "disappointment"})
C = 0.3
FOLDS = 5


def features(texts: list[str], vectors: Array) -> Array:
    heard = [cues(text, True) for text in texts]
    return np.hstack([vectors, np.array([[row[cue] for cue in CUES] for row in heard]), np.array([mood_words(text) for text in texts])])


def labelled(rows: list[dict], names: frozenset[str]) -> Array:
    return np.array([not names.isdisjoint(row["labels"]) for row in rows])


Targets = list[tuple[Array, float]]


def linear(x: Array, targets: Targets) -> tuple[Array, float]:
    """One linear score: the weighted sum of a logistic regression per target. Negative alone ranks calm sadness above a complaint, anger
    alone ranks sorrow beside it."""
    models = [(LogisticRegression(C=C, max_iter=3000).fit(x, y), share) for y, share in targets]
    return sum(share * model.coef_[0] for model, share in models), float(sum(share * model.intercept_[0] for model, share in models))


def out_of_fold(x: Array, targets: Targets, truth: Array) -> Array:
    scores = np.zeros(len(x))
    for fit, held in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(x, truth):
        weights, bias = linear(x[fit], [(y[fit], share) for y, share in targets])
        scores[held] = x[held] @ weights + bias
    return scores


def calibrated(scores: Array, y: Array) -> tuple[float, float]:
    platt = LogisticRegression(C=1e6).fit(scores[:, None], y)
    return float(platt.coef_[0, 0]), float(platt.intercept_[0])


def fitted(x: Array, targets: Targets, truth: Array, width: int) -> tuple[dict, Array]:
    """The stored head, and its out-of-fold probabilities of the truth (calibration is two numbers on 43,000 rows)."""
    scores = out_of_fold(x, targets, truth)
    slope, shift = calibrated(scores, truth)
    weights, bias = linear(x, targets)
    weights = np.round(weights, 4)
    stored = {
        "on_vector": weights[:width].tolist(),
        "on_features": weights[width:].tolist(),
        "bias": round(bias, 4),
        "slope": round(slope, 4),
        "shift": round(shift, 4),
    }
    return stored, 1 / (1 + np.exp(-(slope * scores + shift)))


def calibration_error(p: Array, y: Array, bins: int = 10) -> float:
    """Expected calibration error over bins of equal count."""
    parts = np.array_split(np.argsort(p), bins)
    return sum(len(part) * abs(p[part].mean() - y[part].mean()) for part in parts) / len(p)


def fit(embedder: Embedder, data: Path, cache: Path, write: bool) -> None:
    rows = lines(data / "goemotions/queries.train.jsonl")
    texts = [row["text"] for row in rows]
    x = features(texts, embedded(embedder, texts, cache))
    negative, positive, displeased, sorrow = (labelled(rows, names) for names in (NEGATIVE, POSITIVE, DISPLEASED, SORROW))
    anger, annoyance = (labelled(rows, frozenset({name})) for name in ("anger", "annoyance"))
    heads = {}
    for name, truth, targets in (
        ("negative", negative, [(negative, 0.5), (displeased, 1.0)]),
        ("positive", positive, [(positive, 1.0)]),
        ("anger", anger | annoyance, [(anger, 1.0), (annoyance, 1.0), (sorrow, -0.5)]),
    ):
        for suffix, columns, width in (("", x, 384), ("_by_wording", x[:, 384:], 0)):
            heads[name + suffix], p = fitted(columns, targets, truth, width)
            print(
                f"goemotions train, out of fold: {name + suffix:20} AUROC {roc_auc_score(truth, p):.3f}  "
                f"calibration error {calibration_error(p, truth):.3f}"
            )
    if write:
        write_weights(WEIGHTS / "mood.json", embedder, ["goemotions"], COMMAND, {"cues": [*CUES, *KINDS], "heads": heads})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--write", action="store_true", help="keep the weights")
    options = parser.parse_args()
    embedder = MiniLM()
    fit(embedder, options.data, options.cache, options.write)
    from evals.fitting.mood_figures import measure  # reads the shipped weights: those just written, with --write

    measure(embedder, options.data, options.cache)


if __name__ == "__main__":
    main()
