"""A passage as something to be checked against, taken apart once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.readable import clean
from bot.words import content, numbers, words
from retrieval.sentences import split_sentences

LETTERS = 5
_NEGATION_WORDS = """
not no never cannot can't won't don't doesn't didn't isn't aren't wasn't weren't shouldn't without unable neither nor none unless
"""
_NEGATION = frozenset(_NEGATION_WORDS.split())


def denies(text: str) -> bool:
    return any(word in _NEGATION for word in words(text))


@dataclass(frozen=True)
class Source:
    """title: of its article. sentences: cleaned of marks, word for word otherwise."""

    title: str
    text: str

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        return tuple(part for begin, end in split_sentences(self.text) if (part := clean(self.text[begin:end])))

    @cached_property
    def heading(self) -> frozenset[str]:
        return frozenset(content(self.title))

    @cached_property
    def terms(self) -> tuple[frozenset[str], ...]:
        """Of each sentence."""
        return tuple(frozenset(content(sentence)) for sentence in self.sentences)

    @cached_property
    def neighbours(self) -> tuple[frozenset[str], ...]:
        """Of three sentences each, the title's with them: words picked from all over a passage make a new claim, a restatement draws on
        neighbours."""
        starts = range(max(1, len(self.terms) - 2))
        return tuple(frozenset().union(self.heading, *self.terms[at : at + 3]) for at in starts)

    @cached_property
    def held(self) -> frozenset[str]:
        return frozenset().union(self.heading, *self.terms)

    @cached_property
    def spoken(self) -> list[str]:
        return words(f"{self.title}\n" + "\n".join(self.sentences))

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, word in enumerate(self.spoken):
            found.setdefault(word, []).append(place)
        return found

    @cached_property
    def pairs(self) -> frozenset[tuple[str, ...]]:
        return frozenset(pairwise(self.spoken))

    @cached_property
    def triples(self) -> frozenset[tuple[str, ...]]:
        return frozenset(zip(self.spoken, self.spoken[1:], self.spoken[2:], strict=False))

    @cached_property
    def letters(self) -> frozenset[str]:
        return frozenset(self.grams(" ".join(self.spoken)))

    @cached_property
    def numbers(self) -> set[str]:
        return numbers(f"{self.title}\n{self.text}")

    @staticmethod
    def grams(text: str) -> set[str]:
        return {text[at : at + LETTERS] for at in range(len(text) - LETTERS + 1)}
