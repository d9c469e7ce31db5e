"""Small logistic heads on the question's vector, stored as JSON with the embedder they were fitted on."""

import json
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.log import log
from retrieval.embedder import Embedder

Vector = NDArray[np.float32]
WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class Head:
    """probability = σ(slope · (vector · on_vector + features · on_features + bias) + shift); slope and shift calibrate."""

    on_vector: Vector
    on_features: Vector
    bias: float
    slope: float
    shift: float

    def probability(self, vector: Vector | None, features: list[float]) -> float:
        logit = float(np.dot(self.on_features, np.asarray(features, np.float32))) + self.bias
        if vector is not None:
            logit += float(np.dot(self.on_vector, vector))
        return 1 / (1 + exp(-max(-30.0, min(30.0, self.slope * logit + self.shift))))


@cache
def load(name: str) -> dict:
    """The whole weights file: model, fitted_at, fitted_on (with licences), command, heads."""
    return json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))


@cache
def head(name: str, which: str) -> Head:
    stored = load(name)["heads"][which]
    return Head(
        np.array(stored["on_vector"], np.float32),
        np.array(stored["on_features"], np.float32),
        stored["bias"],
        stored["slope"],
        stored["shift"],
    )


def vector_of(text: str, embedder: Embedder) -> Vector | None:
    """The text's vector where the heads can read it; None with an embedder they were not fitted on, which is not even asked, and with one
    that fails: then the wording decides alone."""
    if load("mood")["model"] != embedder.model:
        return None
    try:
        return embedder.vector(text)
    # Mood and wishes are judged for every message: no fault of an embedder may stop that.
    except Exception as error:
        log.warning("message_not_embedded", error=f"{type(error).__name__}: {error}"[:300])
        return None
