"""`warmline import PATH`: a folder or file of this machine becomes an import job, which this process runs at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from core.clock import now_ms
from core.database import Database
from core.errors import NotFound
from core.ids import new_id
from core.jobs import Job, claim, read_job, run_claimed
from core.scope import Scope
from knowledge.collections import create_collection, find_collection
from knowledge.documents import LIMIT_FILE, Unreadable, clean_name, kind_of, kinds
from knowledge.import_files import ImportedFile, Upload, fingerprint, imported_files, keep_upload, start_import
from knowledge.imports import run_import  # noqa: F401  registers the job's kind
from knowledge.record import moment
from retrieval.embedder import Embedder

Progress = Callable[[int, int, int], None]


def import_path(
    database: Database,
    embedder: Embedder,
    scope: Scope,
    path: Path,
    collection: str,
    publish: bool = True,
    on_progress: Progress | None = None,
) -> tuple[Job, list[ImportedFile]]:
    """Blocking. collection: an id, slug or name, made when missing. on_progress(done, total, failed) at most twice a second.

    Killed, it goes on when it is called again or when a server takes the job over. Raises Unreadable when there is nothing to import.
    """
    found = files_under(path)
    if not found:
        raise Unreadable(f"There is nothing to import in {path}: {', '.join(kinds())} are read.")
    job_id, place = new_id("job"), collection_named(database, scope, collection)
    uploads = [_keep(database, scope, name, file) for name, file in found]
    runner, when = new_id("cli"), moment(now_ms())

    def begin(connection: Connection) -> Row[Any]:
        # Claimed with its making: a server beside this process never sees it waiting.
        start_import(connection, scope, job_id, uploads, place, publish, when)
        row = claim(connection, scope.workspace, job_id, runner)
        assert row is not None
        return row

    run_claimed(database, database.write_now(begin), {"embedder": embedder, "on_progress": on_progress})
    return database.read_now(read_job, scope, job_id), database.read_now(imported_files, scope, job_id)


def files_under(path: Path) -> list[tuple[str, Path]]:
    """(name, file) of what can be imported; names are relative to a folder, hidden files and folders are left out."""
    if path.is_file():
        return [(clean_name(path.name), path)]
    found = []
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts
        if file.is_file() and not any(part.startswith(".") or part == "node_modules" for part in parts) and kind_of(file.name):
            found.append((clean_name("/".join(parts)), file))
    return found


def collection_named(database: Database, scope: Scope, name: str) -> str:
    """The id of a collection by id, slug or name; made when missing."""
    try:
        return str(database.read_now(find_collection, scope, name).id)
    except NotFound:
        return str(database.write_now(create_collection, scope, name, new_id("col"), moment(now_ms())).id)


def _keep(database: Database, scope: Scope, name: str, file: Path) -> Upload:
    # One byte too many is enough to be told that the file is too large.
    with file.open("rb") as opened:
        content = opened.read(LIMIT_FILE + 1)
    upload = Upload(new_id("fil"), name, len(content))
    return database.write_now(keep_upload, scope, upload, content, fingerprint(content), now_ms(), background=True)  # type: ignore[no-any-return]
