"""What a search asks of the words' index and of the embedder, recorded once and played back.

BM25 depends on every passage of a base, so a slice of the base cannot give the same scores: what the lexical leg said is kept. The vector
leg needs no recording: the nearest passages of a base are also the nearest of a slice that holds them.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from core.errors import Unavailable
from retrieval.embedder import Embedder, Vector
from retrieval.embeddings import sha256
from retrieval.reranker import Reranker


class NotRecorded(Unavailable):
    """The turn asks for something that it did not ask for when it was frozen."""


@dataclass
class Tape:
    """lexical: by call (method and arguments). live: methods whose answers cannot be written down; they are asked of the index at hand.
    vectors: questions' by text. passages: all that either leg named. missing: what was asked in replay and is not here.
    reranker: its name, empty where there is none; looks: its scores by what it read, None where its time was up."""

    embedder: dict[str, Any]
    lexical: dict[str, Any] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    vectors: dict[str, Vector] = field(default_factory=dict)
    passages: set[int] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)
    reranker: str = ""
    looks: dict[str, list[float] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, embedder: Embedder, reranker: Reranker | None = None) -> "Tape":
        facts = {"name": embedder.name, "model": embedder.model, "dimension": embedder.dimension, "dense_weight": embedder.dense_weight}
        return cls(facts, reranker=reranker.name if reranker else "")

    def as_json(self) -> dict[str, Any]:
        vectors = {text: base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode() for text, vector in self.vectors.items()}
        kept = {"embedder": self.embedder, "lexical": self.lexical, "live": sorted(self.live), "vectors": vectors}
        return kept | ({"reranker": self.reranker, "looks": self.looks} if self.reranker else {})

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Tape":
        vectors = {text: np.frombuffer(base64.b64decode(raw), "<f4") for text, raw in kept["vectors"].items()}
        looked = {"reranker": kept.get("reranker", ""), "looks": kept.get("looks", {})}
        return cls(kept["embedder"], kept["lexical"], set(kept["live"]), vectors, **looked)


class TapedEmbedder(Embedder):
    """source: asked for what the tape lacks, and recorded; None: played back, and what is lacking is Unavailable."""

    def __init__(self, tape: Tape, source: Embedder | None = None) -> None:
        super().__init__()
        self._tape, self._source = tape, source
        self.name, self.model = tape.embedder["name"], tape.embedder["model"]
        self.dense_weight = tape.embedder["dense_weight"]

    @property
    def dimension(self) -> int:
        return int(self._tape.embedder["dimension"])

    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        return np.stack([self._one(text, question) for text in texts])

    def _one(self, text: str, question: bool) -> Vector:
        name = text if question else f"passage: {text}"
        if name not in self._tape.vectors:
            if self._source is None:
                self._tape.missing.append(f"the vector of {text[:80]!r}")
                raise NotRecorded(f"no vector was recorded for {text[:80]!r}")
            self._tape.vectors[name] = np.array(self._source.vector(text) if question else self._source.vectors([text])[0], np.float32)
        return self._tape.vectors[name]


class TapedReranker(Reranker):
    """As TapedEmbedder: source is asked and recorded, without one the record is played back, the times that were up too."""

    def __init__(self, tape: Tape, source: Reranker | None = None) -> None:
        super().__init__(0.0)
        self._tape, self._source = tape, source
        self.name = tape.reranker

    def score(self, question: str, passage: str) -> float:
        raise NotImplementedError(self.name)

    def scores(self, question: str, passages: Sequence[str]) -> list[float] | None:
        read = sha256(json.dumps([question, *passages]))
        if self._source:
            self._tape.looks[read] = self._source.scores(question, passages)
        elif read not in self._tape.looks:
            self._tape.missing.append(f"a second look at the passages for {question[:80]!r}")
        return self._tape.looks.get(read)


@dataclass(frozen=True)
class SeenIndex:
    """A workspace's index of which both legs are watched. Everything else is the index's own."""

    index: Any
    tape: Tape
    play: bool

    def current(self) -> Any:
        snapshot = self.index.current()
        if snapshot.vectors is None or self.play:
            return snapshot
        return replace(snapshot, vectors=Watched(snapshot.vectors, self._saw_vectors))

    def tongues(self) -> tuple[str, ...]:
        """Of the whole base, also where a slice of it is at hand."""
        if not self.play:
            self.tape.lexical["tongues"] = list(self.index.tongues())
        return tuple(self.tape.lexical.get("tongues") or self.index.tongues())

    @property
    def lexical(self) -> Any:
        return Watched(self.index.lexical, self._lexical)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.index, name)

    def _saw_vectors(self, name: str, method: Callable[..., Any], args: Sequence[Any]) -> Any:
        found = method(*args)
        if name == "search":
            self.tape.passages.update(int(passage) for passage in found[0])
        return found

    def _lexical(self, name: str, method: Callable[..., Any], args: Sequence[Any]) -> Any:
        call = json.dumps([name, *(_plain(arg) for arg in args)], sort_keys=True, ensure_ascii=False)
        if self.play:
            if call in self.tape.lexical:
                return _tuples(self.tape.lexical[call])
            if name not in self.tape.live:
                self.tape.missing.append(f"of the words' index: {call[:120]}")
            return method(*args)
        found = method(*args)
        if _plain(found) is None:
            self.tape.live.add(name)
            return found
        self.tape.lexical[call] = found
        if isinstance(found, list):
            named = (one[0] if isinstance(one, tuple) and one else one for one in found)
            self.tape.passages.update(one for one in named if isinstance(one, int))
        return found


class Watched:
    """Hands each method call to watch(name, method, args)."""

    def __init__(self, inner: Any, watch: Callable[[str, Callable[..., Any], Sequence[Any]], Any]) -> None:
        self._inner, self._watch = inner, watch

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not callable(value):
            return value
        return lambda *args: self._watch(name, value, args)

    def __len__(self) -> int:
        return len(self._inner)


def _plain(value: Any) -> Any:
    """The value where JSON can hold it, else None."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return None
    return value


def _tuples(value: Any) -> Any:
    """Rows come back as tuples, as the index gives them."""
    return [tuple(one) if isinstance(one, list) else one for one in value] if isinstance(value, list) else value
