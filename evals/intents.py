"""A classifier of intents learned from labelled lines: which one, how surely, and whether it is one of them at all.

A small neural network over MiniLM vectors and 256 latent directions of the words (Deerwester et al. 1990); with few lines a logistic
regression over the vectors. What belongs to no intent is told by the network's doubt and the distance to the nearest lines known; its limit
is the one that turned away REFUSED of the lines that were held back from a first fit.
"""

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Invalid, Misconfigured

try:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.neural_network import MLPClassifier
except ImportError as error:
    raise Misconfigured("learning intents needs more packages: pip install 'warmline[evals]'") from error

Array = NDArray[np.float32]
OOS = "oos"
# Other people's lines are refused about twice as often as lines held back: clinc150's development part loses 2 % for over 80 % recall.
REFUSED = 0.01
# Lines from which on a network is worth its time, and of an intent that lines can be held back at all.
MANY, ENOUGH = 1500, 3
DIRECTIONS = 256
NEAREST = 3
# Of the nearest lines' cosine beside the logarithm of the doubt; both have about the same spread then.
NEARNESS = 3.0
SCALE = np.float32(4)
_PIECES = r"[^\W_]+|[?]"


@dataclass(frozen=True)
class Intent:
    label: str
    confidence: float
    in_scope: bool


@dataclass(frozen=True)
class Lines:
    """labels: OOS for lines that belong to no intent. vectors: [n, width], rows of length 1."""

    texts: Sequence[str]
    labels: Sequence[str]
    vectors: Array

    def only(self, rows: Sequence[int] | NDArray[Any]) -> "Lines":
        return Lines([self.texts[i] for i in rows], [self.labels[i] for i in rows], self.vectors[np.asarray(rows, int)])


class Intents:
    """Raises Invalid with fewer than two intents."""

    def __init__(self, lines: Lines) -> None:
        known = Counter(label for label in lines.labels if label != OOS)
        if len(known) < 2:
            raise Invalid("at least two intents are needed to learn from")
        self._fitted = _Fitted(lines)
        self._limit = _limit(lines, known)

    def of(self, text: str, vector: Array) -> Intent:
        chances, oddness = self._fitted.judge([text], vector[None, :])
        best = int(chances[0].argmax())
        return Intent(self._fitted.labels[best], float(chances[0, best]), bool(oddness[0] <= self._limit))


class _Fitted:
    """labels: the intents, without OOS, in the order of the columns of `judge`."""

    def __init__(self, lines: Lines) -> None:
        inside = [i for i, label in enumerate(lines.labels) if label != OOS]
        self._known = lines.vectors[inside]
        self._words = _Words([lines.texts[i] for i in inside]) if len(lines.texts) >= MANY else None
        x = self._rows(lines.texts, lines.vectors)
        # There are always few of them: three times each, or the network overlooks them.
        rows = [i for i, label in enumerate(lines.labels) for _ in range(3 if label == OOS else 1)]
        self._model = _model(self._words is not None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._model.fit(x[rows], np.array(lines.labels)[rows])
        self._columns = [i for i, label in enumerate(self._model.classes_) if label != OOS]
        self.labels = [str(self._model.classes_[i]) for i in self._columns]

    def judge(self, texts: Sequence[str], vectors: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """([n, labels] chances, [n] oddness: the higher, the less it belongs to any)."""
        chances = self._model.predict_proba(self._rows(texts, vectors))[:, self._columns]
        nearest = np.partition(vectors @ self._known.T, -min(NEAREST, len(self._known)), axis=1)[:, -NEAREST:].mean(axis=1)
        return chances, np.log(1 - chances.max(axis=1) + 1e-4) - NEARNESS * nearest

    def _rows(self, texts: Sequence[str], vectors: Array) -> Array:
        return SCALE * (vectors if self._words is None else np.hstack([vectors, self._words.of(texts)]))


class _Words:
    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_PIECES, min_df=2)
        counted = self._counts.fit_transform(texts)
        self._directions = TruncatedSVD(min(DIRECTIONS, counted.shape[1] - 1), n_iter=2, random_state=0).fit(counted)

    def of(self, texts: Sequence[str]) -> Array:
        return np.asarray(self._directions.transform(self._counts.transform(texts)), np.float32)


def _model(many: bool) -> Any:
    if many:
        return MLPClassifier((400,), max_iter=20, batch_size=128, learning_rate_init=2e-3, alpha=1e-4, random_state=0)
    return LogisticRegression(C=10, max_iter=2000)


def _limit(lines: Lines, known: Counter[str]) -> float:
    """Chosen on a fifth of the lines, by what was fitted on the others. Intents with too few lines to share are left out of it."""
    shared = [i for i, label in enumerate(lines.labels) if known[label] >= ENOUGH]
    if not shared:
        return float("inf")
    labels = np.array([lines.labels[i] for i in shared])
    folds = min(5, *Counter(labels.tolist()).values())
    fit, held = next(StratifiedKFold(folds, shuffle=True, random_state=7).split(labels, labels))
    rest = [i for i, label in enumerate(lines.labels) if known[label] < ENOUGH]
    first = _Fitted(lines.only([*(shared[i] for i in fit), *rest]))
    test = lines.only([shared[i] for i in held])
    return float(np.quantile(first.judge(test.texts, test.vectors)[1], 1 - REFUSED))
