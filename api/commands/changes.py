"""What changed between two runs, as lines of a terminal."""

import json
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from evals.compare import Comparison, FigureChange, LineChange

_LONGEST = 160


def show_comparison(console: Console, compared: Comparison, limit: int) -> None:
    """limit: of changed lines; 0: all."""
    for line in _lines(compared, limit):
        console.print(line, markup=False)


def _lines(compared: Comparison, limit: int) -> Iterator[str]:
    before, after = compared.before, compared.after
    yield f"{before.suite}: {before.name} ({before.made_at}) → {after.name} ({after.made_at})"
    if not compared.same_items:
        yield "They did not run over the same questions or items: the intervals are not paired."
    yield ""
    moved = [change for change in compared.figures if change.before != change.after]
    yield from map(difference_of, moved)
    if not moved:
        yield "No figure changed."
    if compared.made_with:
        yield ""
    for name, (old, new) in compared.made_with.items():
        yield f"{name}: {_short(old)} → {_short(new)}"
    yield ""
    shown = compared.lines[:limit] if limit else compared.lines
    for change in shown:
        yield from _line(change)
    left = len(compared.lines) - len(shown)
    yield f"{len(compared.lines)} of {len(after.lines)} lines changed" + (f"; {left} are not shown (--lines 0 shows all)" if left else "")


def difference_of(change: FigureChange) -> str:
    values = f"{_number(change.before)} → {_number(change.after)}"
    found = change.difference
    if found is None:
        return f"{change.name:<28} {values}"
    mark = " *" if change.significant else ""
    paired = "" if found.paired else "  (not paired)"
    return f"{change.name:<28} {values}   {signed(found.value)} [{signed(found.low)}, {signed(found.high)}]   n={found.n}{paired}{mark}"


def _line(change: LineChange) -> Iterator[str]:
    if not change.changed:
        yield f"{change.id}: {'only before' if change.after is None else 'only after'}"
        return
    yield change.id
    for field, (old, new) in change.changed.items():
        yield f"  {field}: {_short(old)}"
        yield f"  {' ' * len(field)}→ {_short(new)}"


def signed(value: float) -> str:
    return f"{value:+.3f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else "–" if value is None else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
