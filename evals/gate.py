"""Does a run lose against a baseline? Only what its paired interval says for certain counts as a loss."""

from collections.abc import Collection
from dataclasses import dataclass

from core.errors import Invalid
from evals.compare import Comparison, FigureChange


@dataclass(frozen=True)
class Verdict:
    """lost: figures that are certainly worse by more than the margin, or gone. unjudged: those that have no interval."""

    lost: tuple[FigureChange, ...]
    unjudged: tuple[FigureChange, ...]
    judged: tuple[FigureChange, ...]

    @property
    def passed(self) -> bool:
        return not self.lost


def judge(compared: Comparison, max_loss: float = 0.0, only: Collection[str] = ()) -> Verdict:
    """max_loss: a loss of so much is borne; the whole interval has to lie below it. only: names of figures; none: all.

    Raises Invalid for a name that neither run has, and when nothing could be judged: a gate that looks at nothing would let all through."""
    unknown = set(only) - {change.name for change in compared.figures}
    if unknown:
        there = ", ".join(change.name for change in compared.figures)
        raise Invalid(f"no figure is called {', '.join(sorted(unknown))}; figures: {there}")
    wanted = [change for change in compared.figures if not only or change.name in only]
    # What the baseline had and the run lacks is lost; what only the run has is new.
    gone = [change for change in wanted if change.before is not None and change.after is None]
    judged = [change for change in wanted if change.difference is not None]
    if not judged and not gone:
        raise Invalid("the two runs have no figure that could be compared")
    lost = [change for change in judged if _certain_loss(change) > max_loss]
    unjudged = [change for change in wanted if change not in judged and change not in gone]
    return Verdict((*gone, *lost), tuple(unjudged), tuple(judged))


def _certain_loss(change: FigureChange) -> float:
    """The least that the interval says was lost; negative when nothing is certain."""
    assert change.difference is not None
    return -change.difference.high if change.better == "higher" else change.difference.low
