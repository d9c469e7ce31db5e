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
        ("people/person.py", "from os import environ", "reads the environment"),
        ("people/person.py", "from os import path, getenv as read", "reads the environment"),
        ("people/person.py", "from os import environ as e, sep", "reads the environment"),
        ("knowledge/articles.py", "import sqlalchemy as sa\nengine = sa.create_engine('sqlite://')", "calls create_engine"),
        ("knowledge/articles.py", "from sqlalchemy import create_engine\nengine = create_engine('sqlite://')", "calls create_engine"),
        ("core/migrate.py", "import sqlalchemy as sa\nengine = sa.create_engine('sqlite://')", "calls create_engine"),
        ("chat/log.py", "import importlib\nimportlib.import_module('faiss')", "imports faiss, whose door is retrieval"),
        ("chat/log.py", "from importlib import import_module\nimport_module('faiss.contrib')", "imports faiss"),
        ("chat/log.py", "nh3 = __import__('nh3')", "imports nh3, whose door is core"),
        ("chat/log.py", "name = 'fai' + 'ss'\n__import__(name)", "imports by a computed name"),
        ("bot/query.py", "import urllib.request", "imports urllib.request, whose door is core"),
        ("bot/query.py", "from urllib import request", "imports urllib.request, whose door is core"),
        ("bot/query.py", "from urllib.request import urlopen", "imports urllib.request, whose door is core"),
        ("bot/query.py", "import http.client", "imports http.client, whose door is core"),
        ("bot/query.py", "from http import client, HTTPStatus", "imports http.client, whose door is core"),
        ("handoff/queue.py", "import socket", "imports socket, whose door is core"),
        ("api/agents.py", "from socket import create_connection", "imports socket, whose door is core"),
        ("core/log.py", "import smtplib", "imports smtplib, whose door is inbox"),
        ("api/agents.py", "from imaplib import IMAP4_SSL", "imports imaplib, whose door is inbox"),
        ("chat/erase.py", "def f(connection):\n    connection.commit()", "commits; only core does"),
        ("chat/erase.py", "def f(connection):\n    return connection.execute(select(tables.event))", "without naming the workspace"),
    ],
)
def test_what_goes_through_a_wrong_door_is_found(copy: Path, place: str, line: str, said: str) -> None:
    (copy / place).write_text((copy / place).read_text() + f"\n{line}\n")
    assert any(said in problem for problem in [*doors.problems(copy), *scoping.problems(copy)])


@pytest.mark.parametrize(
    "line",
    ["from urllib.parse import urlsplit", "from http import HTTPStatus", "import os\nos.getpid()", "def f(model):\n    model.eval()"],
)
def test_what_only_looks_like_a_door_is_free(copy: Path, line: str) -> None:
    (copy / "bot" / "query.py").write_text((copy / "bot" / "query.py").read_text() + f"\n{line}\n")
    assert [*doors.problems(copy)] == []


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
