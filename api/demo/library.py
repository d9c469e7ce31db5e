"""Brings the demo's articles into knowledge: the shop's at once, the documentation site's as an import job like anybody's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from api.demo.catalogue import FOLDER
from core.clock import now_ms
from core.database import Database
from core.ids import new_id
from core.jobs import Job
from core.scope import Scope
from knowledge.collections import find_collection
from knowledge.documents import Document, read_documents
from knowledge.import_files import Upload, fingerprint, keep_upload, list_imports, start_import
from knowledge.imports import import_document
from knowledge.record import Moment, moment
from retrieval.embedder import Embedder

DOCUMENTATION = "Plausible documentation"
DOCUMENTATION_FILE = FOLDER / "plausible" / "articles.jsonl.gz"
Report = Callable[[int, int], None]


def bring_shop_in(database: Database, embedder: Embedder, scope: Scope, report: Report, threads: int = 1) -> int:
    """Makes and publishes what is not there yet; the number of articles that it published. Called again after a kill it goes on.

    threads: more than one only while nothing else runs, as before the first start; the embedding itself takes one core a thread."""
    documents = [_read(file) for file in sorted((FOLDER / "shop" / "articles").glob("*.md"))]
    published = 0
    report(0, len(documents))
    with ThreadPoolExecutor(threads, thread_name_prefix="demo") as pool:
        for done, state in enumerate(pool.map(partial(_bring, database, embedder, scope), documents), 1):
            published += state == "indexed"
            report(done, len(documents))
    return published


def _read(file: Path) -> Document:
    return next(read_documents(f"holm-and-lark/{file.name}", file.read_bytes()))


def _bring(database: Database, embedder: Embedder, scope: Scope, document: Document) -> str:
    return import_document(database, embedder, scope, document.collection or "", document, publish=True)[0]


def documentation_import(connection: Connection, scope: Scope) -> Job | None:
    """The import that was started and has not failed. It is started last, so once it is there everything before it is done."""
    collection = find_collection(connection, scope, DOCUMENTATION).id
    ours = (job for job in list_imports(connection, scope, 1000) if job.args.get("collection") == collection)
    return next((job for job in ours if job.state != "failed"), None)


def order_documentation(database: Database, scope: Scope) -> None:
    content = DOCUMENTATION_FILE.read_bytes()
    upload = Upload(new_id("fil"), "plausible-documentation.jsonl.gz", len(content))
    database.write_now(keep_upload, scope, upload, content, fingerprint(content), now_ms())
    database.write_now(_order, scope, new_id("job"), upload, moment(now_ms()))


def _order(connection: Connection, scope: Scope, job_id: str, upload: Upload, when: Moment) -> None:
    collection = find_collection(connection, scope, DOCUMENTATION).id
    start_import(connection, scope, job_id, [upload], collection, True, when)
