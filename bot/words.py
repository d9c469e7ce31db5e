"""A text's words, made comparable."""

import re
import unicodedata

from retrieval.words import terms_of

# As long as addresses may be: without an end, a long text of letters is read from each of them on.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def words(text: str) -> list[str]:
    """All of them, in small letters, in order."""
    return [match.group().replace("’", "'") for match in _WORD.finditer(unicodedata.normalize("NFKC", text).lower())]


def content(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, with repetitions: the terms of lexical search."""
    return terms_of(text)


def numbers(text: str) -> set[str]:
    """1,000 and 1000 are the same number, 3.50 and 3.5 are not."""
    return {re.sub(r"[,](?=\d{3}\b)", "", match.group()) for match in _NUMBER.finditer(text)}
