"""The best contiguous window of each passage found: the run of sentences from which the highest token F1 is to be expected."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.readable import Piece
from bot.sheet import Sheet, sheet_of
from bot.wanted import Wanted, wanted_by
from bot.words import content
from bot.worth import Worth, expected_f1, load_worth
from retrieval.query import Hit, Query, Results
from retrieval.search import Sentences as Vectors
from retrieval.sentences import split_sentences

LIMIT_WORDS = 90
PASSAGES = 6
ENOUGH_WORDS = 45
EARLIER = 1 / 3
# A reader wants step 1 before step 3.
MID_LIST = 0.03
# What is asked for comes first: where its sentence holds this share of the question's weight, or little is lost by it.
HOLDS = 0.5
FIRST_THINGS_FIRST = {"number": 0.75, "yes_no": 0.9}


@dataclass(frozen=True)
class Window:
    """score: token F1 to expect. cosine: of the question and the window's nearest sentence, which is
    the one numbered `nearest`; cover: share of the question's weight among its words found here."""

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

    @property
    def length(self) -> int:
        return length_of(self.pieces)


def _same_line(before: Piece, piece: Piece, passage: str) -> bool:
    return "\n" not in passage[before.end : piece.begin]


def length_of(pieces: Sequence[Piece]) -> int:
    """Words as they are shown, list marks included."""
    return sum(len(piece.shown.split()) for piece in pieces)


@dataclass(frozen=True)
class Asked:
    """The question as the extractor needs it: its vectors (alone, and with the turn before it), and its words weighed by how few of the
    passages found hold them."""

    alone: np.ndarray
    vector: np.ndarray
    weights: Mapping[str, float]
    wanted: Wanted

    @cached_property
    def mass(self) -> float:
        return sum(self.weights.values())

    def cover(self, terms: set[str] | frozenset[str]) -> float:
        return sum(weight for term, weight in self.weights.items() if term in terms) / self.mass if self.mass else 0.0


def ask(query: Query, results: Results) -> Asked:
    """The turn before counts a third, in the words as in the search, and misspelt words are read as the search read them."""
    text = results.asked or query.text
    held = Counter(term for hit in results.hits for term in set(content(hit.text)))
    spoken = {term: EARLIER for turn in query.history[-1:] for term in content(turn)} | dict.fromkeys(content(text), 1.0)
    weights = {term: share * math.log(1 + (len(results.hits) + 1) / (held[term] + 0.5)) for term, share in spoken.items()}
    return Asked(results.vector, results.blended, weights, wanted_by(text))


@dataclass(frozen=True)
class Candidate:
    """One passage under one question. near: cosine of each piece to the question with the turn before it."""

    hit: Hit
    sheet: Sheet
    heading: frozenset[str]
    near: NDArray[np.float64]
    rows: NDArray[np.float64]


def best_windows(asked: Asked, hits: Sequence[Hit], sentences: Mapping[int, Vectors], worth: Worth | None = None) -> list[Window]:
    """The best window of each of the first passages, best first. sentences: as Searcher.sentence_vectors gives them. worth: None takes the
    shipped one."""
    found = candidates(asked, hits, sentences)
    if not found:
        return []
    shares = (worth or load_worth()).shares(np.concatenate([one.rows for one in found]))
    cuts = np.cumsum([len(one.rows) for one in found])[:-1]
    windows = [_best_window(asked, one, own) for one, own in zip(found, np.split(shares, cuts), strict=True)]
    return sorted(windows, key=lambda window: -window.score)


def candidates(asked: Asked, hits: Sequence[Hit], sentences: Mapping[int, Vectors]) -> list[Candidate]:
    """The first passages, without those that hold nothing to quote."""
    found = (_candidate(asked, hit, sentences.get(hit.passage)) for hit in hits[:PASSAGES])
    return [one for one in found if one is not None]


def _candidate(asked: Asked, hit: Hit, vectors: Vectors | None) -> Candidate | None:
    spans = vectors[0] if vectors is not None else split_sentences(hit.text)
    sheet = sheet_of(hit.text, tuple(spans))
    if not sheet.pieces:
        return None
    heading = frozenset(content(" ".join((hit.title, *hit.heading))))
    count, at = len(sheet.pieces), [piece.index for piece in sheet.pieces]
    # Where sentences have no vectors, the passage's own has to do.
    passage = 0.0 if math.isnan(hit.cosine) else hit.cosine
    alone = near = np.full(count, passage)
    under = np.zeros(count)
    if vectors is not None:
        every = vectors[1] @ asked.alone
        alone, near = every[at], vectors[1][at] @ asked.vector
        under = np.where(np.array(sheet.headings) >= 0, every[list(sheet.headings)], 0.0)
    cover = [asked.cover(terms | heading) for terms in sheet.terms]
    known = sheet.known.copy()
    known[:, -1] *= asked.wanted == "number"
    rows = np.column_stack([alone, cover, np.full(count, hit.score), np.full(count, passage), under, known])
    return Candidate(hit, sheet, heading, near, rows)


def _best_window(asked: Asked, one: Candidate, shares: NDArray[np.float64]) -> Window:
    value = _values(one.sheet, shares)
    begin, end = divmod(int(np.argmax(value)), len(value))
    first = _asked_for(asked, one, shares, range(begin, end + 1))
    if first is not None and (
        asked.cover(one.sheet.terms[first]) >= HOLDS or value[first].max() >= FIRST_THINGS_FIRST[asked.wanted] * value[begin, end]
    ):
        begin, end = first, int(np.argmax(value[first]))
    run = slice(begin, end + 1)
    terms = one.sheet.terms[run]
    close = [(float(cosine), asked.cover(held)) for cosine, held in zip(one.near[run], terms, strict=True)]
    here = frozenset().union(*terms, one.heading)
    return Window(
        one.hit,
        one.sheet.pieces[run],
        float(value[begin, end]),
        max(close)[0],
        asked.cover(here),
        here,
        close.index(max(close)),
    )


def _values(sheet: Sheet, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """[begin, end]: F1 to expect of the pieces begin … end; −1 where they are no window."""
    pieces, topics = sheet.pieces, np.array(sheet.topics)
    shown = np.cumsum([0, *(length_of([piece]) for piece in pieces)])
    words, gain = np.cumsum([0.0, *sheet.lengths]), np.cumsum([0.0, *(sheet.lengths * shares)])
    # The mark behind it counts too.
    fits = shown[None, 1:] - shown[:-1, None] <= LIMIT_WORDS - 1
    # A heading ends a window once there is enough to read.
    changes = np.array([int(np.argmax(topics > topic)) or len(pieces) for topic in topics])
    fits &= (topics[None, :] == topics[:, None]) | ((shown[changes] - shown[:-1])[:, None] < ENOUGH_WORDS)
    # What only announces something must not come last.
    fits &= ~np.array([piece.text.endswith(":") for piece in pieces])[None, :]
    fits = np.triu(fits | np.eye(len(pieces), dtype=bool))
    value = np.full(fits.shape, -1.0)
    begin, end = np.nonzero(fits)
    value[begin, end] = expected_f1(gain[end + 1] - gain[begin], words[end + 1] - words[begin])
    value[begin, end] -= MID_LIST * np.array([piece.mark not in ("", "1.") for piece in pieces])[begin]
    return value


def _asked_for(asked: Asked, one: Candidate, shares: NDArray[np.float64], run: range) -> int | None:
    """The piece of a window that holds the number or the yes or no asked for; None where none is asked for or none is there."""
    if asked.wanted not in FIRST_THINGS_FIRST:
        return None
    holding = [at for at in run if asked.wanted == "yes_no" or one.sheet.known[at, -1]]
    return max(holding, key=lambda at: float(shares[at]), default=None)
