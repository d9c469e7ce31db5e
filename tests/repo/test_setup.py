"""`make setup` on machines that lack something: each ends in the one line that installs it, and nothing counts as done that is not."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from live import ROOT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("scripts", "pyproject.toml", "hatch_build.py"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / "ui").mkdir()
    shutil.copy(ROOT / "ui" / "package-lock.json", tmp_path / "ui")
    return tmp_path


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def run(clone: Path, script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", f"scripts/{script}", *arguments], cwd=clone, env={**os.environ, **env}, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("exit 127", "Warmline needs Python 3.11 or newer"),
        ('case "$*" in *version_info*) exit 1;; --version) echo "Python 3.9.2";; esac', "this is Python 3.9.2"),
        ('case "$*" in *ensurepip*) exit 1;; esac', "apt-get install -y python3-venv"),
    ],
)
def test_a_python_that_will_not_do_is_named(clone: Path, python: str, said: str) -> None:
    done = run(clone, "setup.sh", PYTHON=str(program(clone / "bin" / "python3", python)))
    assert done.returncode == 1
    assert said in done.stderr
    assert not (clone / ".venv").exists()


def test_no_python_at_all(clone: Path) -> None:
    done = run(clone, "setup.sh", PYTHON="python-that-is-not-there")
    assert done.returncode == 1
    assert "apt-get install -y python3 python3-venv" in done.stderr


@pytest.mark.parametrize(
    ("pip_says", "hint"),
    [
        ("error: command 'gcc' failed: No such file or directory", "apt-get install -y build-essential python3-dev"),
        ("ERROR: Could not find a version that satisfies the requirement fastapi", "once the network is back"),
    ],
)
def test_a_failed_install_is_told_apart_and_tried_again(clone: Path, pip_says: str, hint: str) -> None:
    program(clone / ".venv/bin/python", f'case "$*" in *--editable*) echo "{pip_says}"; exit 1;; esac')
    for extras in ((), ("dev",), ("dev",)):
        done = run(clone, "setup.sh", *extras)
        assert done.returncode == 1
        assert pip_says in done.stderr
        assert hint in done.stderr
    assert list((clone / ".venv").glob(".installed*")) == []


def test_what_is_installed_is_not_installed_again(clone: Path) -> None:
    program(clone / ".venv/bin/python", 'echo "$*" >>"$(dirname "$0")/calls"')
    assert run(clone, "setup.sh").returncode == 0
    assert run(clone, "setup.sh").returncode == 0
    calls = (clone / ".venv/bin/calls").read_text().splitlines()
    assert sum("--editable" in call for call in calls) == 1
    (clone / "pyproject.toml").write_text((clone / "pyproject.toml").read_text() + "\n# changed\n")
    assert run(clone, "setup.sh").returncode == 0
    assert sum("--editable" in call for call in (clone / ".venv/bin/calls").read_text().splitlines()) == 2


def test_no_browser_ends_in_the_line_that_installs_one(clone: Path) -> None:
    program(clone / ".venv/bin/python", "cat >/dev/null; exit 1")
    tools = clone / "tools"
    tools.mkdir()
    for tool in ("sh", "cat"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    done = subprocess.run(
        [str(tools / "sh"), "scripts/browser.sh"], cwd=clone, env={"PATH": str(tools)}, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert "apt-get install -y chromium" in done.stderr
    program(tools / "google-chrome", "exit 0")
    assert subprocess.run([str(tools / "sh"), "scripts/browser.sh"], cwd=clone, env={"PATH": str(tools)}, timeout=30).returncode == 0
