"""One workspace's search structures: opened from files that are trusted only when they match the database, kept at its revision, restored
in the background when damaged."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.database import Database
from core.errors import WarmlineError
from core.log import log
from retrieval.cache_file import Damaged, read_whole, write_whole
from retrieval.columns import Columns
from retrieval.commits import COMMITS
from retrieval.embedder import Embedder
from retrieval.lexical import Lexical
from retrieval.passages import REMEMBERED_REVISIONS
from retrieval.restore import Restore
from retrieval.stored import Changes, read_changes, read_filtered, read_revision, read_words
from retrieval.vectors import Vectors
from retrieval.vocabulary import Vocabulary, read_vocabulary

SAVE_DELAY_S = 2.0
RETRY_S = 30.0
# How late a search may see what another process has committed; of this process it sees everything.
LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Snapshot:
    """What searches read, all of one revision. vectors: None until restored."""

    revision: int
    columns: Columns
    vectors: Vectors | None
    vocabulary: Vocabulary


class WorkspaceIndex:
    """folder None: keep everything in memory, because another process owns the files. Safe to share between threads."""

    def __init__(self, database: Database, embedder: Embedder, workspace: str, folder: Path | None) -> None:
        self._database = database
        self._embedder = embedder
        self.workspace = workspace
        self._folder = folder
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._restored = threading.Event()
        self._restoring: threading.Thread | None = None
        self._retry_at = 0.0
        self._commits = 0
        self._look_at = 0.0
        self._save_timer: threading.Timer | None = None
        self.state = "ready"
        self.reason = ""
        self.damage = {"vectors": "", "lexical": ""}
        self.lexical: Lexical
        self.snapshot: Snapshot
        with self._lock:
            self._open()

    # Following the database

    def current(self) -> Snapshot:
        """The snapshot at the newest committed revision."""
        commits, now = COMMITS.count, time.monotonic()
        if commits != self._commits or now >= self._look_at:
            if self._database.read_now(read_revision, self.workspace) != self.snapshot.revision:
                with self._lock:
                    self._advance()
            self._commits, self._look_at = commits, now + LOOK_EVERY_S
        snapshot = self.snapshot
        if snapshot.vectors is None or len(snapshot.vectors) < len(snapshot.columns):
            self._restore_soon()
        return snapshot

    def tongues(self) -> tuple[str, ...]:
        """The languages of its passages."""
        return self.snapshot.columns.tongues

    def _advance(self) -> None:
        since = self.snapshot.revision
        revision = self._database.read_now(read_revision, self.workspace)
        if revision == since:
            return
        if not 0 < revision - since <= REMEMBERED_REVISIONS:
            self._open()
            return
        changes = self._database.read_now(read_changes, self.workspace, since, self._embedder.model)
        self._change_lexical(changes)
        columns = self.snapshot.columns.changed(changes.added, changes.removed)
        vectors = self.snapshot.vectors
        vocabulary = self._database.read_now(read_vocabulary, self.workspace)
        self.snapshot = Snapshot(changes.revision, columns, vectors and self._change_vectors(vectors, changes), vocabulary)
        self._save_soon()

    def _change_lexical(self, changes: Changes) -> None:
        try:
            # The pages of a build are not one read: what is new may be in it already.
            self.lexical.change(changes.added, [*changes.removed, *(row.id for row in changes.added)])
        except (ValueError, OSError) as error:
            # A full or broken disk: search goes on from memory.
            log.warning("lexical_index_unwritable", workspace=self.workspace, error=str(error))
            self.lexical = self._build_lexical(None)

    def _change_vectors(self, vectors: Vectors, changes: Changes) -> Vectors:
        width = 4 * vectors.dimension
        rows = [row for row in changes.added if len(changes.vectors.get(row.sha, b"")) == width]
        if len(rows) < len(changes.added):
            self._restore_soon()
        if not rows and not changes.removed:
            return vectors
        matrix = np.frombuffer(b"".join(changes.vectors[row.sha] for row in rows), "<f4").reshape(len(rows), vectors.dimension)
        return vectors.changed(np.array([row.id for row in rows], np.int64), matrix, changes.removed)

    # Opening

    def _open(self) -> None:
        revision, rows = self._database.read_now(read_filtered, self.workspace)
        columns = Columns.of(rows)
        self.lexical = self._open_lexical(columns)
        vocabulary = self._database.read_now(read_vocabulary, self.workspace)
        self.snapshot = Snapshot(revision, columns, self._open_vectors(columns), vocabulary)
        if self.snapshot.vectors is None:
            self._restore_soon()
        else:
            self._restored.set()
        if any(self.damage.values()):
            self._save_soon()

    def _open_lexical(self, columns: Columns) -> Lexical:
        if self._folder is None:
            return self._build_lexical(None)
        try:
            return Lexical.open(self._folder / "lexical", columns.digest())
        except Damaged as damage:
            self.damage["lexical"] = str(damage)
            log.info("lexical_index_rebuilt", workspace=self.workspace, reason=str(damage), passages=len(columns))
            try:
                return self._build_lexical(self._folder / "lexical")
            except (ValueError, OSError) as error:
                log.warning("lexical_index_unwritable", workspace=self.workspace, error=str(error))
                return self._build_lexical(None)

    def _build_lexical(self, folder: Path | None) -> Lexical:
        lexical = Lexical(folder)
        lexical.change(self._all_words(), ())
        return lexical

    def _all_words(self) -> Iterator[Any]:
        rows = self._database.read_now(read_words, self.workspace, 0)
        while rows:
            yield from rows
            rows = self._database.read_now(read_words, self.workspace, rows[-1].id)

    def _open_vectors(self, columns: Columns) -> Vectors | None:
        try:
            if not self._embedder.measured:
                raise Damaged("the embeddings server has not been asked yet")
            if not len(columns):
                return Vectors.build(columns.ids, np.zeros((0, self._embedder.dimension), np.float32), self._embedder.dimension)
            return self._read_vectors(columns)
        except Damaged as damage:
            self.damage["vectors"] = str(damage)
            self.state, self.reason = "rebuilding", str(damage)
        return None

    def _read_vectors(self, columns: Columns) -> Vectors:
        if self._folder is None:
            raise Damaged("another process owns the files")
        expected = {"model": self._embedder.model, "dimension": self._embedder.dimension, "count": len(columns), "digest": columns.digest()}
        vectors = Vectors.from_bytes(read_whole(self._folder / "vectors.faiss", expected))
        if vectors.dimension != self._embedder.dimension or not np.array_equal(vectors.ids, columns.ids):
            raise Damaged("the index inside is not the one in the header")
        return vectors

    # Restoring

    def _restore_soon(self) -> None:
        with self._lock:
            if self._restoring or self._closing.is_set() or time.monotonic() < self._retry_at:
                return
            self._restored.clear()
            self._restoring = threading.Thread(target=self._restore, name=f"restore-{self.workspace}", daemon=True)
            self._restoring.start()

    def _restore(self) -> None:
        self._retry_at = time.monotonic() + RETRY_S
        try:
            restore = Restore(self._database, self._embedder, self.workspace, self._closing)
            restore.embed_missing()
            since, ids, matrix = restore.read()
            with self._lock:
                self._advance()
                self._install(since, ids, matrix)
        except WarmlineError as error:
            log.warning("vector_index_not_restored", workspace=self.workspace, error=str(error), again_in_s=RETRY_S)
            self.state, self.reason = "failed", str(error)
        finally:
            self._restoring = None
            self._restored.set()

    def _install(self, since: int, ids: Any, matrix: Any) -> None:
        if self._closing.is_set():
            return
        built = Vectors.build(ids, matrix, self._embedder.dimension)
        changes = self._database.read_now(read_changes, self.workspace, since, self._embedder.model)
        vectors = self._change_vectors(built, changes)
        if len(vectors) >= len(self.snapshot.columns):
            self._retry_at = 0.0
        self.snapshot = replace(self.snapshot, vectors=vectors)
        log.info("vector_index_restored", workspace=self.workspace, reason=self.reason, passages=len(self.snapshot.columns))
        self.state, self.reason = "ready", ""
        self._save_soon()

    def wait_ready(self, timeout: float) -> bool:
        """Whether the vector leg serves, after waiting up to timeout seconds for a restore."""
        self.current()
        self._restored.wait(timeout)
        return self.snapshot.vectors is not None

    # Saving

    def _save_soon(self) -> None:
        with self._lock:
            if self._folder is None or self._save_timer or self._closing.is_set():
                return
            self._save_timer = threading.Timer(SAVE_DELAY_S, self.save)
            self._save_timer.daemon = True
            self._save_timer.start()

    def save(self) -> None:
        """Writes what changed since the last save; on a broken disk search goes on, and the next start builds again."""
        with self._lock:
            self._save_timer = None
            snapshot = self.snapshot
        if self._folder is None:
            return
        digest = snapshot.columns.digest()
        try:
            with self._lock:
                if self.snapshot.revision == snapshot.revision:
                    self.lexical.save(digest)
            if snapshot.vectors is not None and np.array_equal(snapshot.vectors.ids, snapshot.columns.ids):
                self._save_vectors(snapshot.revision, snapshot.vectors, digest)
        except OSError as error:
            log.warning("index_not_saved", workspace=self.workspace, error=str(error))

    def _save_vectors(self, revision: int, vectors: Vectors, digest: str) -> None:
        assert self._folder is not None
        header = {
            "model": self._embedder.model,
            "dimension": vectors.dimension,
            "count": len(vectors),
            "digest": digest,
            "revision": revision,
        }
        write_whole(self._folder / "vectors.faiss", header, vectors.to_bytes())

    def close(self) -> None:
        with self._lock:
            timer, restoring = self._save_timer, self._restoring
            self._closing.set()
        if restoring:
            restoring.join(timeout=10)
        if timer:
            timer.cancel()
            self.save()

    def status(self) -> dict[str, Any]:
        snapshot = self.snapshot
        vectors = 0 if snapshot.vectors is None else len(snapshot.vectors)
        counts: dict[str, Any] = {"revision": snapshot.revision, "passages": len(snapshot.columns), "vectors": vectors}
        state = {"state": self.state, "reason": self.reason, "model": self._embedder.model, "damage": dict(self.damage)}
        return counts | {"lexical": len(self.lexical)} | state
