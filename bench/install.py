"""From a clean checkout to the first cited answer, the second start, and what the installation weighs."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
from live import Customer, free_port

from bench.company import Server
from bench.figure import Figure

ROOT = Path(__file__).parent.parent


def measure(folder: Path) -> Iterator[Figure]:
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    port = free_port()
    env = {**os.environ, "WARMLINE_DATA": str(folder / "data"), "WARMLINE_PORT": str(port), "PYTHON": sys.executable}
    yield Figure(
        "cold make run to first cited answer, s", round(_to_first_answer(clone, env, port, folder), 1), None, "less", "pip's cache warm"
    )
    yield Figure("second make run to first cited answer, s", round(_to_first_answer(clone, env, port, folder), 1), None, "less")
    weighed = subprocess.run([clone / ".venv/bin/python", "-c", _WEIGH], capture_output=True, text=True, check=True)
    yield Figure("default installation, MB", float(weighed.stdout), 600, "less", "warmline and all it needs; no torch")
    whole = sum(file.lstat().st_size for file in (clone / ".venv").rglob("*") if file.is_file() and not file.is_symlink())
    yield Figure(
        "the whole environment of make run, MB", round(whole / 2**20), 800, "less", "with the evaluation suites, pip and compiled files"
    )
    yield Figure(
        "import of the demo, s",
        round(_import(clone, env, folder), 1),
        None,
        "less",
        "127 documentation articles, as a job of the command line",
    )
    shutil.rmtree(clone)


# Of all that warmline needs, and what those need; fails where torch is among it.
_WEIGH = """
import re
from importlib.metadata import distribution
from packaging.requirements import Requirement
seen, waiting = set(), [("warmline", frozenset())]
while waiting:
    name, extras = waiting.pop()
    key = re.sub(r"[-_.]+", "-", name).lower()
    if (key, extras) in seen:
        continue
    seen.add((key, extras))
    for line in distribution(name).requires or ():
        one = Requirement(line)
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            waiting.append((one.name, frozenset(one.extras)))
names = {name for name, _ in seen}
assert "torch" not in names
files = {file.locate() for name in names for file in distribution(name).files or ()}
print(round(sum(file.stat().st_size for file in files if file.exists()) / 2**20))
"""


def _to_first_answer(clone: Path, env: dict[str, str], port: int, folder: Path) -> float:
    started = time.perf_counter()
    with (folder / "run.log").open("ab") as log:
        process = subprocess.Popen(["make", "run"], cwd=clone, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        while True:
            assert process.poll() is None, (folder / "run.log").read_text()[-3000:]
            try:
                if httpx.get(f"http://localhost:{port}/livez", timeout=1).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        server = object.__new__(Server)
        server.url = f"http://localhost:{port}"
        customer = Customer(server, _store_key(folder / "data"))
        conversation = customer.open()
        customer.says(conversation, "What is your return policy?")
        reply = customer.until(conversation, "message.added", author="bot")
        assert reply["citations"], reply
        return time.perf_counter() - started
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)


def _store_key(data: Path) -> str:
    import sqlite3

    connection = sqlite3.connect(data / "warmline.db")
    return str(connection.execute("SELECT key FROM inbox WHERE name LIKE '%store%'").fetchone()[0])


def _import(clone: Path, env: dict[str, str], folder: Path) -> float:
    own = {**env, "WARMLINE_DATA": str(folder / "imported")}
    warmline = str(clone / ".venv" / "bin" / "warmline")
    who = ["--workspace", "Bench", "--name", "Ada", "--email", "ada@example.com"]
    subprocess.run([warmline, "init", *who], env=own, cwd=folder, check=True, capture_output=True)
    started = time.perf_counter()
    subprocess.run(
        [warmline, "import", str(clone / "demo/plausible/articles.jsonl.gz")], env=own, cwd=folder, check=True, capture_output=True
    )
    return time.perf_counter() - started
