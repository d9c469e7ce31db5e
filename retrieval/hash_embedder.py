"""The shipped fake: vectors without a model, for tests. They know spelling, not meaning."""

import re
import zlib
from collections.abc import Sequence

import numpy as np

from retrieval.embedder import Embedder, Vector

_WORD = re.compile(r"\w+")


class HashEmbedder(Embedder):
    """Signed hashing of character 3- to 5-grams. Alone it loses to lexical search, hence its small share in the fusion."""

    name = "hash"
    dense_weight = 0.05

    def __init__(self, dimension: int = 256, seed: int = 0) -> None:
        super().__init__()
        self._dimension = dimension
        self._seed = seed
        self.model = f"hash-{dimension}-{seed}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        return np.stack([self._embed(text) for text in texts])

    def _embed(self, text: str) -> Vector:
        row = np.zeros(self._dimension, np.float32)
        for word in _WORD.findall(text.lower()):
            padded = f"<{word}>"
            for size in (3, 4, 5):
                for start in range(max(1, len(padded) - size + 1)):
                    code = zlib.crc32(padded[start : start + size].encode(), self._seed)
                    row[code % self._dimension] += 1 if code & 0x8000_0000 else -1
        return row
