"""`warmline backup` and `warmline restore`. A copy of the .db file alone is no backup: it is older than the last acknowledged write."""

import hashlib
import json
import shutil
import sqlite3
import time
from pathlib import Path

from rich.console import Console

import api.schema  # noqa: F401  every table is known
from chat.log import differences
from core.clock import iso, now_ms
from core.database import Database
from core.errors import Conflict, Invalid, Misconfigured
from core.secret import require_secret, secret_file
from core.settings import Settings, load_settings
from core.sqlite import SqliteStore
from core.tables import workspace
from core.wakes import Wakes

FILES = ("warmline.db", "jobs.db")
MANIFEST = "manifest.json"


def backup(folder: Path) -> None:
    """Consistent while the server writes: one `VACUUM INTO` a database, each from one snapshot."""
    settings = _sqlite_settings()
    require_secret(settings)
    if not settings.sqlite_path.exists():
        raise Misconfigured(f"there is no database in {settings.data}")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty")
    started = time.perf_counter()
    for name in FILES:
        if (settings.data / name).exists():
            _vacuum_into(settings.data / name, folder / name)
    if secret_file(settings).exists():
        shutil.copy2(secret_file(settings), folder / "secret.key")
    copied = sorted(folder.iterdir())
    sums = {path.name: {"sha256": _sha256(path)} for path in copied}
    (folder / MANIFEST).write_text(json.dumps({"made_at": iso(now_ms()), "files": sums}, indent=2))
    size = sum(path.stat().st_size for path in copied) / 2**20
    Console(highlight=False).print(f"Backed up {len(sums)} files, {size:.1f} MiB, in {time.perf_counter() - started:.1f} s: {folder}")


def restore(folder: Path, verify_only: bool) -> None:
    settings = _sqlite_settings()
    counted = verify(folder)
    if verify_only:
        Console(highlight=False).print(f"Good: {counted} conversations fold to their state.")
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    if settings.sqlite_path.exists():
        raise Conflict(f"{settings.data} holds a database; move it away first, nothing is overwritten")
    for name in _manifest(folder):
        shutil.copy2(folder / name, settings.data / name)
    Console(highlight=False).print(f"Restored into {settings.data}. Start with: warmline serve")


def verify(folder: Path) -> int:
    """Checksums, SQLite's own check, and state = fold(events). Returns the number of conversations. Raises Invalid."""
    for name, expected in _manifest(folder).items():
        if not (folder / name).exists() or _sha256(folder / name) != expected["sha256"]:
            raise Invalid(f"{name} is missing or not what was backed up")
    connection = sqlite3.connect(f"file:{folder / FILES[0]}?mode=ro&immutable=1", uri=True)
    found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    counted = connection.execute("SELECT count(*) FROM conversation").fetchone()[0]
    connection.close()
    if found != "ok":
        raise Invalid(f"the database is damaged: {found}")
    _check_folds(folder)
    return int(counted)


def _check_folds(folder: Path) -> None:
    # On a copy: opening a database in WAL mode writes beside it.
    copy = folder / ".verify" / FILES[0]
    copy.parent.mkdir(exist_ok=True)
    shutil.copy2(folder / FILES[0], copy)
    database = Database(SqliteStore(copy, Wakes()))
    try:
        for one in database.read_now(lambda c: list(c.execute(workspace.select()).scalars())):
            if wrong := database.read_now(differences, one):
                raise Invalid(f"{len(wrong)} conversations are not the fold of their events, the first {wrong[0]}")
    finally:
        database.close()
        shutil.rmtree(copy.parent)


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    try:
        files: dict[str, dict[str, str]] = json.loads((folder / MANIFEST).read_text())["files"]
    except (OSError, ValueError, KeyError) as error:
        raise Invalid(f"{folder} is no backup of Warmline: {error}") from error
    return files


def _sqlite_settings() -> Settings:
    settings = load_settings()
    if settings.database_url:
        raise Misconfigured("on Postgres use pg_dump and pg_restore; see docs/backup.md")
    return settings


def _vacuum_into(source: Path, target: Path) -> None:
    connection = sqlite3.connect(source, timeout=30)
    connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
