"""The server's own secret: from WARMLINE_SECRET_KEY, or the file that `warmline init` makes in the data folder."""

import os
import secrets
from pathlib import Path

from core.errors import Misconfigured
from core.settings import Settings

SHORTEST = 32
_KNOWN = {"changeme", "secret", "default", "warmline", "password"}


def secret_file(settings: Settings) -> Path:
    return settings.data / "secret.key"


def require_secret(settings: Settings) -> str:
    """Raises Misconfigured with the command that makes one when it is missing, default or short."""
    path = secret_file(settings)
    value = settings.secret_key or (path.read_text().strip() if path.exists() else "")
    if not value:
        raise Misconfigured(f"no secret in {settings.data} and no WARMLINE_SECRET_KEY; run: warmline init")
    if len(value) < SHORTEST or value.lower().strip("0123456789!-_") in _KNOWN or len(set(value)) < 8:
        raise Misconfigured("WARMLINE_SECRET_KEY is a default or too short; remove it and run: warmline init")
    return value


def make_secret(settings: Settings) -> None:
    """Keeps one that is there."""
    path = secret_file(settings)
    if settings.secret_key or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
