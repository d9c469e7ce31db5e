"""What a sentence is worth to an answer: the share of its words that a person's answer would use too, as far as search can tell.

A ridge regression within each question, fitted by evals/fitting/worth.py and kept as JSON. From it follows the token F1 to expect of any
run of sentences: 2·Σ words·share ÷ (Σ words + words of a person's answer). So how long a quote gets needs no rule of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.sheet import KNOWN

WEIGHTS = Path(__file__).parent / "weights" / "worth.json"
ASKED = ("cosine", "cover", "score", "passage_cosine", "heading_cosine")
FEATURES = (*ASKED, *KNOWN)
# Mean share over the fitting sets, and the words of a person's answer.
SHARE, PERSON_WORDS = 0.33, 60
# A ridge pulls towards the mean; undone in part, as leaving out one set at a time chose.
STRETCH = 1.5
Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Worth:
    """weights: [len(FEATURES)]."""

    weights: Rows

    def shares(self, rows: Rows) -> Rows:
        """[n, len(FEATURES)] of all sentences that one question may quote → [n]; only their differences count."""
        return np.clip(SHARE + STRETCH * ((rows - rows.mean(axis=0)) @ self.weights), 0.02, 0.95)


def expected_f1(gain: Any, words: Any) -> Any:
    """gain: Σ words·share; numbers or arrays."""
    return 2 * gain / (words + PERSON_WORDS)


@cache
def load_worth(path: Path = WEIGHTS) -> Worth:
    stored: Mapping[str, float] = json.loads(path.read_text(encoding="utf-8"))["weights"]
    return Worth(np.array([stored[name] for name in FEATURES]))
