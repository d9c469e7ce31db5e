"""Text to vector: the one interface, and the cache in front of it."""

import threading
from abc import abstractmethod
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from retrieval.recent import Recent

Vector = NDArray[np.float32]
CACHED_QUESTIONS = 4096


@dataclass(frozen=True)
class Pieces:
    """A text's word pieces that hold a letter or digit. rows: [n, dimension] of length 1, each piece in its context. numbers: in the
    vocabulary. mean: the text's own vector."""

    texts: list[str]
    numbers: NDArray[np.int64]
    rows: Vector
    mean: Vector


class Embedder(Embeddings):
    """Rows are float32 with length 1: an inner product is a cosine. Raises core.errors.Unavailable when the model cannot be reached.

    `model` names weights and preprocessing exactly: stored vectors with another `model` are never compared with these.
    `dense_weight` is the share of the vector leg in the fusion.
    """

    name: str
    model: str
    dense_weight: float = 0.5

    def __init__(self) -> None:
        self._cache: Recent[str, Vector] = Recent(CACHED_QUESTIONS)
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[Vector]] = {}

    @property
    @abstractmethod
    def dimension(self) -> int: ...

    @property
    def measured(self) -> bool:
        """Whether `dimension` is known without asking anybody; a search must not wait for that."""
        return True

    @abstractmethod
    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        """[n, dimension], in the order given; question: with the model's prompt for questions, where it has one."""

    def vector(self, text: str) -> Vector:
        """One question's vector, [dimension]; the same text is embedded once."""
        found = self._cache.get(text)
        return self._embed_once(text) if found is None else found

    def _embed_once(self, text: str) -> Vector:
        """Mood, wishes and search ask for a new message's vector at the same moment: the first one makes it, the others wait for it."""
        with self._lock:
            known = self._under_way.get(text)
            made = self._under_way.setdefault(text, Future())
        if known is not None:
            return known.result()
        try:
            found = unit_rows(self.embed_texts([text], question=True))[0]
            found.setflags(write=False)
            self._cache.put(text, found)
            made.set_result(found)
            return found
        except BaseException as error:
            made.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[text]

    @property
    def shows_pieces(self) -> bool:
        """Whether `pieces` can be asked."""
        return False

    def pieces(self, text: str) -> Pieces:
        raise NotImplementedError(self.name)

    def vectors(self, texts: Sequence[str]) -> Vector:
        """Passages' or sentences' vectors, [n, dimension]; not cached, since indexing keeps them in the database."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return unit_rows(self.embed_texts(texts, question=False))

    def embed_query(self, text: str) -> list[float]:
        return self.vector(text).tolist()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self.vectors(texts).tolist()


def unit_rows(rows: Vector) -> Vector:
    """Rows of length 1; a zero row stays zero."""
    rows = np.asarray(rows, np.float32)
    return np.ascontiguousarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), np.float32)
