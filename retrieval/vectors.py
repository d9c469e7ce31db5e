"""The FAISS index of one workspace: exact inner products, filters inside the search."""

from collections.abc import Iterable
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.columns import Allowed
from retrieval.embedder import Vector

Ids = NDArray[np.int64]


class Vectors:
    """Passages' vectors by id. Never changed once made, so that searches need no lock; FAISS allows no search during an add."""

    def __init__(self, index: faiss.IndexIDMap2, owner: Any = None) -> None:
        self._index = index
        # A downcast index only borrows its memory.
        self._owner = owner
        self.dimension: int = index.d
        flat: Any = faiss.downcast_index(index.index)
        self.ids: Ids = faiss.vector_to_array(index.id_map)
        self.matrix: Vector = faiss.rev_swig_ptr(flat.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)

    @classmethod
    def build(cls, ids: Ids, matrix: Vector, dimension: int) -> "Vectors":
        """Ids ascending: equal content then means equal files and equal order of ties."""
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        if len(ids):
            index.add_with_ids(np.ascontiguousarray(matrix, np.float32), np.ascontiguousarray(ids, np.int64))
        return cls(index)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Vectors":
        """Only for content whose checksum has been verified: FAISS loads most flipped bits without a word."""
        owner = faiss.deserialize_index(np.frombuffer(content, np.uint8))
        index = faiss.downcast_index(owner)
        if not isinstance(index, faiss.IndexIDMap2):
            raise ValueError("not the kind of index that this version writes")
        return cls(index, owner)

    def to_bytes(self) -> bytes:
        return faiss.serialize_index(self._index).tobytes()

    def changed(self, added: Ids, matrix: Vector, removed: Iterable[int]) -> "Vectors":
        gone = np.flatnonzero(np.isin(self.ids, np.concatenate([np.fromiter(removed, np.int64), added])))
        # Slices between the gaps are views; a mask would copy everything once more.
        edges = zip(np.concatenate([[0], gone + 1]), np.concatenate([gone, [len(self.ids)]]), strict=True)
        kept = [slice(start, end) for start, end in edges if start < end]
        rows = [*(self.matrix[part] for part in kept), matrix.reshape(-1, self.dimension)]
        return Vectors.build(np.concatenate([*(self.ids[part] for part in kept), added]), np.concatenate(rows), self.dimension)

    def __len__(self) -> int:
        return len(self.ids)

    def search(self, vector: Vector, allowed: Allowed, limit: int) -> tuple[Ids, Vector]:
        """(ids, cosines) of the nearest `limit` that the filter lets through, best first."""
        # OpenMP keeps its thread count per thread; with more than one, a search under load took seven times as long.
        faiss.omp_set_num_threads(1)
        limit = min(limit, allowed.count, len(self.ids))
        if limit == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        # IndexIDMap writes into the parameters while it searches: one object per call.
        make: Any = faiss.SearchParameters
        parameters = make(sel=allowed.selector) if allowed.selector is not None else None
        cosines, ids = self._index.search(vector[None, :], limit, params=parameters)
        found = ids[0] >= 0
        return ids[0][found], cosines[0][found]

    def cosines(self, vector: Vector, ids: Ids) -> Vector:
        """NaN for an id without a vector."""
        return self.rows(ids) @ vector

    def rows(self, ids: Ids) -> Vector:
        """[ids, dimension]; NaN for an id without a vector."""
        if not len(self.ids):
            return np.full((len(ids), self.dimension), np.nan, np.float32)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        found = self.matrix[places]
        found[self.ids[places] != ids] = np.nan
        return found
