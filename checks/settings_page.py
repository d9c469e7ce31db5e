"""docs/settings.md, made from the settings themselves: `python -m checks.settings_page` writes it, a test compares."""

import re
from pathlib import Path
from typing import Any, get_args

from pydantic.fields import FieldInfo

from core.settings import Settings

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "settings.md"
_GROUP = re.compile(r"    # (.+)")
_FIELD = re.compile(r"    (\w+): .+= Field\(")
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
_TOP = """# Settings

Every setting is an environment variable, or a line of a file `.env` in the folder in which `warmline` starts. The environment wins.
A wrong value ends the start with one line that names it. A change counts from the next start.

This page is written by `python -m checks.settings_page` from `core/settings.py`; a test compares the two.
"""


def page() -> str:
    return "\n".join([_TOP, *(line for title, names in groups() for line in _table(title, names))])


def groups() -> list[tuple[str, list[str]]]:
    """The comments of the class are its chapters."""
    found: list[tuple[str, list[str]]] = []
    for line in (ROOT / "core" / "settings.py").read_text().splitlines():
        if match := _GROUP.fullmatch(line):
            found.append((match[1], []))
        elif match := _FIELD.match(line):
            found[-1][1].append(match[1])
    return [(title, names) for title, names in found if names]


def _table(title: str, names: list[str]) -> list[str]:
    rows = [_row(name, Settings.model_fields[name]) for name in names]
    return [f"## {title}", "", "| setting | default | values | what it does |", "|---|---|---|---|", *rows, ""]


def _row(name: str, field: FieldInfo) -> str:
    return f"| `WARMLINE_{name.upper()}` | {_default(field.default)} | {_values(field)} | {(field.description or '').replace('|', '｜')} |"


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return f"`{value}`" if str(value) else "empty"


def _values(field: FieldInfo) -> str:
    if choices := get_args(field.annotation):
        return ", ".join(f"`{one}`" for one in choices)
    kinds: dict[Any, str] = {bool: "`true`, `false`", int: "whole number", float: "number", Path: "folder"}
    kind = kinds.get(field.annotation, "text")
    bounds = [f"{words} {getattr(rule, sign)}" for rule in field.metadata for sign, words in _BOUNDS.items() if hasattr(rule, sign)]
    return ", ".join([kind, *bounds])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
