"""A run that is kept: a folder with `run.json` (what it was made with, its figures) and `lines.jsonl` (one line per question or item)."""

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.clock import iso, now_ms
from core.errors import Conflict, Invalid, NotFound
from evals.data import read_lines
from evals.measures import Figure
from evals.unseen import digest_of

FORMAT = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True)
class Run:
    """data: what was asked, by role (corpus, queries …), each with its sha256. knowledge: what was answered from, of a live run.
    lines: as `--out` has them."""

    name: str
    suite: str
    made_at: str
    data: dict[str, Any]
    made_with: dict[str, Any]
    figures: tuple[Figure, ...]
    lines: tuple[dict[str, Any], ...] = field(repr=False)
    knowledge: dict[str, Any] | None = None


def data_of(paths: dict[str, Path | None], limit: int = 0) -> dict[str, Any]:
    """limit: only the first so many were asked; 0: all."""
    files = {role: {"file": path.name, "sha256": digest_of(path)} for role, path in paths.items() if path}
    return files | ({"limit": limit} if limit else {})


def new_run(name: str, suite: str, data: dict[str, Any], made: dict[str, Any], figures: Sequence[Figure], out: Path) -> Run:
    return Run(name, suite, iso(now_ms()), data, made, tuple(figures), tuple(read_lines(out)))


def checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Invalid(f"{name!r} is no name for a run: letters, digits, dots, dashes and underscores, at most 80")
    return name


def save(run: Run, runs: Path) -> Path:
    """Returns the run's folder below `runs`. Raises Conflict when there is one of that name."""
    folder = runs / checked_name(run.name)
    if folder.exists():
        raise Conflict(f"there is a run {run.name} already, in {folder}")
    half = runs / f".{run.name}.half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    (half / "run.json").write_text(json.dumps(header(run), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with (half / "lines.jsonl").open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in run.lines)
    half.rename(folder)
    return folder


def header(run: Run) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": run.name,
        "suite": run.suite,
        "made_at": run.made_at,
        "data": run.data,
        "knowledge": run.knowledge,
        "made_with": run.made_with,
        "figures": [figure_as_json(figure) for figure in run.figures],
    }


def load(name: str, runs: Path) -> Run:
    """name: of a run below `runs`, or the path of a run's folder. Raises NotFound or Invalid."""
    folder = next((path for path in (runs / name, Path(name)) if (path / "run.json").is_file()), None)
    if folder is None:
        there = sorted(path.parent.name for path in runs.glob("*/run.json"))
        raise NotFound(f"there is no run {name}; saved in {runs}: {', '.join(there) or 'none'}")
    try:
        kept = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        return run_of(kept, tuple(read_lines(folder / "lines.jsonl")))
    except (ValueError, RecursionError, KeyError, TypeError, OSError) as error:
        raise Invalid(f"{folder} holds no whole run: {type(error).__name__}: {error}") from error


def run_of(kept: dict[str, Any], lines: tuple[dict[str, Any], ...]) -> Run:
    if kept["format"] != FORMAT:
        raise Invalid(f"the run {kept['name']} has format {kept['format']}; this version reads {FORMAT}")
    names = ("name", "suite", "made_at", "data", "made_with")
    figures = tuple(figure_of(one) for one in kept["figures"])
    return Run(**{name: kept[name] for name in names}, figures=figures, lines=lines, knowledge=kept.get("knowledge"))


def figure_as_json(figure: Figure) -> dict[str, Any]:
    """A figure that could not be computed has null in place of its numbers."""
    numbers = {name: None if (value := getattr(figure, name)) != value else value for name in ("value", "low", "high")}
    rest = {"n": figure.n, "better": figure.better, "statistic": figure.statistic, "columns": [list(one) for one in figure.columns]}
    return {"name": figure.name, **numbers, **rest}


def figure_of(kept: dict[str, Any]) -> Figure:
    numbers = {name: float("nan") if kept[name] is None else float(kept[name]) for name in ("value", "low", "high")}
    columns = tuple(tuple(column) for column in kept["columns"])
    return Figure(kept["name"], **numbers, n=kept["n"], statistic=kept["statistic"], columns=columns, better=kept["better"])
