"""The vector leg against raw FAISS, the lexical leg and whole search, at 20,000 passages with vectors made up."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import faiss
import numpy as np

import api.schema  # noqa: F401  every table is known
from bench.figure import Figure, p50
from core.clock import now_ms
from core.database import Database
from core.sqlite import SqliteStore
from core.tables import metadata, workspace
from core.wakes import Wakes
from retrieval.embeddings import known_in
from retrieval.hash_embedder import HashEmbedder
from retrieval.passages import NewPassage, prepare, replace
from retrieval.search import Filters, Query, Searcher, term_weights

PASSAGES, SOURCES, QUESTIONS, K = 20_000, 400, 300, 20
WORKSPACE = "wsp_bench"


def measure(folder: Path) -> Iterator[Figure]:
    faiss.omp_set_num_threads(1)
    dice = random.Random(1)
    words = [f"{a}{b}" for a in ("ship", "refund", "order", "boot", "wool", "card", "size", "mail", "gift", "tent") for b in range(300)]
    embedder = HashEmbedder()
    database = Database(SqliteStore(folder / "search.db", Wakes()))
    metadata.create_all(database.store.engine)
    row = {"id": WORKSPACE, "name": "bench", "position": 0, "demo": False, "created_at": now_ms()}
    database.write_now(lambda connection: connection.execute(workspace.insert().values(**row)))
    for source in range(SOURCES):
        texts = [" ".join(dice.choices(words, k=60)) for _ in range(PASSAGES // SOURCES)]
        passages = [NewPassage(text, f"Article {source}", (), f"col_{source % 4}") for text in texts]
        prepared = prepare(embedder, known_in(database, WORKSPACE, embedder), passages, with_sentences=False)
        database.write_now(replace, WORKSPACE, f"article:{source}", prepared)
    searcher = Searcher(database, embedder, folder / "index")
    searcher.wait_ready(WORKSPACE, 300)
    questions = [" ".join(dice.choices(words, k=8)) for _ in range(QUESTIONS)]
    vectors = [embedder.vector(question) for question in questions]
    raw = faiss.IndexFlatIP(embedder.dimension)
    raw.add(np.random.default_rng(1).standard_normal((PASSAGES, embedder.dimension)).astype(np.float32))
    everything, narrow = Filters(WORKSPACE), Filters(WORKSPACE, frozenset({"col_1"}))
    bare: list[float] = []
    leg: list[float] = []
    filtered: list[float] = []
    words: list[float] = []
    whole: list[float] = []
    for question, vector in zip(questions, vectors, strict=True):
        bare.append(_ms(lambda v=vector: raw.search(v[None, :], K)))
        leg.append(_ms(lambda v=vector: searcher.nearest(v, everything, K)))
        filtered.append(_ms(lambda v=vector: searcher.nearest(v, narrow, K)))
        words.append(_ms(lambda q=question: _lexical_leg(searcher, q, everything)))
        whole.append(_ms(lambda q=question: searcher.search(Query(q), everything, K)))
    searcher.close()
    database.close()
    note = f"{p50(leg):.2f} ms against {p50(bare):.2f} ms at {PASSAGES} passages, {embedder.dimension} dimensions"
    yield Figure("vector leg / raw FAISS, p50", round(p50(leg) / p50(bare), 3), 1.5, "less", note)
    yield Figure("vector leg, a quarter allowed / raw FAISS", round(p50(filtered) / p50(bare), 3), None, "less", f"{p50(filtered):.2f} ms")
    yield Figure("whole search without embedding, p50 ms", p50(whole), None, "less")
    yield Figure("lexical leg, p50 ms", p50(words), None, "less", f"{p50(words) / p50(leg):.2f} of the vector leg")


def _lexical_leg(searcher: Searcher, question: str, filters: Filters) -> None:
    """As `Searcher.search` goes about it: stemmed terms, the filters, the fifty best passages."""
    index = searcher._index(filters.workspace)
    snapshot = index.current()
    searcher._lexical(index, snapshot, term_weights(Query(question)), filters, snapshot.columns.allowed(filters, now_ms()))


def _ms(work) -> float:  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
