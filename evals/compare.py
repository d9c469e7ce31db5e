"""Two runs of a suite: what changed between them, and nothing else."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid
from evals.measures import Figure
from evals.paired import Difference, difference
from evals.saved import Run

# Differ from run to run whatever was changed.
_NOISE = frozenset({"timings", "trace"})
_ROUNDED = 1e-4


@dataclass(frozen=True)
class FigureChange:
    """difference: None where a run lacks the figure, or it was saved without what it was computed from."""

    name: str
    before: float | None
    after: float | None
    better: str
    difference: Difference | None

    @property
    def significant(self) -> bool:
        return self.difference is not None and (self.difference.low > 0 or self.difference.high < 0)


@dataclass(frozen=True)
class LineChange:
    """changed: by field, before and after. Where the item is in one run only, `changed` is empty and only that side is there."""

    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    changed: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Comparison:
    """made_with: what differs in settings, models, weights, code, data or knowledge, by dotted name. same_items: both ran over the same."""

    before: Run
    after: Run
    same_items: bool
    figures: tuple[FigureChange, ...]
    made_with: Mapping[str, tuple[Any, Any]]
    lines: tuple[LineChange, ...]


def compare(before: Run, after: Run) -> Comparison:
    """Raises Invalid for runs of two suites."""
    if before.suite != after.suite:
        raise Invalid(f"{before.name} is a run of {before.suite}, {after.name} one of {after.suite}: they cannot be compared")
    same = [line["id"] for line in before.lines] == [line["id"] for line in after.lines] and _asked(before) == _asked(after)
    return Comparison(before, after, same, tuple(_figures(before, after, same)), _differing(before, after), tuple(_lines(before, after)))


def _asked(run: Run) -> Any:
    """The questions or items: their labels make the figures. The corpus may differ; that is what is compared then."""
    return {role: one["sha256"] for role, one in run.data.items() if role in ("queries", "items", "set")}


def _figures(before: Run, after: Run, same: bool) -> Iterable[FigureChange]:
    old, new = ({figure.name: figure for figure in run.figures} for run in (before, after))
    for name in dict.fromkeys([*old, *new]):
        left, right = old.get(name), new.get(name)
        yield FigureChange(name, _value(left), _value(right), (right or left).better, _difference(left, right, same))  # type: ignore[union-attr]


def _difference(left: Figure | None, right: Figure | None, same: bool) -> Difference | None:
    if not left or not right or not left.n or not right.n or left.statistic != right.statistic:
        return None
    if not left.columns or not right.columns or len(left.columns) != len(right.columns):
        return None
    return difference(left.statistic, left.columns, right.columns, same)


def _value(figure: Figure | None) -> float | None:
    return None if figure is None or math.isnan(figure.value) else figure.value


def _differing(before: Run, after: Run) -> dict[str, tuple[Any, Any]]:
    left, right = _flat(before), _flat(after)
    return {name: (left.get(name), right.get(name)) for name in dict.fromkeys([*left, *right]) if left.get(name) != right.get(name)}


def _flat(run: Run) -> dict[str, Any]:
    made = {name: value for name, value in run.made_with.items() if name != "settings_sha256"}
    return dict(_leaves("", {**made, "data": run.data, "knowledge": run.knowledge or {}}))


def _leaves(prefix: str, value: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        yield prefix, value
        return
    for name, inner in value.items():
        yield from _leaves(f"{prefix}.{name}" if prefix else str(name), inner)


def _lines(before: Run, after: Run) -> Iterable[LineChange]:
    old, new = ({line["id"]: line for line in run.lines} for run in (before, after))
    for name in dict.fromkeys([*old, *new]):
        left, right = old.get(name), new.get(name)
        if left is None or right is None:
            yield LineChange(name, left, right, {})
            continue
        fields = [field for field in dict.fromkeys([*left, *right]) if field not in _NOISE]
        changed = {field: (left.get(field), right.get(field)) for field in fields if not _same(left.get(field), right.get(field))}
        if changed:
            yield LineChange(name, left, right, changed)


def _same(left: Any, right: Any) -> bool:
    """Numbers up to the rounding of the lines."""
    if isinstance(left, float) and isinstance(right, float | int):
        return abs(left - right) <= _ROUNDED
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[name], right[name]) for name in left)
    return bool(left == right)
