"""The README's commands, run in a fresh clone with an empty environment as a newcomer would."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx2 as httpx
import pytest
from live import ROOT, free_port

BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
COMMANDS = {
    "run": "make run\n",
    "test": "make test\n",
    "own": next(block for block in BLOCKS if "warmline init" in block),
    "model": next(block for block in BLOCKS if "WARMLINE_LLM_BASE_URL" in block),
}


def test_every_block_of_commands_is_tried_here() -> None:
    assert sorted(BLOCKS) == sorted(COMMANDS.values())


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git would give, uncommitted changes included."""
    folder = tmp_path_factory.mktemp("fresh") / "warmline"
    folder.mkdir()
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    subprocess.run(
        ["tar", "--null", "--ignore-failed-read", "-cf", folder.parent / "tree.tar", "-T", "-"], cwd=ROOT, input=names, check=True
    )
    subprocess.run(["tar", "-xf", folder.parent / "tree.tar"], cwd=folder, check=True)
    return folder


def environment(port: int) -> dict[str, str]:
    """Nothing of this run's environment but the machine's."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WARMLINE_", "PYTEST", "VIRTUAL_ENV", "CI"))}
    venv = str(Path(os.sys.executable).parent)  # type: ignore[attr-defined]
    path = os.pathsep.join(folder for folder in clean["PATH"].split(os.pathsep) if folder != venv)
    return {**clean, "PATH": path, "WARMLINE_PORT": str(port)}


def serves(clone: Path, command: str, port: int, seconds: float) -> str:
    """Runs it until it serves, stops it with Ctrl+C; what it printed."""
    log = clone.parent / f"{time.monotonic_ns()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=clone,
            env=environment(port),
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + seconds
        while "Ready after" not in log.read_text():
            assert process.poll() is None, log.read_text()[-4000:]
            assert time.monotonic() < end, log.read_text()[-4000:]
            time.sleep(0.1)
        assert httpx.get(f"http://localhost:{port}/console/").status_code == 200
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
    return log.read_text()


@pytest.mark.timeout(420)
def test_make_run_then_again(clone: Path) -> None:
    port = free_port()
    printed = serves(clone, COMMANDS["run"], port, 300)
    for address in (f"http://localhost:{port + 1}/", f"http://localhost:{port + 1}/docs", f"http://localhost:{port}/console/"):
        assert re.search(rf"{re.escape(address)}(\s|$)", printed), printed
    assert len(re.findall(r"\S+@\S+\.example\s+\S+", printed)) >= 5, printed
    again = serves(clone, COMMANDS["run"], port, 30)
    assert "Sign-ins are in" in again
    assert "Installing" not in again


@pytest.mark.timeout(240)
def test_its_own_company_and_a_model(clone: Path) -> None:
    port = free_port()
    articles = clone.parent / "articles"
    articles.mkdir()
    (articles / "returns.md").write_text("# Return policy\n\nYou can return anything within 30 days of delivery for a full refund.\n")
    setup, serve = COMMANDS["own"].replace("path/to/your/articles", str(articles)).rsplit("warmline serve", 1)
    answers = "printf '%s\\n' Example 'Ada Admin' ada@example.com | warmline init"
    script = "set -e\n" + setup.replace("warmline init", answers)
    done = subprocess.run(["sh", "-c", script], cwd=clone, env=environment(port), capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "<script async" in done.stdout
    assert "30 days" in done.stdout
    begin = ". .venv/bin/activate\nexport WARMLINE_DATA=mydata\nexec env "
    assert "/console/" in serves(clone, begin + f"warmline serve{serve}", port, 60)
    assert "/console/" in serves(clone, begin + COMMANDS["model"], port, 60)


@pytest.mark.timeout(420)
def test_make_test_finds_the_whole_suite(clone: Path) -> None:
    """The suite itself is what runs now; in the clone it is set up, collected, and the interface's own tests are run."""
    env = {**environment(free_port()), "PYTEST_ADDOPTS": "--collect-only"}
    done = subprocess.run(["make", "test"], cwd=clone, env=env, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    collected = re.search(r"(\d+)(?:/\d+)? tests collected", done.stdout)
    assert collected, done.stdout[-2000:]
    assert int(collected[1]) > 1000
    assert re.search(r"Tests +\d+ passed", re.sub(r"\x1b\[[\d;]*m", "", done.stdout))


def test_no_figure_is_left_open() -> None:
    told = (ROOT / "README.md").read_text().split("## Measured")[1].split("\n## ")[0]
    assert "| `python -m bench turns` |" in told
    assert "| – |" not in told
