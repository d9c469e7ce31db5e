"""The files for one machine: Caddy takes its file, and compose and the image name what is there."""

import os
import re
import shutil
import subprocess

import pytest
from live import ROOT

from core.settings import Settings


def test_caddy_understands_its_file_and_leaves_streams_alone() -> None:
    caddy = shutil.which("caddy")
    if caddy is None and not os.environ.get("CI"):
        pytest.skip("no caddy on this machine; CI has one")
    assert caddy, "install it: apt-get install -y caddy"
    env = {**os.environ, "WARMLINE_DOMAIN": "chat.example.com", "HOME": os.environ.get("HOME", "/tmp")}
    done = subprocess.run([caddy, "adapt", "--config", str(ROOT / "Caddyfile")], capture_output=True, text=True, env=env, timeout=60)
    assert done.returncode == 0, done.stderr
    assert '"encode"' in done.stdout
    assert "event-stream" not in done.stdout
    assert '"flush_interval":-1' in done.stdout


def test_compose_and_image_use_settings_that_exist() -> None:
    known = {f"WARMLINE_{name.upper()}" for name in Settings.model_fields} | {"WARMLINE_DOMAIN"}
    for name in ("compose.yaml", "Dockerfile"):
        text = (ROOT / name).read_text()
        used = set(re.findall(r"\bWARMLINE_[A-Z_]+\b", text))
        assert used
        assert used <= known, used - known


def test_the_image_runs_what_the_wheel_test_installs() -> None:
    """No engine is at hand to build it: its steps are those of tests/repo/test_wheel.py, its port and folder are the settings'."""
    text = (ROOT / "Dockerfile").read_text()
    assert "python -m build --wheel" in text
    assert 'pip install --no-cache-dir "$(ls /wheels/*.whl)[evals]"' in text
    assert 'ENTRYPOINT ["warmline"]' in text
    assert "/readyz" in text
