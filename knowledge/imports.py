"""Importing files as a durable job. An article is known by its collection and source, a revision by its hash: a second run, or the rest of
a killed one, finds what is there and embeds nothing twice."""

import time
from dataclasses import dataclass, field

from sqlalchemy import Connection

from core.clock import now_ms
from core.database import Database
from core.errors import Conflict, Invalid, NotFound
from core.ids import new_id
from core.jobs import JobContext, job_kind
from core.scope import Scope
from knowledge.articles import Article, NewArticle, create_article, find_by_source, revise
from knowledge.collections import create_collection, find_collection
from knowledge.documents import Document, read_documents
from knowledge.drafts import Draft, draft
from knowledge.import_files import KIND, ImportedFile, count_documents, imported_files, read_content, settle, sweep_orphans
from knowledge.publication import Chosen, NothingToPublish, passages_of, prepare_draft, put_live, with_vectors
from knowledge.record import Moment, moment
from retrieval.embedder import Embedder
from retrieval.language import language_of
from retrieval.passages import Prepared, Progress

# Files of rows are counted first, so that progress knows its end.
_ROWS = (".csv", ".jsonl", ".jsonl.gz")
_REPORT_S = 0.5
# Enough of a text to tell its language.
_READ_CHARS = 2000
# What a document can be blamed for. Anything else is ours, ends the job as failed and is in the log.
_ITS_OWN_FAULT = (Invalid, Conflict, NotFound)


@dataclass
class Tally:
    """What became of a file's documents. article: of the last one."""

    indexed: int = 0
    unchanged: int = 0
    failures: list[str] = field(default_factory=list)
    article: str | None = None

    @property
    def state(self) -> str:
        return "indexed" if self.indexed else "unchanged" if self.unchanged else "failed"

    @property
    def reason(self) -> str | None:
        if not self.failures:
            return None
        total = self.indexed + self.unchanged + len(self.failures)
        return self.failures[0] if total == 1 else f"{len(self.failures)} of {total} failed: {'; '.join(self.failures[:3])}"


class Importer:
    """Blocking; one job. Progress is written at most twice a second."""

    def __init__(self, context: JobContext) -> None:
        self.context = context
        self.database: Database = context.database
        self.scope = context.scope
        # A long article is heard of while it is embedded, so that nobody takes the job for dead.
        self.intake = Intake(context.database, context.part("embedder"), context.scope, lambda done, total: self._report())
        self.collection: str = context.args["collection"]
        self.publish: bool = context.args["publish"]
        self.done = self.total = self.failed = 0
        self.reported = 0.0

    def run(self) -> None:
        files = self.database.read_now(imported_files, self.scope, self.context.job)
        for file in files:
            if file.state == "waiting" and file.name.lower().endswith(_ROWS):
                self._count(file)
        files = self.database.read_now(imported_files, self.scope, self.context.job)
        self.total = sum(file.documents for file in files)
        self.done = sum(file.documents for file in files if file.state != "waiting")
        self.failed = sum(1 for file in files if file.state == "failed")
        for file in files:
            if file.state == "waiting":
                self._import(file)
                self._report(at_once=True)
        self.database.write_now(sweep_orphans, self.scope, now_ms(), background=True)

    def _count(self, file: ImportedFile) -> None:
        """A file that breaks off or is too long anywhere is refused before its first document is taken in."""
        try:
            found = sum(1 for _ in read_documents(file.name, self._content(file)))
        except Invalid as error:
            self.database.write_now(settle, self.scope, self.context.job, file.number, "failed", error.detail, background=True)
            return
        self.database.write_now(count_documents, self.scope, self.context.job, file.number, max(1, found))

    def _import(self, file: ImportedFile) -> None:
        tally, before = Tally(), self.done
        seen: set[tuple[str | None, str]] = set()
        try:
            for document in read_documents(file.name, self._content(file)):
                if (document.collection, document.source) in seen:
                    self._blame(tally, f"{document.title[:80]}: {document.source[:80]!r} is there twice")
                else:
                    seen.add((document.collection, document.source))
                    self._take(tally, document, alone=file.documents == 1)
                self.done += 1
                self._report()
        except Invalid as error:
            self._blame(tally, error.detail)
        if not (tally.indexed or tally.unchanged or tally.failures):
            self._blame(tally, "The file holds no articles.")
        self.done = before + file.documents
        article = tally.article if file.documents == 1 else None
        self.database.write_now(settle, self.scope, self.context.job, file.number, tally.state, tally.reason, article, background=True)

    def _take(self, tally: Tally, document: Document, alone: bool) -> None:
        try:
            state, tally.article = self.intake.take(self.collection, document, self.publish)
        except _ITS_OWN_FAULT as error:
            self._blame(tally, error.detail if alone else f"{document.title[:80]}: {error.detail}")
            return
        tally.indexed += state == "indexed"
        tally.unchanged += state == "unchanged"

    def _blame(self, tally: Tally, reason: str) -> None:
        self.failed += 1
        tally.failures.append(reason)

    def _content(self, file: ImportedFile) -> bytes:
        return b"" if file.file is None else self.database.read_now(read_content, self.scope, file.file)

    def _report(self, at_once: bool = False) -> None:
        if at_once or time.monotonic() - self.reported >= _REPORT_S:
            self.reported = time.monotonic()
            self.context.progress(self.done, self.total, self.failed)
            listener = self.context.parts.get("on_progress")
            if listener:
                listener(self.done, self.total, self.failed)


@job_kind(KIND)
def run_import(context: JobContext) -> None:
    Importer(context).run()


def import_document(
    database: Database, embedder: Embedder, scope: Scope, collection: str, document: Document, publish: bool
) -> tuple[str, str]:
    """("indexed" or "unchanged", article id). Raises Invalid, Conflict or NotFound with the reason why not; then nothing was changed.

    collection: an id; the document may name another, which is made when missing.
    """
    return Intake(database, embedder, scope).take(collection, document, publish)


@dataclass(frozen=True)
class Intake:
    """progress: hears from a long article while it is embedded."""

    database: Database
    embedder: Embedder
    scope: Scope
    progress: Progress | None = None

    def take(self, collection: str, document: Document, publish: bool) -> tuple[str, str]:
        database, scope = self.database, self.scope
        if document.collection:
            collection = _place(database, scope, document.collection)
        made = _draft_of(document)
        present: Article | None = database.read_now(find_by_source, scope, collection, document.source)
        if present and present.revision.draft == made and (not publish or present.status == "live"):
            return "unchanged", present.id
        new = NewArticle(new_id("art"), collection, made, document.slug, document.source)
        moments = (moment(now_ms()), moment(now_ms()))
        seen = present.publications if present else 0

        def put(prepared: Prepared | None) -> str:
            live = (prepared, seen) if prepared else None
            return str(database.write_now(_put, scope, new, live, moments, background=True))

        if publish:
            return "indexed", with_vectors(lambda: self._prepare(collection, made), put)
        # An article without a passage would be published and never found.
        if not passages_of(collection, made):
            raise NothingToPublish()
        return "indexed", put(None)

    def _prepare(self, collection: str, made: Draft) -> Prepared:
        return prepare_draft(self.database, self.embedder, self.scope.workspace, collection, made, self.progress)


def _draft_of(document: Document) -> Draft:
    return draft(
        document.title,
        document.markdown,
        language=document.language or language_of(document.markdown[:_READ_CHARS]) or "en",
        audience=document.audience or "public",
        original=document.original,
        valid=(None, document.valid_until),
    )


def _put(connection: Connection, scope: Scope, new: NewArticle, live: tuple[Prepared, int] | None, moments: tuple[Moment, Moment]) -> str:
    """live: to be published, and the `publications` seen when it began."""
    present = find_by_source(connection, scope, new.collection, new.source or "")
    if present is None:
        present = create_article(connection, scope, new, moments[0])
        number = 1
    elif _same(present.revision.draft, new.draft):
        number = present.revision.number
    else:
        number = revise(connection, scope, present.id, new.draft, moments[0], slug=new.slug).number
    if live is not None:
        put_live(connection, scope, Chosen(present.id, number, live[1]), live[0], moments[1])
    return present.id


def _same(one: Draft, other: Draft) -> bool:
    return one.sha256 == other.sha256


def _place(database: Database, scope: Scope, name: str) -> str:
    try:
        return str(database.read_now(find_collection, scope, name).id)
    except NotFound:
        return str(database.write_now(create_collection, scope, name, new_id("col"), moment(now_ms())).id)
