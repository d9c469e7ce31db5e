"""The shop's own articles in a real database, searched with the real embedder; made once, never changed by a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bot_house import House, open_house
from bot_stage import ARTICLES, article
from conftest import NOW, WORKSPACE, import_all_tables

from bot.answer import Answerer
from core.database import Database
from core.log import set_up_log
from core.sqlite import SqliteStore
from core.tables import metadata
from core.tables import workspace as workspace_table
from core.wakes import Wakes
from knowledge.split import split
from retrieval.hash_embedder import HashEmbedder
from retrieval.minilm import MiniLM
from retrieval.passages import NewPassage, prepare, replace
from retrieval.search import Searcher


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    import_all_tables()
    folder = tmp_path_factory.mktemp("shop")
    database = Database(SqliteStore(folder / "warmline.db", Wakes()))
    metadata.create_all(database.store.engine)
    row = {"id": WORKSPACE, "name": "shop", "position": 0, "demo": False, "created_at": NOW}
    database.write_now(lambda connection: connection.execute(workspace_table.insert().values(row)))
    embedder = MiniLM()
    for name in ARTICLES:
        title, audience, markdown = article(name)
        passages = [NewPassage(piece.text, title, piece.heading, "col_shop", audience) for piece in split(title, markdown)]
        database.write_now(replace, WORKSPACE, f"article:{name}", prepare(embedder, lambda shas: set(), passages))
    found = Searcher(database, embedder, folder / "index")
    assert found.wait_ready(WORKSPACE)
    yield found
    found.close()
    database.close()


@pytest.fixture
def embedded(searcher: Searcher) -> Answerer:
    return Answerer(searcher)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """A shop with real turns; its embedder needs no model."""
    set_up_log("critical")
    made = open_house(database, tmp_path, HashEmbedder())
    yield made
    for found in made.open:
        found.close()
