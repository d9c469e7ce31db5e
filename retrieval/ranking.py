"""The order of the first passages that both legs found: a weighted sum of what can be seen once their words are read.

The weights are fitted by evals/fitting/retrieval.py (listwise softmax; each figure is of weights that saw nothing of its base) and kept as
JSON with their model, date and data sets. Raw cosines and shares of the question's weight, beside the stretched scores of the legs, let the
balance of meaning and words follow the question and the base."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Embedder
from retrieval.fusion import Legs
from retrieval.words import terms_of

WEIGHTS = Path(__file__).parent / "weights" / "ranking.json"
# How many of the fused list are read and put in order.
RANKED = 30
# dense, lexical: the stretched scores · cosine · cover: share of the question's weight whose terms the passage has, source_cover: the same
# for all passages of its source among these · pairs: the same for neighbouring terms that stand close together.
FEATURES = ("dense", "lexical", "cosine", "cover", "source_cover", "pairs")
FUSED = {"dense": 0.5, "lexical": 0.5}
NEAR = 2
FIELD_GAP = ("",) * NEAR

Words = tuple[str, ...]
Features = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """terms: of the question alone, in order; weights: of all terms searched for, by rarity and by how long ago they were said."""

    terms: Sequence[str]
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Candidate:
    """words: title, heading and text, stemmed, with a gap between. cosine: 0 when degraded."""

    passage: int
    source: str
    words: Words
    cosine: float


@dataclass(frozen=True)
class Ranking:
    """heads: `full` for the model that it was fitted with, `other` for an embedder whose cosines mean something else and for a search
    without vectors. A question that leans on what was said before keeps the fused order: its own words tell too little."""

    model: str
    heads: Mapping[str, Mapping[str, float]]

    def weights(self, embedder: Embedder, degraded: bool, leaning: bool) -> Features:
        """In the order of FEATURES; they sum to 1."""
        full = not degraded and embedder.model == self.model
        found = dict(FUSED if leaning else self.heads["full" if full else "other"])
        if not full:
            found["dense"] *= 0.0 if degraded else 2 * embedder.dense_weight
        row = np.array([found.get(name, 0.0) for name in FEATURES])
        return row / row.sum()


@cache
def load_ranking(path: Path = WEIGHTS) -> Ranking:
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Ranking(stored["model"], stored["heads"])


def words_of(title: str, heading: Sequence[str], text: str, language: str) -> Words:
    parts = (terms_of(part, language) for part in (title, "\n".join(heading), text))
    return tuple(word for part in parts for word in (*part, *FIELD_GAP))


def features_of(asked: Asked, candidates: Sequence[Candidate], legs: Legs) -> Features:
    """[candidates, FEATURES]."""
    dense, lexical = legs
    held = [{term for term in candidate.words if term in asked.weights} for candidate in candidates]
    sources: dict[str, set[str]] = {}
    for candidate, terms in zip(candidates, held, strict=True):
        sources.setdefault(candidate.source, set()).update(terms)
    mass = sum(asked.weights.values()) or 1.0
    pairs = {pair: asked.weights[pair[0]] + asked.weights[pair[1]] for pair in pairwise(asked.terms) if pair[0] != pair[1]}
    pair_mass = sum(pairs.values()) or 1.0

    def share(terms: set[str]) -> float:
        return sum(asked.weights[term] for term in terms) / mass

    return np.array(
        [
            (
                dense.get(candidate.passage, 0.0),
                lexical.get(candidate.passage, 0.0),
                candidate.cosine,
                share(terms),
                share(sources[candidate.source]),
                sum(pairs[pair] for pair in _close(candidate.words, pairs, terms)) / pair_mass,
            )
            for candidate, terms in zip(candidates, held, strict=True)
        ]
    ).reshape(len(candidates), len(FEATURES))


def _close(words: Words, pairs: Mapping[tuple[str, str], float], held: set[str]) -> set[tuple[str, str]]:
    """The pairs whose terms stand at most NEAR words apart, in either order."""
    possible = [pair for pair in pairs if pair[0] in held and pair[1] in held]
    if not possible:
        return set()
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        if word in held:
            places.setdefault(word, []).append(place)
    return {(one, two) for one, two in possible if any(abs(a - b) <= NEAR for a in places[one] for b in places[two])}


def ordered(candidates: Sequence[Candidate], features: Features, weights: Features) -> list[tuple[int, float]]:
    """(passage, score 0..1), best first, ties by id."""
    scores = np.clip(features @ weights, 0.0, 1.0).tolist()
    return sorted(zip((candidate.passage for candidate in candidates), scores, strict=True), key=lambda pair: (-pair[1], pair[0]))
