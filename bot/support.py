"""Does a source say what a model's sentence says? Checked by words, numbers, names and negation: no second model, and nothing is embedded.

It errs on the strict side: what it drops, the embedded answerer quotes instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.readable import clean
from bot.words import content, numbers, words
from retrieval.sentences import split_sentences

# A restatement keeps at least this share of its content words.
COVER = 0.6
# Words picked from all over a passage make a new claim; a restatement draws on neighbours.
NEIGHBOURS = 3
# A source's sentence this close says the same thing, so it must not say the opposite.
SAME = 0.6
_NEGATION_WORDS = """
not no never cannot can't won't don't doesn't didn't isn't aren't wasn't weren't shouldn't without unable neither nor none unless
"""
_NEGATION = frozenset(_NEGATION_WORDS.split())
_NAME = re.compile(r"(?<=[\w,;)] )[A-Z][\w-]+")
_OPENING = re.compile(
    r"(?:sure|of course|certainly|absolutely|here(?:'s| is| are)|to do (?:so|this|that)|you can (?:do so|do this)|"
    r"(?:please )?follow(?: these)? steps|based on)\b[^.:!?]{0,40}[.:!,]?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Source:
    """A passage given to the model, taken apart once. sentences: (text, its terms, whether it denies)."""

    text: str
    heading: frozenset[str]
    sentences: tuple[tuple[str, frozenset[str], bool], ...] = field(repr=False)


def source_of(title: str, text: str) -> Source:
    parts = [clean(text[begin:end]) for begin, end in split_sentences(text)]
    sentences = tuple((part, frozenset(content(part)), _denies(part)) for part in parts if part)
    return Source(f"{title}\n{text}", frozenset(content(title)), sentences)


def support_of(sentence: str, source: Source, question: str = "") -> float:
    """0 (unsupported) … 1: largest share of the sentence's content words that three neighbouring sentences of the source hold, its title
    included; 0 where a number or a name is not there. What the question says may be repeated, but supports nothing by itself."""
    terms, claimed_numbers = set(content(sentence)), numbers(sentence) - numbers(question)
    names = {term for name in _NAME.findall(sentence) for term in content(name)}
    asked = set(content(question))
    best = 0.0
    for start in range(max(1, len(source.sentences) - NEIGHBOURS + 1)):
        near = source.sentences[start : start + NEIGHBOURS]
        held = set().union(source.heading, *(part[1] for part in near))
        claimed = terms - (asked - held)
        if not claimed & held or not names <= held | asked:
            continue
        if not claimed_numbers <= numbers(" ".join(part[0] for part in near)):
            continue
        best = max(best, len(claimed & held) / len(claimed))
    return best


def nearest_sentence(sentence: str, source: Source) -> str:
    """The source's sentence that shares most with it, word for word."""
    terms = set(content(sentence))
    return max(source.sentences, key=lambda other: len(terms & other[1]), default=("", frozenset(), False))[0]


def is_opening(sentence: str) -> bool:
    """A sentence that claims nothing: "Here is how:", "Of course."."""
    return _OPENING.fullmatch(sentence.strip()) is not None


def contradicts(sentence: str, sources: Sequence[Source]) -> bool:
    """The sentence of all sources that comes closest, if close at all, denies what this one says, or the other way round."""
    terms = set(content(sentence))
    everything = (other for source in sources for other in source.sentences)
    closest = max(everything, key=lambda other: len(terms & other[1]), default=None)
    if closest is None or len(terms & closest[1]) < SAME * len(terms):
        return False
    return _denies(sentence) != closest[2]


def _denies(text: str) -> bool:
    return any(word in _NEGATION for word in words(text))
