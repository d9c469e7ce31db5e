"""What is asked of retrieval, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from retrieval.embedder import Vector


@dataclass(frozen=True)
class Filters:
    """Which passages may be seen at all; made from the Scope by the caller, applied inside both searches.

    None means any; an empty set means none. as_of: ms since the epoch; None: now.
    """

    workspace: str
    collections: frozenset[str] | None = None
    audiences: frozenset[str] = frozenset({"public"})
    languages: frozenset[str] | None = None
    as_of: int | None = None


@dataclass(frozen=True)
class Query:
    """history: the same customer's earlier messages, oldest first. alike: what the search adds from the workspace's vocabulary."""

    text: str
    history: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """score: of the ranking, 0..1, no probability. cosine: of question and passage, NaN when degraded.
    lexical: BM25, 0 when outside the lexical top 50. repeats: passages that say no more than this one, best first; they are no hits of
    their own."""

    passage: int
    source: str
    title: str
    heading: tuple[str, ...]
    text: str
    score: float
    cosine: float
    lexical: float
    rank: int
    collection: str = ""
    ordinal: int = 0
    attributes: Mapping[str, Any] | None = None
    repeats: tuple["Hit", ...] = ()


@dataclass(frozen=True)
class Results:
    """signals: see retrieval/signals.py. vector: of the question's text alone (zeros when degraded by the embedder).
    blended: with the turn before it, as it was searched for. degraded: lexical search only. asked: the question as it was searched for,
    spelling mended. second_look: what came of it (see retrieval/reranker.py); empty: nobody takes one."""

    hits: list[Hit]
    signals: dict[str, float]
    vector: Vector = field(repr=False)
    blended: Vector = field(repr=False)
    degraded: bool = False
    asked: str = ""
    second_look: str = ""
