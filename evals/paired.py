"""Two runs over the same items, compared by a paired bootstrap: what varies between the items alone drops out of the difference."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
BINS = 10
_AT_ONCE = 250
Floats = NDArray[np.float64]


def _mean(weights: Floats, columns: Floats) -> Floats:
    """columns: [1, n]."""
    return weights @ columns[0] / weights.sum(axis=1)


def _ratio(weights: Floats, columns: Floats) -> Floats:
    """columns: [2k, n], numerators and denominators by turns; a part without a denominator in a draw does not count there."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.stack([(weights @ columns[at]) / (weights @ columns[at + 1]) for at in range(0, len(columns), 2)])
        known = ~np.isnan(shares)
        return np.where(known, shares, 0).sum(axis=0) / known.sum(axis=0)


def _auroc(weights: Floats, columns: Floats) -> Floats:
    """columns: [2, n], scores and labels. Mann and Whitney's count, ties as halves."""
    order = np.argsort(columns[0], kind="stable")
    scores, positive = columns[0][order], columns[1][order] > 0
    starts = np.flatnonzero(np.concatenate([[True], scores[1:] > scores[:-1]]))
    below = np.add.reduceat(weights[:, order] * ~positive, starts, axis=1)
    above = np.add.reduceat(weights[:, order] * positive, starts, axis=1)
    under = np.cumsum(below, axis=1) - below / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return (above * under).sum(axis=1) / (above.sum(axis=1) * below.sum(axis=1))


def _calibration_error(weights: Floats, columns: Floats) -> Floats:
    """columns: [2, n], confidences and whether right. Bins of as many items each, by confidence."""
    order = np.argsort(columns[0], kind="stable")
    off = weights[:, order] * (columns[1] - columns[0])[order]
    gaps = [np.abs(part.sum(axis=1)) for part in np.array_split(off, BINS, axis=1)]
    return np.sum(gaps, axis=0) / weights.sum(axis=1)


# By a figure's `statistic`: (weights [draws, n], columns [k, n]) → [draws].
STATISTICS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "mean": _mean, "ratio": _ratio, "auroc": _auroc, "calibration_error": _calibration_error,
}  # fmt: skip


def resampled(n: int, seed: int) -> Iterator[Floats]:
    """DRAWS resamples of n > 0 items, as how often each was drawn: blocks of [some, n]."""
    random = np.random.default_rng(seed)
    for _ in range(0, DRAWS, _AT_ONCE):
        yield random.multinomial(n, np.full(n, 1 / n), _AT_ONCE).astype(np.float64)


def resampled_by_kind(positive: NDArray[np.bool_], seed: int) -> Iterator[Floats]:
    """As `resampled`, with as many positives and as many negatives in each draw as there are."""
    kinds = [np.flatnonzero(positive), np.flatnonzero(~positive)]
    for blocks in zip(*(resampled(len(kind), seed + number) for number, kind in enumerate(kinds)), strict=True):
        weights = np.zeros((_AT_ONCE, len(positive)))
        for kind, block in zip(kinds, blocks, strict=True):
            weights[:, kind] = block
        yield weights


@dataclass(frozen=True)
class Difference:
    """value: after minus before, [low, high] its 95 % interval. n: pairs. paired: False where the runs do not count the same items; the
    interval is then that of two samples, much wider."""

    value: float
    low: float
    high: float
    n: int
    paired: bool


def difference(statistic: str, before: Sequence[Sequence[float]], after: Sequence[Sequence[float]], same_items: bool) -> Difference:
    """before, after: a figure's columns. Draws in which either has no value do not count."""
    left, right = np.asarray(before, np.float64), np.asarray(after, np.float64)
    paired = same_items and left.shape == right.shape and _same_labels(statistic, left, right)
    compute = STATISTICS[statistic]
    blocks = zip(resampled(left.shape[1], 7), resampled(right.shape[1], 7 if paired else 8), strict=True)
    draws = np.concatenate([compute(of_right, right) - compute(of_left, left) for of_left, of_right in blocks])
    known = draws[~np.isnan(draws)]
    value = compute(np.ones((1, right.shape[1])), right)[0] - compute(np.ones((1, left.shape[1])), left)[0]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
    return Difference(float(value), float(low), float(high), right.shape[1], paired)


def _same_labels(statistic: str, left: Floats, right: Floats) -> bool:
    return statistic != "auroc" or bool((left[1] == right[1]).all())
