"""Whether a text tries to give the assistant orders: a probability, from the wording, its letters and its MiniLM vector.

A logistic regression over three groups of features, fitted by evals/fitting/injection.py. It is a signal: no customer is refused for it.
"""

import json
import re
import zlib
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.injection_cues import CUES, cues
from handoff.heads import Vector
from handoff.wording import fold

WEIGHTS = Path(__file__).parent / "weights" / "injection.json"
DIMENSION = 384
BUCKETS = 4096
# Of the vector and of the letters, so that one penalty suits all three groups.
SCALE = 2.0
SUSPICIOUS = 0.5
# From here on a customer's text is not handed to a model, and a passage's sentence neither.
CERTAIN = 0.9
_LONGEST = 2000
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?]+(?:\s+|$)|\n+|[.!?]+|$)")
# These count apart where the text is no question: "how do I ignore …?" orders nothing.
ORDERS = (
    "cancels", "new_role", "puppet", "shapes_reply", "shapes_reply_softly", "plants_code", "asks_for_prompt", "own_knowledge",
    "fresh_start",
)  # fmt: skip


@dataclass(frozen=True)
class Detector:
    """model: of the embedder that it was fitted with. Each head: on_vector [384] or [0], on_cues [cues, then ORDERS], on_letters [4096],
    bias."""

    model: str
    with_vector: "Weights"
    by_wording: "Weights"


@dataclass(frozen=True)
class Weights:
    on_vector: Vector
    on_cues: Vector
    on_letters: Vector
    bias: float


def injection_in(text: str, vector: Vector | None) -> float:
    """0…1; from SUSPICIOUS on, orders are likelier than not. vector: of the text by the embedder that the detector was fitted with
    (`readable`), None: the wording alone decides."""
    detector = load_detector()
    weights = detector.by_wording
    logit = 0.0
    if vector is not None and vector.shape == (DIMENSION,):
        weights = detector.with_vector
        logit = SCALE * float(weights.on_vector @ vector)
    logit += weights.bias + float(weights.on_cues @ wording(text)) + float(weights.on_letters @ letters(text))
    return 1 / (1 + exp(-max(-30.0, min(30.0, logit))))


def readable(model: str) -> bool:
    """Whether the detector was fitted with vectors of this model (`Embedder.model`)."""
    return load_detector().model == model


def without_orders(text: str) -> str:
    """An article's text without the sentences that are certain to address a model; 1 in 9,000 sentences of real articles is."""
    return "".join(piece for piece in _SENTENCE.findall(text) if injection_in(piece.strip(), None) < CERTAIN)


def wording(text: str) -> Vector:
    heard = cues(text)
    asks = heard["question"]
    return np.array([*(heard[cue] for cue in CUES), *(heard[cue] * (1 - asks) for cue in ORDERS)], np.float32)


def letters(text: str) -> Vector:
    """[BUCKETS]: groups of three to five letters within words, hashed with a sign, damped by their root, of length SCALE (Weinberger et al.
    2009, "Feature Hashing for Large Scale Multitask Learning")."""
    counts = np.zeros(BUCKETS, np.float32)
    for word in fold(text[:_LONGEST]).split():
        padded = f" {word} "
        for size in (3, 4, 5):
            for start in range(max(1, len(padded) - size + 1)):
                hashed = zlib.crc32(padded[start : start + size].encode())
                counts[hashed % BUCKETS] += 1 if hashed >> 31 else -1
    damped = np.sign(counts) * np.sqrt(np.abs(counts))
    return np.asarray(SCALE * damped / max(1e-6, float(np.linalg.norm(damped))), np.float32)


@cache
def load_detector() -> Detector:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Detector(stored["model"], *(_weights(stored["heads"][name]) for name in ("with_vector", "by_wording")))


def _weights(stored: dict[str, list[float]]) -> Weights:
    on_vector, on_cues, on_letters = (np.array(stored[name], np.float32) for name in ("on_vector", "on_cues", "on_letters"))
    return Weights(on_vector, on_cues, on_letters, float(stored["bias"][0]))


def features(texts: list[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """[n, 384 + cues + ORDERS + BUCKETS], as the heads are fitted on."""
    return np.hstack([SCALE * vectors, np.array([wording(text) for text in texts]), np.array([letters(text) for text in texts])])
