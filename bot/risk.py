"""How sure an answer must be, so that at most a given share of the answers is wrong; and what that costs in answers given.

The threshold is that of conformal risk control (Angelopoulos et al. 2024, "Conformal risk control", ICLR) for the loss `wrong − limit` of
each answer given and 0 of each withheld: the lowest at which wrong + 1 ≤ limit · (given + 1). The one beyond the count is the question yet
to come."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.bounds import share_interval

POINTS = 40
# Nothing is as sure as this: no answer is given at all.
NEVER = 1.01

Scored = Sequence[tuple[float, bool]]


@dataclass(frozen=True)
class Point:
    """Were `threshold` chosen. answered: share of the questions. wrong: share of the answers given, with its 95 % interval."""

    threshold: float
    answered: float
    given: int
    wrong: float
    wrong_low: float
    wrong_high: float


def threshold_for(limit: float, scored: Scored, floor: float) -> float:
    """scored: (confidence, right) of answers like those to come. Never under `floor`; NEVER where the limit cannot be kept."""
    confidences, wrong = _ordered(scored)
    allowed = np.flatnonzero((wrong + 1 <= limit * (np.arange(1, len(wrong) + 1) + 1)) & _last_of_equal(confidences))
    if not len(allowed):
        return NEVER
    return max(floor, float(confidences[allowed[-1]]))


def point_at(threshold: float, scored: Scored) -> Point:
    given = [right for confidence, right in scored if confidence >= threshold]
    wrong = given.count(False)
    low, high = share_interval(wrong, len(given))
    share = wrong / len(given) if given else 0.0
    return Point(threshold, len(given) / len(scored) if scored else 0.0, len(given), share, low, high)


def curve(scored: Scored, floor: float) -> list[Point]:
    """At most POINTS, from `floor` up, each where a further part of the answers would be withheld."""
    above = sorted({round(confidence, 4) for confidence, _ in scored if confidence >= floor})
    chosen = sorted({above[round(place)] for place in np.linspace(0, len(above) - 1, POINTS)}) if above else []
    return [point_at(threshold, scored) for threshold in chosen]


def _ordered(scored: Scored) -> tuple[np.ndarray, np.ndarray]:
    """(confidences, falling; how many of those so far are wrong)."""
    ordered = sorted(scored, key=lambda pair: -pair[0])
    confidences = np.array([confidence for confidence, _ in ordered], float)
    return confidences, np.cumsum([not right for _, right in ordered])


def _last_of_equal(confidences: np.ndarray) -> np.ndarray:
    """A threshold cannot part answers of the same confidence."""
    return np.append(confidences[1:] != confidences[:-1], True) if len(confidences) else np.zeros(0, bool)
