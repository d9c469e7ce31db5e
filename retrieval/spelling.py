"""What a misspelt word of a question was meant to be: the nearest word that the articles have."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from retrieval.lexical import Lexical
from retrieval.words import plain_words, terms_of

SHORTEST = 4
# From here on two edits may be wrong.
LONG = 8
PASSAGES = 20
# Not in capitals, and no part of a name such as an address, a path or a version.
_WORD = re.compile(r"(?<![\w./@:\\-])[A-Za-zÀ-ÿ][a-zß-ÿ]{3,59}(?![\w/@\\]|[.:-]\w)")
_TOKENIZER = Path(__file__).parent / "weights" / "tokenizer.json"
Read = Callable[[list[int]], Iterable[str]]


def corrected(text: str, lexical: Lexical, read: Read) -> str:
    """The text with those words replaced that neither an article nor the embedder's vocabulary of English has. read: the texts of passages
    that the customer may see."""
    return _WORD.sub(lambda match: _meant(match.group(), lexical, read), text)


def _meant(word: str, lexical: Lexical, read: Read) -> str:
    plain = "".join(plain_words(word))
    if len(plain) < SHORTEST or lexical.has_word(plain) or plain in real_words() or any(map(lexical.has, terms_of(word))):
        return word
    for distance in (1, 2) if len(plain) >= LONG else (1,):
        counts = Counter(near for text in read(lexical.near(plain, distance, PASSAGES)) for near in set(plain_words(text)))
        close = {near: count for near, count in counts.items() if _alike(plain, near) and edits(plain, near, distance) <= distance}
        if close:
            return min(close, key=lambda near: (edits(plain, near, distance), -close[near], near))
    return word


def _alike(one: str, two: str) -> bool:
    """Hardly anybody mistypes the first letter, but for a swap with the second."""
    return one[0] == two[0] or one[:2] == two[1::-1]


@cache
def real_words() -> frozenset[str]:
    """Whole words of the embedder's vocabulary: a word that only this base lacks is no mistake."""
    vocabulary = json.loads(_TOKENIZER.read_text(encoding="utf-8"))["model"]["vocab"]
    return frozenset(word for word in vocabulary if len(word) >= SHORTEST and word.isalpha())


def edits(one: str, two: str, most: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment); most + 1 when there are more."""
    if abs(len(one) - len(two)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(two) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, other in enumerate(two, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == two[column - 2] and one[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return above[-1]
