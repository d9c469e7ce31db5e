"""Publishing: the article is split and embedded outside any transaction; one short unit makes it what customers see and the bot reads."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from core.database import Database
from core.errors import Conflict, Invalid
from core.scope import Scope
from knowledge.articles import Article, Revision, change_article, read_article, read_revision, source_of
from knowledge.drafts import Draft
from knowledge.record import Moment, record
from knowledge.split import split
from retrieval.embedder import Embedder
from retrieval.embeddings import VectorsGone, known_in, store_embeddings
from retrieval.passages import NewPassage, Prepared, Progress, prepare, remove, replace

T = TypeVar("T")
TRIES = 3


class NothingToPublish(Invalid):
    code = "nothing_to_publish"
    title = "The article has no text that could be answered from"


class PublicationConflict(Conflict):
    code = "publication_conflict"
    title = "Somebody else has published or unpublished this article meanwhile"


@dataclass(frozen=True)
class Publication:
    """passages: how many the bot can now quote. seconds: from the request to the commit."""

    revision: int
    passages: int
    seconds: float
    embedded: int = 0


@dataclass(frozen=True)
class Chosen:
    """A revision to be published. seen: the article's `publications` when this began; with another one then, somebody was faster."""

    article: str
    number: int
    seen: int


def publish(database: Database, embedder: Embedder, scope: Scope, article_id: str, when: Moment, number: int | None = None) -> Publication:
    """Blocking, minutes for a very long article: call it in a worker thread. number: None publishes the newest revision.

    Raises PublicationConflict when it was published or unpublished by somebody else after this began."""
    started = time.perf_counter()
    article, revision = database.read_now(_choose, scope, article_id, number)
    chosen = Chosen(article_id, revision.number, article.publications)

    def put(prepared: Prepared) -> Publication:
        database.write_now(put_live, scope, chosen, prepared, when)
        return Publication(chosen.number, len(prepared.passages), round(time.perf_counter() - started, 3), prepared.embedded)

    return with_vectors(lambda: prepare_draft(database, embedder, scope.workspace, article.collection, revision.draft), put)


def with_vectors(make: Callable[[], Prepared], put: Callable[[Prepared], T]) -> T:
    """Again when a text that two articles share lost its vector with the other one between `make` and `put`."""
    for _ in range(TRIES - 1):
        try:
            return put(make())
        except VectorsGone:
            continue
    return put(make())


def prepare_draft(
    database: Database, embedder: Embedder, workspace: str, collection: str, draft: Draft, progress: Progress | None = None
) -> Prepared:
    """Raises NothingToPublish: an article that is published but cannot be found would be a silent failure."""
    passages = passages_of(collection, draft)
    if not passages:
        raise NothingToPublish()

    def store(vectors: dict[str, bytes]) -> None:
        database.write_now(store_embeddings, workspace, embedder.model, vectors, background=True)

    # A long article hands its vectors over in chunks, so that no unit is long and a killed import starts where it stopped.
    long = len(passages) > 8
    known = known_in(database, workspace, embedder)
    return prepare(embedder, known, passages, store=store if long else None, progress=progress)


def passages_of(collection: str, draft: Draft) -> list[NewPassage]:
    """collection: an id. What retrieval would hold of this draft; also for trying a draft before it is published."""
    filters = (collection, draft.audience, draft.language, draft.valid_from, draft.valid_until)
    return [NewPassage(piece.text, draft.title, piece.heading, *filters) for piece in split(draft.title, draft.markdown)]


def put_live(connection: Connection, scope: Scope, chosen: Chosen, prepared: Prepared, when: Moment) -> None:
    """The unit: a compare-and-set on what was seen when the publication began. Raises NotFound when the article was archived while it was
    embedded, PublicationConflict unless this very revision is live by now, VectorsGone."""
    present = read_article(connection, scope, chosen.article, lock=True)
    if present.publications != chosen.seen:
        if present.published == chosen.number:
            return
        now = "unpublished" if present.published is None else f"published as revision {present.published}"
        raise PublicationConflict(f"The article was {now} while revision {chosen.number} was being prepared.")
    replace(connection, scope.workspace, source_of(chosen.article), prepared)
    live = {"published": chosen.number, "published_at": when.at, "passages": len(prepared.passages)}
    change_article(connection, scope, chosen.article, **live, publications=chosen.seen + 1, updated_at=when.at)
    record(connection, scope, "article.published", chosen.article, {"revision": chosen.number, "passages": len(prepared.passages)}, when)


def unpublish(connection: Connection, scope: Scope, article_id: str, when: Moment) -> None:
    """A unit: gone from answers and from its page with this commit. Of one not published only a publication under way is stopped."""
    present = read_article(connection, scope, article_id, lock=True)
    change_article(connection, scope, article_id, publications=present.publications + 1)
    if present.published is None:
        return
    remove(connection, scope.workspace, source_of(article_id))
    change_article(connection, scope, article_id, published=None, published_at=None, passages=0, updated_at=when.at)
    record(connection, scope, "article.unpublished", article_id, None, when)


def _choose(connection: Connection, scope: Scope, article_id: str, number: int | None) -> tuple[Article, Revision]:
    article = read_article(connection, scope, article_id)
    if number is None or number == article.revision.number:
        return article, article.revision
    return article, read_revision(connection, scope, article_id, number)
