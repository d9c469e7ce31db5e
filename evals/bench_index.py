"""A throw-away knowledge base in a temporary folder: the real database, splitter, index and search, never the live ones."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.clock import SystemClock, now_ms
from core.database import Database, insert
from core.scope import system_scope
from core.settings import Settings
from core.sqlite import SqliteStore
from core.tables import metadata, workspace
from core.wakes import Wakes
from evals.data import Article
from knowledge.split import split
from people.budget import ModelBudget, Purse
from retrieval.embedder import Embedder
from retrieval.embeddings import known_in, store_embeddings
from retrieval.passages import NewPassage, prepare, replace
from retrieval.search import Filters, Searcher

WORKSPACE = "wsp_evals"
FILTERS = Filters(WORKSPACE)
_TABLES = ("workspace", "passage", "passage_sentence", "passage_removed", "embedding", "index_state", "vocabulary", "model_spend")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Bench:
    """Passages' source is `article:<corpus id>`. articles: each is a collection of its own, so that any can be left out of a search."""

    database: Database
    searcher: Searcher
    articles: frozenset[str] = frozenset()

    def purse(self, settings: Settings) -> Purse:
        """What a model may cost over one run: as much as a workspace's day."""
        return ModelBudget.of(settings, self.database, SystemClock()).purse(system_scope(WORKSPACE, "evals"))


@contextmanager
def throw_away(
    articles: Sequence[Article], embedder: Embedder, sentences: bool, progress: Progress = lambda done, total: None
) -> Iterator[Bench]:
    """sentences: also embed each sentence, which answers need and retrieval does not. progress: articles done, articles."""
    with tempfile.TemporaryDirectory(prefix="warmline-evals-") as folder:
        database = opened(Path(folder))
        for done, article in enumerate(articles, 1):
            add_article(database, embedder, article, sentences)
            progress(done, len(articles))
        searcher = Searcher(database, embedder, Path(folder) / "index")
        searcher.wait_ready(WORKSPACE, 600)
        try:
            yield Bench(database, searcher, frozenset(article.id for article in articles))
        finally:
            searcher.close()
            database.close()


def opened(folder: Path) -> Database:
    """An empty base, or the one that an earlier run left there."""
    database = Database(SqliteStore(folder / "evals.db", Wakes()))
    metadata.create_all(database.store.engine, tables=[metadata.tables[name] for name in _TABLES])
    row = {"id": WORKSPACE, "name": "evals", "position": 0, "demo": False, "created_at": now_ms()}
    database.write_now(lambda connection: connection.execute(insert(connection, workspace).values(**row).on_conflict_do_nothing()))
    return database


def add_article(database: Database, embedder: Embedder, article: Article, sentences: bool) -> None:
    pieces = split(article.title, article.text)
    passages = [NewPassage(piece.text, article.title, piece.heading, article.id, language=article.language) for piece in pieces]

    def store(vectors: dict[str, bytes]) -> None:
        database.write_now(store_embeddings, WORKSPACE, embedder.model, vectors)

    prepared = prepare(embedder, known_in(database, WORKSPACE, embedder), passages, with_sentences=sentences, store=store)
    database.write_now(replace, WORKSPACE, f"article:{article.id}", prepared)


def article_of(source: str) -> str:
    return source.removeprefix("article:")
