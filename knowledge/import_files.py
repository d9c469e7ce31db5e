"""Uploaded files wait in the database until their import is done, so that a job needs nothing outside it."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, select, update

from core.jobs import Job, enqueue, list_jobs, read_job
from core.scope import Scope
from core.tables import file
from knowledge.record import Moment, record
from knowledge.tables import import_file

KIND = "import"
MEDIA_TYPE = "application/vnd.warmline.import"
LIMIT_FILES = 200
ORPHAN_MS = 24 * 3_600_000


@dataclass(frozen=True)
class Upload:
    """A file that `keep_upload` has put into the database under this id."""

    id: str
    name: str
    size: int


@dataclass(frozen=True)
class ImportedFile:
    """state: waiting, indexed, unchanged or failed. reason: why it failed, or what of it did. documents: how many articles it holds."""

    number: int
    name: str
    state: str
    reason: str | None
    documents: int
    article: str | None
    file: str | None


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep_upload(connection: Connection, scope: Scope, upload: Upload, content: bytes, sha256: str, at: int) -> Upload:
    """A unit of its own for each file; one that no import names within a day is swept away."""
    row = {"workspace": scope.workspace, "id": upload.id, "name": upload.name, "media_type": MEDIA_TYPE}
    connection.execute(file.insert().values(**row, sha256=sha256, size=upload.size, content=content, created_at=at))
    return upload


def start_import(
    connection: Connection, scope: Scope, job_id: str, uploads: list[Upload], collection: str, publish: bool, when: Moment
) -> None:
    """A unit: the job and its files. collection: an id."""
    enqueue(connection, scope, KIND, {"collection": collection, "publish": publish}, job_id)
    rows = [
        {"workspace": scope.workspace, "job": job_id, "number": number, "name": upload.name, "file": upload.id, "size": upload.size}
        | {"state": "waiting", "documents": 1}
        for number, upload in enumerate(uploads)
    ]
    if rows:
        connection.execute(import_file.insert(), rows)
    record(connection, scope, "import.started", job_id, {"files": len(rows), "collection": collection, "publish": publish}, when)


def read_import(connection: Connection, scope: Scope, job_id: str) -> tuple[Job, list[ImportedFile]]:
    return read_job(connection, scope, job_id), imported_files(connection, scope, job_id)


def list_imports(connection: Connection, scope: Scope, limit: int = 20) -> list[Job]:
    return list_jobs(connection, scope, KIND, limit)


def imported_files(connection: Connection, scope: Scope, job_id: str) -> list[ImportedFile]:
    columns = [import_file.c[name] for name in ImportedFile.__dataclass_fields__]
    here = (import_file.c.workspace == scope.workspace, import_file.c.job == job_id)
    return [ImportedFile(*row) for row in connection.execute(select(*columns).where(*here).order_by(import_file.c.number))]


def read_content(connection: Connection, scope: Scope, file_id: str) -> bytes:
    return bytes(connection.execute(select(file.c.content).where(file.c.workspace == scope.workspace, file.c.id == file_id)).scalar_one())


def settle(
    connection: Connection, scope: Scope, job_id: str, number: int, state: str, reason: str | None = None, article: str | None = None
) -> None:
    """The file's result; its bytes are no longer needed."""
    here = and_(import_file.c.workspace == scope.workspace, import_file.c.job == job_id, import_file.c.number == number)
    kept = connection.scalar(select(import_file.c.file).where(here))
    connection.execute(update(import_file).where(here).values(state=state, reason=reason and reason[:1000], article=article, file=None))
    if kept:
        connection.execute(delete(file).where(file.c.workspace == scope.workspace, file.c.id == kept))


def count_documents(connection: Connection, scope: Scope, job_id: str, number: int, documents: int) -> None:
    here = and_(import_file.c.workspace == scope.workspace, import_file.c.job == job_id, import_file.c.number == number)
    connection.execute(update(import_file).where(here).values(documents=documents))


def sweep_orphans(connection: Connection, scope: Scope, now: int) -> int:
    """Files of uploads that broke off before their import began."""
    named = select(import_file.c.file).where(import_file.c.workspace == scope.workspace, import_file.c.file.is_not(None))
    old = (file.c.media_type == MEDIA_TYPE, file.c.created_at < now - ORPHAN_MS, file.c.id.not_in(named))
    return connection.execute(delete(file).where(file.c.workspace == scope.workspace, *old)).rowcount
