"""From a question to scored passages: the one search of Warmline."""

import copy
import fcntl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row

from core.clock import Clock, SystemClock
from core.database import Database
from core.errors import Unavailable
from core.log import log
from retrieval.columns import Allowed
from retrieval.embedder import Embedder, Vector
from retrieval.fusion import DEPTH, fuse, stretched
from retrieval.language import read_as
from retrieval.query import Filters, Hit, Query, Results
from retrieval.question import leans, question_vectors, term_weights
from retrieval.ranking import RANKED, Asked, Candidate, Features, Words, features_of, load_ranking, ordered, words_of
from retrieval.recent import Recent
from retrieval.repeats import Said, collapsed, repeats, said, told_once
from retrieval.reranker import Reranker, look_again
from retrieval.signals import Found, nearest_sentence, signals_of
from retrieval.spelling import corrected
from retrieval.stored import read_sentences, read_shown
from retrieval.workspace_index import Snapshot, WorkspaceIndex

__all__ = ["Filters", "Hit", "Query", "Results", "Searcher", "Sentences"]

Sentences = tuple[list[tuple[int, int]], NDArray[np.float32]]
Scored = list[tuple[int, float]]
CACHED_PASSAGES = 8192


@dataclass(frozen=True)
class Considered:
    """candidates: the first of the fused list with their words; features: their rows. idf: of the question's own terms.
    weights: of all terms searched for."""

    snapshot: Snapshot
    vector: Vector
    blended: Vector
    degraded: bool
    dense: Scored
    lexical: Scored
    fused: Scored
    candidates: list[Candidate]
    features: Features
    idf: dict[str, float]
    weights: dict[str, float]
    asked: str

    @property
    def searched_for(self) -> Vector | None:
        return None if self.degraded else self.blended


class Searcher:
    """Searches every workspace of a database. Blocking and safe to share between threads.

    folder: where index files lie; only one process at a time writes them, another one keeps its indexes in memory.
    """

    def __init__(self, database: Database, embedder: Embedder, folder: Path, clock: Clock | None = None) -> None:
        self._database = database
        self.embedder = embedder
        self._folder = folder
        self._clock = clock or SystemClock()
        # An evaluation puts one here that was fitted without its questions.
        self.ranking = load_ranking()
        self.reranker: Reranker | None = None
        self._indexes: dict[str, WorkspaceIndex] = {}
        self._lock = threading.Lock()
        self._shown: Recent[tuple[str, int], Row[Any]] = Recent(CACHED_PASSAGES)
        self._sentences: Recent[tuple[str, int], Sentences] = Recent(CACHED_PASSAGES)
        self._words: Recent[tuple[str, int], Words] = Recent(CACHED_PASSAGES)
        self._said: Recent[tuple[str, int], Said] = Recent(CACHED_PASSAGES)
        self._owner = _own(folder)
        self._see: Callable[[WorkspaceIndex], WorkspaceIndex] = lambda index: index

    def seen_through(
        self, see: Callable[[WorkspaceIndex], WorkspaceIndex], embedder: Embedder, reranker: Reranker | None = None
    ) -> "Searcher":
        """This searcher with its indexes as `see` shows them, questions embedded by `embedder` and looked at again by `reranker`: to record
        a search or play one back. It shares all else with this one, which is the one to close."""
        twin = copy.copy(self)
        twin._see, twin.embedder, twin.reranker = see, embedder, reranker
        return twin

    def search(self, query: Query, filters: Filters, limit: int = 20) -> Results:
        """At most `limit` passages that the filters let through, best first, none that only repeats a better one. Never waits for an index
        to be rebuilt: without the vector leg the lexical one answers alone (`degraded`), repetitions and all."""
        seen = self.consider(query, filters)
        weights = self.ranking.weights(self.embedder, seen.degraded, leans(query))
        best = ordered(seen.candidates, seen.features, weights)
        hits = self._hits(filters.workspace, seen, [*best, *_below(best, seen.fused[RANKED:])], limit)
        look = ""
        # A question that leans on what was said before is too little to look again with.
        if self.reranker and not leans(query):
            hits, look = look_again(self.reranker, seen.asked, hits)
        words = {candidate.passage: candidate.words for candidate in seen.candidates}
        found = Found(hits, seen.dense, seen.lexical, seen.idf, words)
        sentence_top = 0.0 if seen.degraded else self._sentence_top(filters.workspace, hits, seen.vector)
        return Results(hits, signals_of(found, sentence_top, seen.degraded), seen.vector, seen.blended, seen.degraded, seen.asked, look)

    def consider(self, query: Query, filters: Filters) -> Considered:
        """What a search puts in order, before it does so; the weights are fitted on it."""
        index = self._index(filters.workspace)
        snapshot = index.current()
        allowed = snapshot.columns.allowed(filters, self._clock.now())
        query = self._understood(index, snapshot, allowed, query)
        languages = read_as(query.text, index.tongues())
        vector, blended = self._vectors(query)
        degraded = snapshot.vectors is None or not blended.any() or len(blended) != snapshot.vectors.dimension
        dense = [] if degraded else self._dense(snapshot, blended, allowed, DEPTH)
        weights = term_weights(query, lambda text: index.lexical.terms(text, languages))
        lexical = self._lexical(index, snapshot, weights, filters, allowed)
        cosines = {} if degraded else _cosines(snapshot, blended, [passage for passage, _ in lexical])
        legs = stretched(dense, lexical, cosines)
        fused = fuse(legs, self.embedder.dense_weight)
        candidates = self._candidates(filters.workspace, [passage for passage, _ in fused[:RANKED]], cosines | dict(dense))
        idf = {term: index.lexical.idf(term) for term in weights}
        asked = Asked(index.lexical.terms(query.text, languages), {term: weight * idf[term] for term, weight in weights.items()})
        own = {term: idf[term] for term, weight in weights.items() if weight >= 1}
        features = features_of(asked, candidates, legs)
        return Considered(snapshot, vector, blended, degraded, dense, lexical, fused, candidates, features, own, weights, query.text)

    def nearest(self, vector: Vector, filters: Filters, limit: int = 20) -> list[Hit]:
        """The vector leg alone; raises Unavailable while it is being restored."""
        snapshot = self._index(filters.workspace).current()
        if snapshot.vectors is None:
            raise Unavailable("the vector index is being restored")
        dense = self._dense(snapshot, vector, snapshot.columns.allowed(filters, self._clock.now()), limit)
        return self._shown_hits(filters.workspace, snapshot, dense, {}, vector)

    def languages(self, filters: Filters) -> frozenset[str]:
        """Of the passages that the filters let through, without their regions."""
        return self._index(filters.workspace).current().columns.allowed(filters, self._clock.now()).tongues

    def sentence_vectors(self, passage_ids: Sequence[int]) -> dict[int, Sentences]:
        """By passage: (spans in its text, float32 [n, d]). Left out: passages without sentences or with one not embedded yet, and passages
        of a workspace that this searcher has not searched."""
        found: dict[tuple[str, int], Sentences] = {}
        wanted = np.array(passage_ids, np.int64)
        for workspace, index in list(self._indexes.items()):
            here = wanted[index.snapshot.columns.rows_of(wanted) >= 0]
            found |= self._sentences.fill([(workspace, int(passage)) for passage in here], self._load_sentences)
        return {passage: sentences for (_, passage), sentences in found.items()}

    def sync(self, workspace: str) -> None:
        """Catches up with the committed revision; searches do so themselves, this takes it out of the next one's way."""
        self._index(workspace).current()

    def wait_ready(self, workspace: str, timeout: float = 60.0) -> bool:
        """Waits up to timeout seconds until the vector leg serves; for the command line and evaluations, which want no degraded answer."""
        return self._index(workspace).wait_ready(timeout)

    def status(self, workspace: str) -> dict[str, Any]:
        """revision, passages, vectors, lexical (counts), state (ready, rebuilding, failed), reason, model, damage (what was wrong with each
        index file when it was opened)."""
        return self._index(workspace).status()

    def close(self) -> None:
        """Saves what is not saved yet and gives the files free."""
        with self._lock:
            indexes = list(self._indexes.values())
            self._indexes.clear()
        for index in indexes:
            index.close()
        if self._owner:
            self._owner.close()

    def _index(self, workspace: str) -> WorkspaceIndex:
        index = self._indexes.get(workspace)
        if index is None:
            with self._lock:
                index = self._indexes.get(workspace)
                if index is None:
                    folder = self._folder / workspace if self._owner else None
                    index = WorkspaceIndex(self._database, self.embedder, workspace, folder)
                    self._indexes[workspace] = index
        return self._see(index)

    def _vectors(self, query: Query) -> tuple[Vector, Vector]:
        try:
            return question_vectors(self.embedder, query)
        except Unavailable as error:
            log.warning("question_not_embedded", error=str(error))
            nothing = np.zeros(1, np.float32)
            return nothing, nothing

    def _dense(self, snapshot: Snapshot, vector: Vector, allowed: Allowed, limit: int) -> Scored:
        assert snapshot.vectors is not None
        ids, cosines = snapshot.vectors.search(vector, allowed, limit)
        return _checked(snapshot, allowed, [(int(i), float(cosine)) for i, cosine in zip(ids, cosines, strict=True)])

    def _lexical(self, index: WorkspaceIndex, snapshot: Snapshot, weights: dict[str, float], filters: Filters, allowed: Allowed) -> Scored:
        if not allowed.count:
            return []
        clauses = index.lexical.clauses(filters, self._clock.now()) if allowed.selector is not None else []
        return _checked(snapshot, allowed, index.lexical.search(weights, clauses, DEPTH))

    def _understood(self, index: WorkspaceIndex, snapshot: Snapshot, allowed: Allowed, query: Query) -> Query:
        """With misspelt words mended by what this customer may read, and with the vocabulary's words for the same things."""

        def read(ids: list[int]) -> list[str]:
            seen = [passage for passage, _ in _checked(snapshot, allowed, [(passage, 0.0) for passage in ids])]
            rows = self._shown.fill([(index.workspace, passage) for passage in seen], self._load_shown)
            return ["\n".join((row.title, *row.heading, row.text)) for row in rows.values()]

        text = corrected(query.text, index.lexical, read)
        return replace(query, text=text, alike=snapshot.vocabulary.alike(text))

    def _candidates(self, workspace: str, ids: list[int], cosines: dict[int, float]) -> list[Candidate]:
        rows = self._shown.fill([(workspace, passage) for passage in ids], self._load_shown)
        words = self._words.fill(list(rows), lambda keys: {key: _words_of(rows[key]) for key in keys})
        return [Candidate(key[1], row.source, words[key], cosines.get(key[1], 0.0)) for key, row in rows.items()]

    def _hits(self, workspace: str, seen: Considered, best: Scored, limit: int) -> list[Hit]:
        behind = self._collapsed(workspace, seen, best, limit)
        shown = {passage for kept, others in behind.items() for passage in (kept, *others)}
        scored = [pair for pair in best if pair[0] in shown]
        return told_once(self._shown_hits(workspace, seen.snapshot, scored, dict(seen.lexical), seen.searched_for), behind)

    def _collapsed(self, workspace: str, seen: Considered, best: Scored, limit: int) -> dict[int, list[int]]:
        if seen.snapshot.vectors is None or seen.degraded:
            return {passage: [] for passage, _ in best[:limit]}

        def repeated(one: int, better: int) -> bool:
            told = self._said.fill([(workspace, one), (workspace, better)], self._load_said)
            return len(told) == 2 and repeats(told[workspace, one], told[workspace, better], seen.weights)

        return collapsed(best, seen.snapshot.vectors.rows(np.array([passage for passage, _ in best], np.int64)), limit, repeated)

    def _shown_hits(
        self, workspace: str, snapshot: Snapshot, scored: Scored, lexical: dict[int, float], vector: Vector | None
    ) -> list[Hit]:
        ids = [passage for passage, _ in scored]
        rows = self._shown.fill([(workspace, passage) for passage in ids], self._load_shown)
        cosines = {} if vector is None else _cosines(snapshot, vector, ids)
        found = [(rows[workspace, i], score, cosines.get(i, float("nan"))) for i, score in scored if (workspace, i) in rows]
        return [_hit(row, score, cosine, lexical.get(row.id, 0.0), rank) for rank, (row, score, cosine) in enumerate(found)]

    def _sentence_top(self, workspace: str, hits: list[Hit], vector: Vector) -> float:
        sentences = self._sentences.fill([(workspace, hit.passage) for hit in hits[:3]], self._load_sentences)
        return nearest_sentence(vector, (rows for _, rows in sentences.values()))

    def _load_shown(self, keys: list[tuple[str, int]]) -> dict[tuple[str, int], Row[Any]]:
        workspace = keys[0][0]
        rows = self._database.read_now(read_shown, workspace, [passage for _, passage in keys])
        return {(workspace, passage): row for passage, row in rows.items()}

    def _load_said(self, keys: list[tuple[str, int]]) -> dict[tuple[str, int], Said]:
        rows = self._shown.fill(keys, self._load_shown)
        return {key: said(row.title, row.heading, row.text, row.language) for key, row in rows.items()}

    def _load_sentences(self, keys: list[tuple[str, int]]) -> dict[tuple[str, int], Sentences]:
        workspace = keys[0][0]
        found = self._database.read_now(read_sentences, workspace, self.embedder.model, [passage for _, passage in keys])
        return {(workspace, passage): sentences for passage, sentences in found.items()}


def _words_of(row: Row[Any]) -> Words:
    return words_of(row.title, row.heading, row.text, row.language)


def _below(best: Scored, rest: Scored) -> Scored:
    """The rest in its order, under what was put in order."""
    lowest = best[-1][1] if best else 1.0
    return [(passage, lowest * score) for passage, score in rest]


def _checked(snapshot: Snapshot, allowed: Allowed, scored: Scored) -> Scored:
    """Only what the filter columns let through: an index that another thread has just moved on must not show more than this snapshot."""
    rows = snapshot.columns.rows_of(np.array([passage for passage, _ in scored], np.int64))
    return [pair for pair, row in zip(scored, rows, strict=True) if row >= 0 and allowed.mask[row]]


def _cosines(snapshot: Snapshot, vector: Vector, ids: list[int]) -> dict[int, float]:
    """Of those that have a vector."""
    if snapshot.vectors is None:
        return {}
    values = snapshot.vectors.cosines(vector, np.array(ids, np.int64)).tolist()
    return {passage: cosine for passage, cosine in zip(ids, values, strict=True) if cosine == cosine}


def _hit(row: Row[Any], score: float, cosine: float, lexical: float, rank: int) -> Hit:
    heading = tuple(row.heading)
    return Hit(row.id, row.source, row.title, heading, row.text, score, cosine, lexical, rank, row.collection, row.ordinal, row.attributes)


def _own(folder: Path) -> TextIO | None:
    """The lock that makes this process the one that writes index files; None when another has it or the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "owner.lock").open("w")
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock
