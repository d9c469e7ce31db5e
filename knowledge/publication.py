"""Publishing: the article is split and embedded outside any transaction; one short unit makes it what customers see and the bot reads."""

import time
from dataclasses import dataclass

from sqlalchemy import Connection

from core.database import Database
from core.errors import Invalid
from core.scope import Scope
from knowledge.articles import Article, Revision, change_article, read_article, read_revision, source_of
from knowledge.drafts import Draft
from knowledge.record import Moment, record
from knowledge.split import split
from retrieval.embedder import Embedder
from retrieval.embeddings import known_in, store_embeddings
from retrieval.passages import NewPassage, Prepared, prepare, remove, replace


class NothingToPublish(Invalid):
    code = "nothing_to_publish"
    title = "The article has no text that could be answered from"


@dataclass(frozen=True)
class Publication:
    """passages: how many the bot can now quote. seconds: from the request to the commit."""

    revision: int
    passages: int
    seconds: float
    embedded: int = 0


def publish(database: Database, embedder: Embedder, scope: Scope, article_id: str, when: Moment, number: int | None = None) -> Publication:
    """Blocking, minutes for a very long article: call it in a worker thread. number: None publishes the newest revision."""
    started = time.perf_counter()
    article, chosen = database.read_now(_choose, scope, article_id, number)
    prepared = prepare_draft(database, embedder, scope.workspace, article.collection, chosen.draft)
    database.write_now(put_live, scope, article_id, chosen.number, prepared, when)
    return Publication(chosen.number, len(prepared.passages), round(time.perf_counter() - started, 3), prepared.embedded)


def prepare_draft(database: Database, embedder: Embedder, workspace: str, collection: str, draft: Draft) -> Prepared:
    """Raises NothingToPublish: an article that is published but cannot be found would be a silent failure."""
    passages = passages_of(collection, draft)
    if not passages:
        raise NothingToPublish()

    def store(vectors: dict[str, bytes]) -> None:
        database.write_now(store_embeddings, workspace, embedder.model, vectors, background=True)

    # A long article hands its vectors over in chunks, so that no unit is long and a killed import starts where it stopped.
    long = len(passages) > 8
    return prepare(embedder, known_in(database, workspace, embedder), passages, store=store if long else None)


def passages_of(collection: str, draft: Draft) -> list[NewPassage]:
    """collection: an id. What retrieval would hold of this draft; also for trying a draft before it is published."""
    filters = (collection, draft.audience, draft.language, draft.valid_from, draft.valid_until)
    return [NewPassage(piece.text, draft.title, piece.heading, *filters) for piece in split(draft.title, draft.markdown)]


def put_live(connection: Connection, scope: Scope, article_id: str, number: int, prepared: Prepared, when: Moment) -> None:
    """The unit. Raises NotFound when the article was archived while it was embedded."""
    read_article(connection, scope, article_id, lock=True)
    replace(connection, scope.workspace, source_of(article_id), prepared)
    change_article(
        connection, scope, article_id, published=number, published_at=when.at, updated_at=when.at, passages=len(prepared.passages)
    )
    record(connection, scope, "article.published", article_id, {"revision": number, "passages": len(prepared.passages)}, when)


def unpublish(connection: Connection, scope: Scope, article_id: str, when: Moment) -> None:
    """A unit: gone from answers and from its page with this commit. Nothing happens when it is not published."""
    if read_article(connection, scope, article_id, lock=True).published is None:
        return
    remove(connection, scope.workspace, source_of(article_id))
    change_article(connection, scope, article_id, published=None, published_at=None, passages=0, updated_at=when.at)
    record(connection, scope, "article.unpublished", article_id, None, when)


def _choose(connection: Connection, scope: Scope, article_id: str, number: int | None) -> tuple[Article, Revision]:
    article = read_article(connection, scope, article_id)
    if number is None or number == article.revision.number:
        return article, article.revision
    return article, read_revision(connection, scope, article_id, number)
