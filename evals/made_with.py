"""What a run was made with, so that two runs can be told apart: settings without secrets, models and weights by their hash, the code."""

import hashlib
import json
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.rulebook import default_text, named
from core.settings import Settings
from retrieval.embedder import Embedder

ROOT = Path(__file__).parents[1]
# Where a server runs changes no answer.
_PACKAGES = ("retrieval", "handoff", "bot", "evals")
_ELSEWHERE = frozenset({"data", "host", "port", "public_url", "database_url", "log_level", "log_json", "trusted_proxies", "demo"})


def made_with(settings: Settings, embedder: Embedder) -> dict[str, Any]:
    """JSON-able: warmline, code, policy, embedder, settings, settings_sha256, weights (by path)."""
    kept = shown_settings(settings)
    return {
        "warmline": _version(),
        "code": _code(),
        "policy": named(),
        "policy_sha256": digest(default_text()),
        "embedder": {"name": embedder.name, "model": embedder.model},
        "settings": kept,
        "settings_sha256": digest(kept),
        "weights": {path.relative_to(ROOT).as_posix(): _sha256(path) for path in _weights()},
    }


def shown_settings(settings: Settings) -> dict[str, Any]:
    """Without keys, and without what a URL says of a user."""
    values = settings.model_dump(mode="json", exclude=set(_ELSEWHERE))
    return {name: _bare(value) for name, value in values.items() if not name.endswith("_key")}


def digest(value: Any) -> str:
    """Of a JSON-able value, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _weights() -> list[Path]:
    return sorted(path for package in _PACKAGES for path in (ROOT / package / "weights").glob("*") if path.is_file())


def _bare(value: Any) -> Any:
    if not isinstance(value, str) or "://" not in value:
        return value
    parts = urlsplit(value)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _version() -> str:
    try:
        return version("warmline")
    except PackageNotFoundError:
        return "unknown"


def _code() -> str | None:
    """The commit of a checkout, marked when files differ from it; None for an installed package."""
    if not (ROOT / ".git").exists():
        return None
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
