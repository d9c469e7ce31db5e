"""The vector store passes LangChain's own suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import VectorStoreIntegrationTests

from core.database import Database
from core.settings import Settings
from core.tables import metadata
from retrieval.embedder import Embedder
from retrieval.langchain_store import PassageStore
from retrieval.search import Searcher


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    # Not the parametrised one: the suite counts the parameters of its own tests.
    database = Database.open(Settings(data=tmp_path))
    metadata.create_all(database.store.engine)
    yield database
    database.close()


class TestPassageStore(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, database: Database, embedder: Embedder, searcher: Searcher) -> VectorStore:
        return PassageStore(database, embedder, searcher, "wsp_main")


def test_a_retriever_finds_what_was_put_in(database: Database, embedder: Embedder, searcher: Searcher) -> None:
    texts = ["boots run small", "delivery takes two days"]
    store = PassageStore.from_texts(texts, embedder, [{"n": 1}, {"n": 2}], database=database, searcher=searcher, workspace="wsp_main")
    found = store.as_retriever(search_kwargs={"k": 1}).invoke("do the boots run small?")
    assert [(document.page_content, document.metadata) for document in found] == [("boots run small", {"n": 1})]
