"""Making a workspace's vectors again from the database: what a damaged file, another model or an import elsewhere left undone."""

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.database import Database
from retrieval.embedder import Embedder, Vector
from retrieval.embeddings import sha256, store_embeddings
from retrieval.stored import read_revision, read_unembedded, read_vectors

# Small, so that closing the process never waits long.
CHUNK = 16


@dataclass(frozen=True)
class Restore:
    """Runs in a thread of its own; `closing` ends it early. Raises core.errors.Unavailable when the embedder cannot be reached."""

    database: Database
    embedder: Embedder
    workspace: str
    closing: threading.Event

    def embed_missing(self) -> None:
        """Embeds and stores, chunk by chunk, every passage and sentence that this model has no vector of."""
        after, texts = self._unembedded(0)
        while after and not self.closing.is_set():
            for start in range(0, len(texts), CHUNK):
                if self.closing.is_set():
                    return
                self._embed(texts[start : start + CHUNK])
            after, texts = self._unembedded(after)

    def read(self) -> tuple[int, NDArray[np.int64], Vector]:
        """(revision before the read, ids, matrix) of all passages with a whole vector, by id."""
        since = self.database.read_now(read_revision, self.workspace)
        width = 4 * self.embedder.dimension
        ids: list[int] = []
        blobs: list[bytes] = []
        rows = self.database.read_now(read_vectors, self.workspace, self.embedder.model, 0)
        while rows and not self.closing.is_set():
            whole = [row for row in rows if row.vector is not None and len(row.vector) == width]
            ids += [row.id for row in whole]
            blobs += [row.vector for row in whole]
            rows = self.database.read_now(read_vectors, self.workspace, self.embedder.model, rows[-1].id)
        return since, np.array(ids, np.int64), np.frombuffer(b"".join(blobs), "<f4").reshape(len(ids), -1 if ids else width // 4)

    def _unembedded(self, after: int) -> tuple[int, list[str]]:
        found: tuple[int, list[str]] = self.database.read_now(read_unembedded, self.workspace, self.embedder.model, after)
        return found

    def _embed(self, texts: list[str]) -> None:
        rows = self.embedder.vectors(texts)
        made = {sha256(text): row.astype("<f4").tobytes() for text, row in zip(texts, rows, strict=True)}
        self.database.write_now(store_embeddings, self.workspace, self.embedder.model, made, background=True)
