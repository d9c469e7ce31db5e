"""A searcher over a real database, and a way to publish."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from conftest import WORKSPACE
from retrieval_shop import SHOP, Publish, passage

from core.database import Database
from retrieval.embedder import Embedder
from retrieval.embeddings import known_in
from retrieval.hash_embedder import HashEmbedder
from retrieval.passages import NewPassage, Replaced, prepare, replace
from retrieval.search import Searcher


@pytest.fixture
def embedder() -> Embedder:
    return HashEmbedder()


@pytest.fixture
def publish(database: Database, embedder: Embedder) -> Publish:
    def run(source: str, passages: Sequence[NewPassage], workspace: str = WORKSPACE, by: Embedder = embedder) -> Replaced:
        prepared = prepare(by, known_in(database, workspace, by), passages)
        return database.write_now(replace, workspace, source, prepared)

    return run


@pytest.fixture
def shop(publish: Publish) -> None:
    for source, (title, text) in SHOP.items():
        publish(source, [passage(text, title)])


@pytest.fixture
def searcher(database: Database, embedder: Embedder, tmp_path: Path) -> Iterator[Searcher]:
    searcher = Searcher(database, embedder, tmp_path / "index")
    yield searcher
    searcher.close()
