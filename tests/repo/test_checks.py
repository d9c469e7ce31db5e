"""The house's rules find what breaks them: planted in a copy, each is reported."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from live import ROOT

from checks import doors, scoping


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in (*doors.PACKAGES, "ui"):
        if (ROOT / package).exists():
            shutil.copytree(
                ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("node_modules", "dist", "__pycache__", "*.tsx")
            )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_keeps_them() -> None:
    assert [*doors.problems(ROOT), *scoping.problems(ROOT)] == []


@pytest.mark.parametrize(
    ("place", "line", "said"),
    [
        ("chat/log.py", "import faiss", "imports faiss, whose door is retrieval"),
        ("bot/turn.py", "from sse_starlette.sse import EventSourceResponse", "whose door is api/streams.py"),
        ("api/customers.py", "import httpx2", "imports httpx2, whose door is core"),
        ("handoff/queue.py", "import requests", "whose door is shut"),
        ("people/person.py", "import os\nsecret = os.environ['X']", "reads the environment"),
        ("chat/erase.py", "def f(connection):\n    connection.commit()", "commits; only core does"),
        ("chat/erase.py", "def f(connection):\n    return connection.execute(select(tables.event))", "without naming the workspace"),
    ],
)
def test_what_goes_through_a_wrong_door_is_found(copy: Path, place: str, line: str, said: str) -> None:
    (copy / place).write_text((copy / place).read_text() + f"\n{line}\n")
    assert any(said in problem for problem in [*doors.problems(copy), *scoping.problems(copy)])


@pytest.mark.parametrize(
    ("place", "line"),
    [("core/ids.py", "import chat.log"), ("chat/log.py", "import people.person"), ("handoff/queue.py", "import bot.turn")],
)
def test_an_import_upward_or_sideways_breaks_the_floors(copy: Path, place: str, line: str) -> None:
    lint = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    assert subprocess.run(lint, cwd=copy, capture_output=True, env={"PYTHONPATH": str(copy), "PATH": ""}).returncode == 0
    (copy / place).write_text((copy / place).read_text() + f"\n{line}\n")
    done = subprocess.run(lint, cwd=copy, capture_output=True, text=True, env={"PYTHONPATH": str(copy), "PATH": ""})
    assert done.returncode != 0
    assert "BROKEN" in done.stdout
