"""Two or three words that two articles answer equally well: ask which, instead of guessing."""

from collections.abc import Sequence

from bot.question import Citation
from bot.words import content, words
from retrieval.query import Hit

LIMIT_WORDS = 3
SCORE_TIE, COSINE_TIE = 0.12, 0.03


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
