"""How likely the answer is right and supported: a calibrated probability over what search found, never over what a model says of itself.

A logistic regression on raw signals of one search, fitted by evals/fitting/confidence.py and kept as JSON with its model, date and data
sets. On bases it had not seen: strong on what is off topic (AUROC .97), weaker on what a base merely lacks (.79; .63 to .97 by base, as
sibling articles often hold the answer too); calibrated over all of them (expected calibration error .04), not within each."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.windows import Asked, Window
from bot.words import content
from retrieval.query import Hit, Results

WEIGHTS = Path(__file__).parent / "weights" / "confidence.json"
_RAW = (
    "cosine_top",
    "cosine_margin",
    "source_margin",
    "sentence_top",
    "bm25_share",
    "idf_cover",
    "idf_cover3",
    "agreement",
    "overlap5",
    "score_margin",
)


@dataclass(frozen=True)
class Head:
    """p = 1 / (1 + exp(−(bias + Σ weight · (feature − mean) / scale)))."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def probability(self, features: Mapping[str, float]) -> float:
        logit = self.bias + sum(self.shares(features).values())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def shares(self, features: Mapping[str, float]) -> dict[str, float]:
        """What each signal adds to the logit, against the mean question."""
        rows = zip(self.names, self.mean, self.scale, self.weights, strict=True)
        return {name: weight * (features[name] - mean) / scale for name, mean, scale, weight in rows}


@dataclass(frozen=True)
class Confidence:
    """heads: "full", and "lexical" for a search without its vector leg or with the vectors of a model that it was not fitted on, whose
    cosines mean something else. floor: below it nothing is answered. needed: below it nothing is answered either, and a person is asked at
    once; 0 where no risk dial is set. reference: (confidence, right) of answers that were given to questions of bases unseen in fitting."""

    heads: Mapping[str, Head]
    floor: float
    model: str
    fitted_at: str
    needed: float = 0.0
    reference: tuple[tuple[float, bool], ...] = field(default=(), repr=False)

    @property
    def version(self) -> str:
        """What a workspace's own is fitted near: with another one it has to be fitted again."""
        return f"{self.model} {self.fitted_at}"

    def for_workspace(self, workspace: str) -> "Confidence":
        """The same in all of them; see bot/tuned.py for one that is not."""
        return self

    def of(self, features: Mapping[str, float], embedder: str) -> float:
        """embedder: its `model`."""
        return round(self.heads[self.head_for(features, embedder)].probability(features), 4)

    def because(self, features: Mapping[str, float], embedder: str, count: int = 6) -> dict[str, float]:
        """The signals that count most here, for (above 0) or against the answer."""
        shares = self.heads[self.head_for(features, embedder)].shares(features)
        most = sorted(shares.items(), key=lambda share: -abs(share[1]))[:count]
        return {name: round(share, 3) for name, share in most if abs(share) >= 0.01}

    def head_for(self, features: Mapping[str, float], embedder: str) -> str:
        return "lexical" if features["degraded"] or embedder != self.model else "full"


@cache
def load_confidence(path: Path = WEIGHTS) -> Confidence:
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    reference = tuple((confidence, bool(right)) for confidence, right in stored.get("reference", ()))
    return Confidence(heads_of(stored["heads"]), stored["floor"], stored["model"], stored["fitted_at"], reference=reference)


def heads_of(stored: Mapping[str, Any]) -> dict[str, Head]:
    return {
        name: Head(tuple(head["names"]), tuple(head["mean"]), tuple(head["scale"]), tuple(head["weights"]), head["bias"])
        for name, head in stored.items()
    }


def features_of(asked: Asked, results: Results, windows: Sequence[Window]) -> dict[str, float]:
    """The search's signals and how well the quoted window fits. All finite; 0 where there is nothing."""
    hits = results.hits
    features = {name: results.signals[name] for name in _RAW}
    features |= {"degraded": float(results.degraded), "log_terms": math.log1p(results.signals["terms"])}
    best = windows[0] if windows else None
    features |= {
        "window_cosine": best.cosine if best else 0.0,
        "window_cover": best.cover if best else 0.0,
        "window_first": float(best is not None and best.hit.rank == 0),
        "window_gap": windows[0].score - windows[1].score if len(windows) > 1 else 0.0,
        "title_cover": _title_cover(asked, hits),
        "title_asked": _title_asked(asked, hits),
        "spread": _spread(hits),
        "same_source": sum(hit.source == hits[0].source for hit in hits[1:5]) / 4 if hits else 0.0,
    }
    features["cosine_cover"] = features["cosine_top"] * features["idf_cover"]
    return {name: float(value) for name, value in features.items()}


def _title_cover(asked: Asked, hits: Sequence[Hit]) -> float:
    """Share of the question's weight that stands in the first hit's title or heading."""
    return asked.cover(set(content(" ".join((hits[0].title, *hits[0].heading))))) if hits else 0.0


def _title_asked(asked: Asked, hits: Sequence[Hit]) -> float:
    """Share of the first hit's innermost heading that the question names."""
    named = set(content(hits[0].heading[-1] if hits[0].heading else hits[0].title)) if hits else set()
    return len(named & set(asked.weights)) / len(named) if named else 0.0


def _spread(hits: Sequence[Hit]) -> float:
    """How far the best cosine stands above those of the tail, in the tail's standard deviations, at most 6: comparable between bases."""
    cosines = sorted((hit.cosine for hit in hits if not np.isnan(hit.cosine)), reverse=True)
    tail = np.array(cosines[5:])
    if len(tail) < 5:
        return 0.0
    return float(min(6.0, (cosines[0] - tail.mean()) / max(0.02, tail.std())))
