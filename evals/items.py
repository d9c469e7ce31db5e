"""Suites over labelled lines (`--items`): each item is judged by the code that customers meet; one JSON line per item, then figures."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.settings import Settings
from evals.data import read_lines
from evals.measures import Figure
from retrieval.embedder import Embedder

Item = Mapping[str, Any]
Judged = dict[str, Any]
Judge = Callable[[Item], Judged]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ItemSuite:
    """judge(settings, embedder, train) makes what judges one item; its answer lacks `id` and `timings`, which every line gets. train:
    labelled lines to learn from, where the suite `learns`; raises Invalid without them. figures(items, rows): rows in the items' order."""

    judge: Callable[[Settings, Embedder, Path | None], Judge]
    figures: Callable[[Sequence[Item], Sequence[Judged]], list[Figure]]
    learns: bool = False


def run_items(suite: ItemSuite, judge: Judge, items: Sequence[Item], out: Path, progress: Progress) -> list[Figure]:
    rows: list[Judged] = []
    with out.open("w", encoding="utf-8") as lines:
        for done, item in enumerate(items, 1):
            began = time.perf_counter()
            judged = judge(item)
            row = {"id": item["id"], **judged, "timings": {"total_ms": round((time.perf_counter() - began) * 1000, 2)}}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            rows.append(row)
            progress(done, len(items))
    return suite.figures(items, rows)


def read_items(path: Path, limit: int = 0) -> Sequence[Item]:
    """limit: 0 reads all. Raises Invalid."""
    items = list(read_lines(path))
    return items[:limit] if limit else items
