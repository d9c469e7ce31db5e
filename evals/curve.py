"""What a threshold on the confidence would do: how much is answered, and how much of that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 100


@dataclass(frozen=True)
class Point:
    """answered: share of all questions. wrong: share of the answered that are wrong; None where none is answered."""

    threshold: float
    answered: float
    wrong: float | None


def curve(judged: Sequence[tuple[float, bool]]) -> list[Point]:
    """judged: (confidence, right) of each question that says what would be right; small talk left out. Empty without any."""
    points = []
    for step in range(STEPS + 1) if judged else ():
        threshold = step / STEPS
        kept = [right for confidence, right in judged if confidence >= threshold]
        points.append(Point(threshold, len(kept) / len(judged), kept.count(False) / len(kept) if kept else None))
    return points
