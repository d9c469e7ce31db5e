"""Figures with their uncertainty. Intervals are 95 %: by bootstrap over the questions, fixed seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG

from evals.data import Case

DRAWS = 2000


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.name:<28}{self.value:7.3f}   [{self.low:.3f}, {self.high:.3f}]   n={self.n}"


def mean_with_interval(name: str, values: Sequence[float]) -> Figure:
    if not values:
        return Figure(name, float("nan"), float("nan"), float("nan"), 0)
    array = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(7).choice(array, (DRAWS, len(array))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return Figure(name, float(array.mean()), float(low), float(high), len(array))


def retrieval_figures(cases: Sequence[Case], ranked: Mapping[str, Sequence[tuple[str, float]]]) -> list[Figure]:
    """ranked: by case id, (corpus id, score) best first. Only cases with relevant ids count."""
    judged = [case for case in cases if case.relevant]
    qrels = [ir_measures.Qrel(case.id, article, 1) for case in judged for article in case.relevant]
    runs = [ir_measures.ScoredDoc(case.id, article, score) for case in judged for article, score in ranked[case.id]]
    figures = []
    for name, measure in (
        ("nDCG@10", nDCG @ 10),
        ("hit@1", Success @ 1),
        ("hit@3", Success @ 3),
        ("recall@10", R @ 10),
        ("RR@10", RR @ 10),
    ):
        found = {metric.query_id: metric.value for metric in ir_measures.iter_calc([measure], qrels, runs)}
        figures.append(mean_with_interval(name, [found.get(case.id, 0.0) for case in judged]))
    return figures


def token_f1(answer: str, gold: str) -> float:
    """Overlap of words, as SQuAD counts it (Rajpurkar et al. 2016)."""
    left, right = _words(answer), _words(gold)
    common = sum(min(left.count(word), right.count(word)) for word in set(left))
    return 2 * common / (len(left) + len(right)) if common else 0.0


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The probability that a positive outranks a negative; ties count half. NaN without both kinds."""
    positives = np.array([s for s, label in zip(scores, labels, strict=True) if label])
    negatives = np.array([s for s, label in zip(scores, labels, strict=True) if not label])
    if not len(positives) or not len(negatives):
        return float("nan")
    above = (positives[:, None] > negatives[None, :]).mean()
    return float(above + (positives[:, None] == negatives[None, :]).mean() / 2)


def auroc_with_interval(name: str, scores: Sequence[float], labels: Sequence[bool]) -> Figure:
    """Resamples positives and negatives each among themselves, so that no draw lacks one kind."""
    value = auroc(scores, labels)
    if np.isnan(value):
        return Figure(name, value, value, value, len(scores))
    positives = np.array([s for s, label in zip(scores, labels, strict=True) if label])
    negatives = np.array([s for s, label in zip(scores, labels, strict=True) if not label])
    beats = (positives[:, None] > negatives[None, :]) + (positives[:, None] == negatives[None, :]) / 2
    random = np.random.default_rng(7)
    taken = [random.multinomial(len(kind), np.full(len(kind), 1 / len(kind)), DRAWS) / len(kind) for kind in (positives, negatives)]
    low, high = np.quantile(((taken[0] @ beats) * taken[1]).sum(axis=1), [0.025, 0.975])
    return Figure(name, value, float(low), float(high), len(scores))


def _words(text: str) -> list[str]:
    return ["".join(c for c in word if c.isalnum()) for word in text.lower().split() if any(c.isalnum() for c in word)]
