"""Does a confidence of 70 % come true seven times in ten? Expected calibration error over bins of equal size (Naeini et al. 2015), with the
error that a perfect predictor of as many items would show by chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.measures import Figure
from evals.paired import BINS, DRAWS, STATISTICS, resampled


@dataclass(frozen=True)
class Bin:
    """Of neighbouring confidences. said, right: means."""

    n: int
    said: float
    right: float

    def __str__(self) -> str:
        return f"{self.n:6}  said {self.said:5.2f}  right {self.right:5.2f}  off {self.right - self.said:+.2f}"


def calibration_error(confidences: Sequence[float] | np.ndarray, right: Sequence[bool] | np.ndarray) -> float:
    columns = np.array([confidences, right], np.float64)
    return float(STATISTICS["calibration_error"](np.ones((1, columns.shape[1])), columns)[0])


def calibration_figure(name: str, confidences: Sequence[float], right: Sequence[bool]) -> Figure:
    if not confidences:
        return Figure(name, float("nan"), float("nan"), float("nan"), 0)
    columns = np.array([confidences, right], np.float64)
    draws = np.concatenate([STATISTICS["calibration_error"](weights, columns) for weights in resampled(columns.shape[1], 7)])
    low, high = np.quantile(draws, [0.025, 0.975])
    kept = tuple(tuple(map(float, column)) for column in columns)
    return Figure(name, calibration_error(*columns), float(low), float(high), len(confidences), "calibration_error", kept, "lower")


def by_chance(confidences: Sequence[float]) -> Figure:
    """The error of a predictor whose every confidence is true, over as many items of the same confidences: its mean, and under which 95 of
    100 such predictors stay (low: 0)."""
    said = np.asarray(confidences, np.float64)
    random = np.random.default_rng(7)
    draws = [calibration_error(said, random.random(len(said)) < said) for _ in range(DRAWS // 4)] if len(said) else [float("nan")]
    return Figure("ECE of a perfect predictor", float(np.mean(draws)), 0.0, float(np.quantile(draws, 0.95)), len(said))


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> list[Bin]:
    order = np.argsort(confidences, kind="stable")
    said, true = np.asarray(confidences, np.float64)[order], np.asarray(right, np.float64)[order]
    parts = zip(np.array_split(said, BINS), np.array_split(true, BINS), strict=True)
    return [Bin(len(a), float(a.mean()), float(b.mean())) for a, b in parts if len(a)]
