"""A passage as the extractive answerer reads it: its quotable pieces and what is known of them before anybody asks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.readable import Piece, pieces_of
from bot.words import content, numbers

CACHED = 4096
KNOWN = ("function_words", "ended", "first", "log_words", "number")


@dataclass(frozen=True)
class Sheet:
    """Row by row the same piece. topics: headings passed before it. headings: number of the sentence that is its heading, −1 without one.
    lengths: words without marks. known: [n, len(KNOWN)]; `number` tells whether it holds one."""

    pieces: tuple[Piece, ...]
    topics: tuple[int, ...]
    headings: tuple[int, ...]
    terms: tuple[frozenset[str], ...]
    lengths: NDArray[np.float64]
    known: NDArray[np.float64]


@lru_cache(CACHED)
def sheet_of(text: str, spans: tuple[tuple[int, int], ...]) -> Sheet:
    """spans: of its sentences. Headings are no pieces of it, but known to the pieces under them."""
    pieces = pieces_of(text, list(spans))
    usable = [piece for piece in pieces if not piece.header]
    above = [[other.index for other in pieces if other.header and other.index < piece.index] for piece in usable]
    lengths = np.array([_length(piece) for piece in usable], float)
    return Sheet(
        tuple(usable),
        tuple(len(headings) for headings in above),
        tuple(headings[-1] if headings else -1 for headings in above),
        tuple(frozenset(content(piece.text)) for piece in usable),
        lengths,
        np.array([_known(piece, at == 0, int(lengths[at])) for at, piece in enumerate(usable)]).reshape(-1, len(KNOWN)),
    )


def _known(piece: Piece, first: bool, length: int) -> Sequence[float]:
    spare = 1 - len(content(piece.text)) / length
    return spare, float(piece.ended), float(first), math.log(length), float(bool(numbers(piece.text)))


def _length(piece: Piece) -> int:
    return max(1, sum(any(letter.isalnum() for letter in word) for word in piece.shown.split()))
