"""The built wheel serves in an empty environment outside the clone: user interface, migrations, demo and tokenizer are inside.

These are the install steps of the Dockerfile too, which no engine is at hand to run here.
"""

import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2 as httpx
import pytest
from live import ROOT, Customer, Server


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], check=True, capture_output=True, timeout=280
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "ui/dist/warmline.js", "ui/dist/widget/index.html", "ui/dist/console/index.html", "retrieval/weights/tokenizer.json",
        "bot/weights/confidence.json", "handoff/weights/mood.json", "core/migrations/versions/0001_first.py", "core/migrations/env.py",
        "demo/plausible/LICENSE", "demo/plausible/ATTRIBUTION.md", "demo/plausible/articles.jsonl.gz", "demo/shop/products.json",
        "api/templates/help.html",
    ):  # fmt: skip
        assert needed in names, needed
    unwanted = [
        n for n in names if n.startswith(("tests/", "bench/", "checks/", "data/")) or "node_modules" in n or n.endswith((".ts", ".tsx"))
    ]
    assert unwanted == []


@pytest.mark.timeout(420)
def test_it_serves_the_demo_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    subprocess.run([str(venv / "bin/pip"), "install", "-q", str(wheel)], check=True, timeout=400)
    python = str(venv / "bin/python")
    listed = subprocess.run([python, "-m", "pip", "list"], capture_output=True, text=True, check=True).stdout
    assert "\ntorch " not in listed
    empty = tmp_path / "empty"
    empty.mkdir()
    server = Server(empty / "data", log_level="warning")
    # What we write down of the server is ours and lies elsewhere: the folder is to hold what the server itself writes.
    server.log = tmp_path / "server.log"
    env = {name: value for name, value in server.env.items() if name != "PYTHONPATH"}
    with server.log.open("ab") as log:
        command = [str(venv / "bin/warmline"), "serve", "--demo"]
        server.process = subprocess.Popen(command, cwd=empty, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        server.wait_until_up(180)
        for page in ("/console/", "/warmline.js", "/openapi.json"):
            assert httpx.get(server.url + page).status_code == 200, page
        assert httpx.get(f"http://localhost:{server.port + 1}/").status_code == 200
        key = sqlite3.connect(empty / "data/warmline.db").execute("SELECT key FROM inbox WHERE name LIKE '%store%'").fetchone()[0]
        customer = Customer(server, key)
        conversation = customer.open()
        customer.says(conversation, "What is your return policy?")
        reply = customer.until(conversation, "message.added", author="bot")
        assert reply["citations"]
        assert httpx.get(server.url + reply["citations"][0]["url"]).status_code == 200
        assert os.listdir(empty) == ["data"], "everything it writes is in its data folder"
    finally:
        server.stop(20)
