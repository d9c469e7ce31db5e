"""Late interaction (ColBERT's MaxSim) with the word pieces of the model that is loaded anyway: no further weights."""

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Embedder
from retrieval.recent import Recent
from retrieval.reranker import Reranker

# Passages' pieces, about 100 kB each.
CACHED = 512


class MaxSim(Reranker):
    """embedder: one that shows pieces."""

    name = "maxsim"

    def __init__(self, embedder: Embedder, budget_s: float) -> None:
        super().__init__(budget_s)
        self._embedder = embedder
        self._pieces: Recent[str, NDArray[np.float16]] = Recent(CACHED)

    def score(self, question: str, passage: str) -> float:
        """Mean over the question's pieces of the cosine to the nearest piece of the passage; 0 where one of them has none."""
        asked, read = self._rows(question).astype(np.float32), self._rows(passage).astype(np.float32)
        return float((asked @ read.T).max(axis=1).mean()) if len(asked) and len(read) else 0.0

    def _rows(self, text: str) -> NDArray[np.float16]:
        return self._pieces.fill([text], lambda texts: {one: self._embedder.pieces(one).rows.astype(np.float16) for one in texts})[text]
