"""LangChain's VectorStore over Warmline's passages, so that its retrievers and tools can search what the bot searches."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from core.database import Database
from retrieval.embedder import Embedder
from retrieval.embeddings import known_in
from retrieval.passages import NewPassage, prepare, remove, replace
from retrieval.query import Filters, Hit
from retrieval.search import Searcher
from retrieval.stored import read_source

COLLECTION = "langchain"


class PassageStore(VectorStore):
    """A document is a source with one passage; its metadata come back as they went in. Searches see this collection only.

    Similarity is the cosine, 1 is equal. The vector leg must be ready: the first call waits for it.
    """

    def __init__(self, database: Database, embedder: Embedder, searcher: Searcher, workspace: str, collection: str = COLLECTION) -> None:
        self._database = database
        self._embedder = embedder
        self._searcher = searcher
        self._workspace = workspace
        self._collection = collection

    @property
    def embeddings(self) -> Embeddings:
        return self._embedder

    def add_texts(
        self, texts: Iterable[str], metadatas: list[dict] | None = None, *, ids: list[str] | None = None, **kwargs: Any
    ) -> list[str]:
        """Returns the ids; one that is there already is replaced. Raises ValueError when the lists differ in length."""
        contents = list(texts)
        names = [name or str(uuid.uuid4()) for name in ids or [""] * len(contents)]
        for name, text, metadata in zip(names, contents, metadatas or [{}] * len(contents), strict=True):
            passage = NewPassage(text, "", (), self._collection, attributes=metadata)
            prepared = prepare(self._embedder, known_in(self._database, self._workspace, self._embedder), [passage])
            self._database.write_now(replace, self._workspace, self._source(name), prepared)
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool | None:
        """Unknown ids are passed over."""
        for name in ids or []:
            self._database.write_now(remove, self._workspace, self._source(name))
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        rows = [row for name in ids for row in self._database.read_now(read_source, self._workspace, self._source(name))]
        return [self._document(row.source, row.text, row.attributes) for row in rows]

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(self, query: str, k: int = 4, **kwargs: Any) -> list[tuple[Document, float]]:
        return [(self._document(hit.source, hit.text, hit.attributes), hit.cosine) for hit in self._nearest(query, k)]

    def _nearest(self, query: str, k: int) -> list[Hit]:
        self._searcher.wait_ready(self._workspace)
        filters = Filters(self._workspace, collections=frozenset({self._collection}))
        return self._searcher.nearest(self._embedder.vector(query), filters, k)

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: (cosine + 1) / 2

    def _source(self, name: str) -> str:
        return f"{self._collection}:{name}"

    def _document(self, source: str, text: str, attributes: Mapping[str, Any] | None) -> Document:
        return Document(id=source.removeprefix(f"{self._collection}:"), page_content=text, metadata=dict(attributes or {}))

    @classmethod
    def from_texts(cls, texts: list[str], embedding: Embeddings, metadatas: list[dict] | None = None, **kwargs: Any) -> "PassageStore":
        """kwargs: database, searcher, workspace, and optionally collection and ids."""
        if not isinstance(embedding, Embedder):
            raise TypeError("the embedding must be a retrieval.embedder.Embedder")
        ids = kwargs.pop("ids", None)
        store = cls(embedder=embedding, **kwargs)
        store.add_texts(texts, metadatas, ids=ids)
        return store
