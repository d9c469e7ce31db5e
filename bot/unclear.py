"""What keeps a question from one whole answer: two articles fit it equally well, or a part of it is in none."""

import re
from collections.abc import Sequence

from bot.question import Citation
from bot.words import content, words
from retrieval.query import Hit

LIMIT_WORDS = 3
SCORE_TIE, COSINE_TIE = 0.12, 0.03
# Share of a question's words that a passage has: told of at least FOUND, not at all below NOWHERE.
FOUND, NOWHERE = 0.6, 0.2
PASSAGES = 6


def two_meanings(text: str, hits: Sequence[Hit]) -> tuple[Citation, Citation] | None:
    """The two articles between which the customer has to choose; None when one clearly fits, or the words ask something definite."""
    terms = set(content(text))
    if not terms or len(words(text)) > LIMIT_WORDS or len(terms) > 2 or len(hits) < 2:
        return None
    first = hits[0]
    second = next((hit for hit in hits[1:5] if hit.source != first.source), None)
    if second is None or first.title.casefold() == second.title.casefold():
        return None
    tied = first.score - second.score <= SCORE_TIE and abs(first.cosine - second.cosine) <= COSINE_TIE
    # Both titles have to be about what was asked, or the choice offered would be no help.
    if not tied or any(not terms <= set(content(hit.title)) for hit in (first, second)):
        return None
    return _cite(1, first), _cite(2, second)


def _cite(n: int, hit: Hit) -> Citation:
    return Citation(n, hit.source, hit.passage, hit.title, "")


def part_without_answer(text: str, hits: Sequence[Hit]) -> str | None:
    """Of a message with several questions the one that no passage tells of, while one tells of another; None where all or none is."""
    parts = [part.strip() for part in re.findall(r"[^?？]+[?？]+", text) if content(part)]
    if len(parts) < 2:
        return None
    told = [set(content(f"{hit.title} {' '.join(hit.heading)} {hit.text}")) for hit in hits[:PASSAGES]]
    shares = [max((len(terms & held) / len(terms) for held in told), default=0.0) for terms in (set(content(part)) for part in parts)]
    missing = [part for part, share in zip(parts, shares, strict=True) if share < NOWHERE]
    return missing[0] if len(missing) == 1 and max(shares) >= FOUND else None
