"""The answerer that needs no model: it quotes the best contiguous window of the passages found, word for word.

At most 90 words, marks included, whether of one window or of two. A window of 90 words costs nothing in token overlap with people's
answers against stitched sentences (mean F1 on kb-plausible, clapnq and mtrag .37 against .36), and it reads as somebody wrote it."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.question import Citation
from bot.readable import Piece, pieces_of
from bot.reading import Sentences
from bot.words import content
from retrieval.query import Hit, Query, Results
from retrieval.search import Sentences as Vectors
from retrieval.sentences import split_sentences

LIMIT_WORDS = 90
PASSAGES = 4
ENOUGH_WORDS = 45
EARLIER = 1 / 3
# Swept on kb-plausible, clapnq dev and mtrag dev; the plateau is wide.
SENTENCE, COVER, PASSAGE, FOCUS = 0.6, 0.3, 0.8, 0.02
# A reader wants step 1 before step 3.
MID_LIST = 0.04
HEADING = 0.25
SECOND_COVER, SECOND_COSINE = 0.3, 0.8
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?= [A-ZÄÖÜÀ-Þ\d])")


@dataclass(frozen=True)
class Window:
    """cosine: of the question and the window's nearest sentence, which is the one numbered `nearest`; cover: share of the question's weight
    among its words found here."""

    hit: Hit
    pieces: tuple[Piece, ...]
    score: float
    cosine: float
    cover: float
    terms: frozenset[str]
    nearest: int = 0

    @property
    def text(self) -> str:
        shown = self.pieces[0].shown
        for before, piece in zip(self.pieces, self.pieces[1:], strict=False):
            gap = "\n" if piece.mark or (before.mark and piece.opens is False and not _same_line(before, piece, self.hit.text)) else " "
            shown += ("\n\n" if piece.opens else gap) + piece.shown
        return shown

    @property
    def quote(self) -> str:
        return " ".join(piece.text for piece in self.pieces)


def _same_line(before: Piece, piece: Piece, passage: str) -> bool:
    return "\n" not in passage[before.end : piece.begin]


@dataclass(frozen=True)
class Asked:
    """The question as the extractor needs it: its vector, and its words weighed by how few of the passages found hold them."""

    vector: np.ndarray
    weights: Mapping[str, float]

    def cover(self, terms: set[str]) -> float:
        mass = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in terms) / mass if mass else 0.0


def ask(query: Query, results: Results) -> Asked:
    """The turn before counts a third, in the words as in the search."""
    held = Counter(term for hit in results.hits for term in set(content(hit.text)))
    spoken = {term: EARLIER for turn in query.history[-1:] for term in content(turn)} | dict.fromkeys(content(query.text), 1.0)
    weights = {term: share * math.log(1 + (len(results.hits) + 1) / (held[term] + 0.5)) for term, share in spoken.items()}
    return Asked(results.blended, weights)


def best_windows(asked: Asked, hits: Sequence[Hit], sentences: Mapping[int, Vectors], count: int = 2) -> list[Window]:
    """The best window of each of the first passages, best first. sentences: as Searcher.sentence_vectors gives them."""
    found = [window for hit in hits[:PASSAGES] if (window := _best_window(asked, hit, sentences.get(hit.passage))) is not None]
    return sorted(found, key=lambda window: -window.score)[:count]


def _best_window(asked: Asked, hit: Hit, sentences: Vectors | None) -> Window | None:
    spans, vectors = sentences if sentences is not None else (split_sentences(hit.text), None)
    pieces = pieces_of(hit.text, spans)
    usable = [piece for piece in pieces if not piece.header]
    topics = {piece.index: sum(other.header for other in pieces[:at]) for at, piece in enumerate(pieces)}
    if not usable:
        return None
    cosines = {p.index: float(vectors[p.index] @ asked.vector) if vectors is not None else 0.0 for p in usable}
    terms = {piece.index: set(content(piece.text)) for piece in usable}
    heading = set(content(" ".join((hit.title, *hit.heading))))
    named = asked.cover(heading)
    best: Window | None = None
    for start in range(len(usable)):
        window = _grown(usable, start, topics)
        value = _score(asked, hit, window, cosines, terms) + HEADING * named - MID_LIST * (window[0].mark not in ("", "1."))
        if best is None or value > best.score:
            here = set().union(*(terms[piece.index] for piece in window)) | heading
            close = [(cosines[piece.index], asked.cover(terms[piece.index])) for piece in window]
            best = Window(hit, window, value, max(close)[0], asked.cover(here), frozenset(here), close.index(max(close)))
    return best


def _grown(pieces: Sequence[Piece], start: int, topics: Mapping[int, int]) -> tuple[Piece, ...]:
    """From `start` on, as many whole sentences as fit; at least one. A heading ends it once there is enough to read."""
    words, end = 0, start
    while end < len(pieces) and (end == start or words + len(pieces[end].text.split()) <= LIMIT_WORDS):
        if words >= ENOUGH_WORDS and topics[pieces[end].index] != topics[pieces[start].index]:
            break
        words += len(pieces[end].text.split())
        end += 1
    # What only announces something must not come last.
    while end - start > 1 and pieces[end - 1].text.endswith(":"):
        end -= 1
    return tuple(pieces[start:end])


def _score(asked: Asked, hit: Hit, window: Sequence[Piece], cosines: Mapping[int, float], terms: Mapping[int, set[str]]) -> float:
    near = [cosines[piece.index] for piece in window]
    here = set().union(*(terms[piece.index] for piece in window))
    return SENTENCE * max(near) + FOCUS * float(np.mean(near)) + COVER * asked.cover(here) + PASSAGE * hit.score


def quoted(asked: Asked, windows: Sequence[Window]) -> list[Window]:
    """The windows to show: the best, and a second one when it holds words of the question that the best lacks. They share the limit; what
    one does not need is the other's. Each has a mark."""
    if not windows:
        return []
    if not _worth_two(asked, windows):
        return [_cut(windows[0], LIMIT_WORDS - 1)]
    room = LIMIT_WORDS - 2
    first = _cut(windows[0], max(room // 2, room - _length(windows[1].pieces)))
    return [first, _cut(windows[1], room - _length(first.pieces))]


def _worth_two(asked: Asked, windows: Sequence[Window]) -> bool:
    if len(windows) < 2:
        return False
    first, second = windows[0], windows[1]
    missing = {term: weight for term, weight in asked.weights.items() if term not in first.terms}
    gained = sum(weight for term, weight in missing.items() if term in second.terms)
    return gained >= SECOND_COVER * sum(asked.weights.values()) and second.cosine >= SECOND_COSINE * first.cosine


def _length(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.shown.split()) for piece in pieces)


def _cut(window: Window, room: int) -> Window:
    """As much as fits, with the sentence nearest to the question in it: the end goes first, then the beginning, then the rest of that
    sentence."""
    begin, end, pieces = 0, len(window.pieces), window.pieces
    while _length(pieces[begin:end]) > room and end - 1 > window.nearest:
        end -= 1
    while _length(pieces[begin:end]) > room and begin < window.nearest:
        begin += 1
    # What only announces something must not come last.
    while end - begin > 1 and pieces[end - 1].text.endswith(":"):
        end -= 1
    left = pieces[begin:end]
    if _length(left) > room:
        left = (_shortened(left[0], room),)
    return replace(window, pieces=left, nearest=min(window.nearest - begin, len(left) - 1))


def _shortened(piece: Piece, room: int) -> Piece:
    """To its last whole sentence if that is at least half of what fits, else to its last whole word."""
    head = " ".join(piece.text.split()[: room - bool(piece.mark)])
    ends = [match.end() for match in _SENTENCE_END.finditer(head)]
    if ends and ends[-1] >= len(head) / 2:
        return replace(piece, text=head[: ends[-1]])
    return replace(piece, text=head.rstrip(" ,;:–—-("), cut=True)


def compose(windows: Sequence[Window]) -> tuple[list[str], tuple[Citation, ...]]:
    """(the answer in the pieces it is streamed in, each window followed by its mark; the citations)."""
    pieces: list[str] = []
    for n, window in enumerate(windows, 1):
        cut = Sentences()
        pieces += [*(["\n\n"] if pieces else []), *cut.feed(window.text), *cut.end(), f" [{n}]"]
    return pieces, tuple(Citation(n, w.hit.source, w.hit.passage, w.hit.title, w.quote) for n, w in enumerate(windows, 1))
