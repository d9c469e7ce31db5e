"""A question with what was asked before it, in the form each search leg wants.

A question that points back ("is it waterproof?", "and for teams?") leans on the turns before it, one that stands on its own hardly does:
nDCG@5 on 132 multi-turn questions of mtrag dev .566 with the last turn alone, .586 with the same share for all, .611 with this.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from retrieval.embedder import Embedder, Vector
from retrieval.query import Query
from retrieval.words import terms_of

EARLIER_TURNS = 2
_POINTER_WORDS = """
it its it's this that these those they them their theirs he him his she her hers one ones there such same both either neither other another
others former latter das dies diese dieser dieses damit davon dafür sie ihn es il elle ça cela ce cette ceci celui celle esto este esta eso
ese esa lo isso isto este esta ele ela
"""
_POINTERS = frozenset(_POINTER_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Of words that the workspace's vocabulary adds, beside 1 for the question's own.
ALIKE = 0.6
# With fewer words of meaning a question hardly says what it is about.
FEW_TERMS = 2


Read = Callable[[str], list[str]]


@dataclass(frozen=True)
class Shares:
    """lexical: weight of each of the last EARLIER_TURNS turns' words beside 1 for the question's; dense: share of the turn before."""

    lexical: float
    dense: float


POINTS_BACK = Shares(1 / 3, 0.3)
ON_ITS_OWN = Shares(0.1, 0.1)


def points_back(text: str) -> bool:
    """A pronoun, or next to no word of meaning."""
    spoken = {word.replace("’", "'") for word in _WORD.findall(text.lower())}
    return bool(_POINTERS & spoken) or len(set(terms_of(text))) <= FEW_TERMS


def leans(query: Query) -> bool:
    """On the turns before it."""
    return bool(query.history) and points_back(query.text)


def shares_of(query: Query) -> Shares:
    return POINTS_BACK if leans(query) else ON_ITS_OWN


def term_weights(query: Query, read: Read = terms_of) -> dict[str, float]:
    """Of the stemmed terms; 1 and more for those of the question itself. read: from text to terms."""
    weights: dict[str, float] = {}
    earlier = shares_of(query).lexical
    said = [(query.text, 1.0), *((turn, earlier) for turn in query.history[-EARLIER_TURNS:]), *((one, ALIKE) for one in query.alike)]
    for text, weight in said:
        for term in read(text):
            weights[term] = weights.get(term, 0.0) + weight
    return weights


def question_vectors(embedder: Embedder, query: Query) -> tuple[Vector, Vector]:
    """(of the text with what means the same, blended with the turn before). The earlier turn comes from the embedder's cache: it was
    embedded when asked."""
    vector = embedder.vector(f"{query.text} ({', '.join(query.alike)})" if query.alike else query.text)
    if not query.history:
        return vector, vector
    share = shares_of(query).dense
    blended = (1 - share) * vector + share * embedder.vector(query.history[-1])
    return vector, np.asarray(blended / max(float(np.linalg.norm(blended)), 1e-12), np.float32)
