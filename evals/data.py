"""Corpora and queries: one JSON object a line, gzipped or not.

Corpus: `{id, title, text, language?}`. Query: `{id, text, history?: [{role, text}], relevant_ids?, answer?, answerable?}`.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import Invalid

_CUSTOMER = ("user", "customer", "human")


@dataclass(frozen=True)
class Article:
    id: str
    title: str
    text: str
    language: str = "en"


@dataclass(frozen=True)
class Case:
    """relevant: corpus ids; empty when unknown. answerable: None when unlabelled."""

    id: str
    text: str
    history: tuple[tuple[str, str], ...] = ()
    relevant: tuple[str, ...] = ()
    answer: str = ""
    answerable: bool | None = None


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Raises Invalid naming the line that is no JSON object."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Invalid(f"{path.name}, line {number}: {error}") from error
            if not isinstance(row, dict) or "id" not in row:
                raise Invalid(f"{path.name}, line {number}: an object with an id is expected")
            yield row


def read_corpus(path: Path) -> list[Article]:
    rows = read_lines(path)
    return [Article(str(row["id"]), row.get("title") or "", _text(row, path.name), row.get("language") or "en") for row in rows]


def read_cases(path: Path, limit: int = 0) -> list[Case]:
    """limit: 0 reads all."""
    cases = [case_of(row, path.name) for row in read_lines(path)]
    return cases[:limit] if limit else cases


def case_of(row: Mapping[str, Any], file: str = "question") -> Case:
    """file: named in what is raised. Raises Invalid."""
    history = tuple(("customer" if turn["role"] in _CUSTOMER else "bot", turn["text"]) for turn in row.get("history") or ())
    relevant = tuple(str(one) for one in row.get("relevant_ids") or ())
    return Case(str(row["id"]), _text(row, file), history, relevant, row.get("answer") or "", row.get("answerable"))


def _text(row: Mapping[str, Any], file: str) -> str:
    if not isinstance(row.get("text"), str):
        raise Invalid(f"{file}, id {row['id']}: text is missing")
    return str(row["text"])
