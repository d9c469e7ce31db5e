"""Figures with their uncertainty. Intervals are 95 %: by bootstrap over the questions, fixed seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from core.errors import Misconfigured
from evals.data import Case
from evals.paired import DRAWS, STATISTICS, resampled, resampled_by_kind


@dataclass(frozen=True)
class Figure:
    """statistic, columns: what the value was computed from (evals/paired.py), so that two runs can be compared item by item. A column has
    one number per item that counts, in the items' order. Which items count must not depend on what the run came to: a share of what was
    answered is a `ratio`, not a `mean` over the answered. better: which way is up."""

    name: str
    value: float
    low: float
    high: float
    n: int
    statistic: str = ""
    columns: tuple[tuple[float, ...], ...] = field(default=(), repr=False, compare=False)
    better: Literal["higher", "lower"] = "higher"

    def __str__(self) -> str:
        return f"{self.name:<28}{self.value:7.3f}   [{self.low:.3f}, {self.high:.3f}]   n={self.n}"


def mean_with_interval(name: str, values: Sequence[float]) -> Figure:
    if not values:
        return Figure(name, float("nan"), float("nan"), float("nan"), 0)
    array = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(7).choice(array, (DRAWS, len(array))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return Figure(name, float(array.mean()), float(low), float(high), len(array), "mean", (tuple(map(float, values)),))


def ratio_with_interval(name: str, parts: Sequence[tuple[Sequence[float], Sequence[float]]]) -> Figure:
    """Mean of Σ numerators ÷ Σ denominators: one part for a share of a share (precision, recall, F1 as 2·TP ÷ (2·TP + FP + FN)), several
    for a macro average. n: items in any denominator."""
    columns = tuple(tuple(map(float, column)) for part in parts for column in part)
    array = np.array(columns, np.float64).reshape(2 * len(parts), -1)
    n = int(np.count_nonzero(array[1::2].any(axis=0)))
    draws = np.concatenate([STATISTICS["ratio"](weights, array) for weights in resampled(array.shape[1], 7)]) if n else np.array([np.nan])
    value = float(STATISTICS["ratio"](np.ones((1, array.shape[1])), array)[0]) if n else float("nan")
    low, high = np.nanquantile(draws, [0.025, 0.975]) if not np.isnan(draws).all() else (value, value)
    return Figure(name, value, float(low), float(high), n, "ratio", columns)


def macro_f1_with_interval(name: str, truth: Sequence[str], said: Sequence[str]) -> Figure:
    """Over the labels that occur in truth or in what was said; as scikit-learn's f1_score(average="macro")."""
    pairs = list(zip(truth, said, strict=True))
    parts = []
    for label in sorted({*truth, *said}):
        hits = [2.0 * (is_ == label == said_) for is_, said_ in pairs]
        parts.append((hits, [float(is_ == label) + float(said_ == label) for is_, said_ in pairs]))
    return ratio_with_interval(name, parts)


def retrieval_figures(cases: Sequence[Case], ranked: Mapping[str, Sequence[tuple[str, float]]]) -> list[Figure]:
    """ranked: by case id, (corpus id, score) best first. Only cases with relevant ids count. Raises Misconfigured without the extra."""
    try:
        import ir_measures
        from ir_measures import RR, R, Success, nDCG
    except ImportError as error:
        raise Misconfigured("evaluations need more packages: pip install 'warmline[evals]'") from error
    judged = [case for case in cases if case.relevant]
    qrels = [ir_measures.Qrel(case.id, article, 1) for case in judged for article in case.relevant]
    runs = [ir_measures.ScoredDoc(case.id, article, score) for case in judged for article, score in ranked[case.id]]
    figures = []
    for name, measure in (
        ("nDCG@5", nDCG @ 5),
        ("nDCG@10", nDCG @ 10),
        ("hit@1", Success @ 1),
        ("hit@3", Success @ 3),
        ("hit@5", Success @ 5),
        ("recall@10", R @ 10),
        ("RR@10", RR @ 10),
    ):
        found = {metric.query_id: metric.value for metric in ir_measures.iter_calc([measure], qrels, runs)}
        figures.append(mean_with_interval(name, [found.get(case.id, 0.0) for case in judged]))
    return figures


def token_f1(answer: str, gold: str) -> float:
    """Overlap of words, as SQuAD counts it (Rajpurkar et al. 2016)."""
    left, right = words_of(answer), words_of(gold)
    common = sum(min(left.count(word), right.count(word)) for word in set(left))
    return 2 * common / (len(left) + len(right)) if common else 0.0


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The probability that a positive outranks a negative; ties count half. NaN without both kinds."""
    columns = np.array([scores, labels], np.float64)
    return float(STATISTICS["auroc"](np.ones((1, len(scores))), columns)[0]) if len(scores) else float("nan")


def auroc_with_interval(name: str, scores: Sequence[float], labels: Sequence[bool]) -> Figure:
    """Resamples positives and negatives each among themselves, so that no draw lacks one kind."""
    value = auroc(scores, labels)
    if np.isnan(value):
        return Figure(name, value, value, value, len(scores))
    columns = np.array([scores, labels], np.float64)
    draws = np.concatenate([STATISTICS["auroc"](weights, columns) for weights in resampled_by_kind(columns[1] > 0, 7)])
    low, high = np.quantile(draws, [0.025, 0.975])
    return Figure(name, value, float(low), float(high), len(scores), "auroc", tuple(tuple(map(float, column)) for column in columns))


def words_of(text: str) -> list[str]:
    """In small letters, without marks."""
    return ["".join(c for c in word if c.isalnum()) for word in text.lower().split() if any(c.isalnum() for c in word)]
