"""What the knowledge base has on a question, as the confidence sees it: one search, its best windows, and what they tell."""

from dataclasses import dataclass
from typing import Any

from bot.confidence import features_of
from bot.windows import PASSAGES, Asked, Window, ask, best_windows
from bot.worth import Worth
from retrieval.query import Filters, Query, Results

HITS = 20


@dataclass(frozen=True)
class Looked:
    results: Results
    asked: Asked
    windows: tuple[Window, ...]
    features: dict[str, float]


def look(searcher: Any, query: Query, filters: Filters, worth: Worth | None = None) -> Looked:
    """searcher: a Searcher, or what searches as one does. worth: what sentences are worth; None: the shipped one. Blocking."""
    results = searcher.search(query, filters, HITS)
    asked = ask(query, results)
    sentences = {} if results.degraded else searcher.sentence_vectors([hit.passage for hit in results.hits[:PASSAGES]])
    windows = tuple(best_windows(asked, results.hits, sentences, worth))
    return Looked(results, asked, windows, features_of(asked, results, windows))
