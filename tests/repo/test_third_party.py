"""THIRD_PARTY.md has a row for every shipped file of weights, and for every set that one was fitted on, with its licence."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
from live import ROOT

SHIPPED = sorted(
    path for package in ("retrieval", "handoff", "bot", "evals") for path in (ROOT / package / "weights").rglob("*") if path.is_file()
)
FITTED = [path for path in SHIPPED if path.suffix == ".json" and "fitted_on" in json.loads(path.read_text())]


def rows(chapter: str) -> list[list[str]]:
    text = (ROOT / "THIRD_PARTY.md").read_text().split(f"## {chapter}\n")[1].split("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")][1:]


def row_of(path: Path) -> list[str]:
    place = path.relative_to(ROOT).as_posix()
    found = [
        row
        for row in rows("Shipped in this repository and in the wheel")
        if any(_names(one, place) for one in re.findall(r"`([^`]+)`", row[1]))
    ]
    assert len(found) == 1, f"{place} has {len(found)} rows"
    return found[0]


def _names(named: str, place: str) -> bool:
    return fnmatch(place, f"{named}*") if named.endswith("/") else named == place


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_of_weights_has_a_row(path: Path) -> None:
    assert row_of(path)[3]


@pytest.mark.parametrize("path", FITTED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_set_that_weights_were_fitted_on_has_a_row_that_says_so(path: Path) -> None:
    purpose = row_of(path)[0].removeprefix("weights for ")
    for told in json.loads(path.read_text())["fitted_on"]:
        mark, licence = _mark(told), told.rpartition(", ")[2]
        found = [row for row in rows("Data that weights were fitted on") if mark in row[2]]
        assert len(found) == 1, f"{told}: {len(found)} rows"
        assert found[0][3] == licence, told
        assert purpose in found[0][1].split(", "), f"{found[0][0]} does not say that it is for {purpose}"


def _mark(told: str) -> str:
    """The revision it was taken at, or where none is known its name there."""
    revision = re.search(r"@[0-9a-f]{7,}", told)
    return revision.group() if revision else re.search(r"[\w-]+/[\w-]+", told).group()


def test_the_command_that_made_the_weights_keeps_them() -> None:
    assert len(FITTED) > 20
    assert [path.name for path in FITTED if not json.loads(path.read_text())["command"].endswith(" --write")] == []
