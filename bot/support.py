"""Does a source say what a model's sentence says? Checked by its wording, here and before it is shown: nothing is embedded, and what
this check does not doubt no second model is asked about.

Numbers, names and denials are hard rules; the rest is the probability of bot/grounds.py. It errs on the strict side: what it drops, the
embedded answerer quotes instead."""

import re
from collections.abc import Sequence

from bot.grounds import NAME, load_grounds
from bot.source import Source, denies
from bot.words import content, numbers

# Shown from this probability on; DOUBTFUL and more may be shown when the model, asked again, says that the source says it.
SUPPORTED, DOUBTFUL = 0.5, 0.3
# A restatement keeps at least this share of its content words.
COVER = 0.6
# A source's sentence this close says the same thing, so it must not say the opposite.
SAME = 0.6
_OPENING = re.compile(
    r"(?:sure|of course|certainly|absolutely|here(?:'s| is| are)|to do (?:so|this|that)|you can (?:do so|do this)|"
    r"(?:please )?follow(?: these)? steps|based on)\b[^.:!?]{0,40}[.:!,]?",
    re.IGNORECASE,
)


def support_of(sentence: str, source: Source, question: str = "") -> float:
    """0 (unsupported) … 1: the probability that the source says it; 0 where a number or a name is not there, or too few of the sentence's
    content words stand together in three neighbouring sentences. What the question says may be repeated, but supports nothing by itself."""
    return load_grounds().of(sentence, source, question) if cover_of(sentence, source, question) >= COVER else 0.0


def cover_of(sentence: str, source: Source, question: str = "") -> float:
    """Largest share of the sentence's content words that three neighbouring sentences hold together with its numbers and names."""
    return max((_cover(sentence, source, at, question) for at in range(len(source.neighbours))), default=0.0)


def _cover(sentence: str, source: Source, at: int, question: str) -> float:
    """By the source's three sentences from `at` on."""
    held, near, asked = source.neighbours[at], " ".join(source.sentences[at : at + 3]), set(content(question))
    claimed = set(content(sentence)) - (asked - held)
    names = {term for name in NAME.findall(sentence) for term in content(name)}
    if not claimed & held or not names <= held | asked:
        return 0.0
    if not numbers(sentence) - numbers(question) <= numbers(near):
        return 0.0
    return len(claimed & held) / len(claimed)


def nearest_sentence(sentence: str, source: Source) -> str:
    """The source's sentence that shares most with it, word for word."""
    terms = set(content(sentence))
    at = max(range(len(source.terms)), key=lambda n: len(terms & source.terms[n]), default=None)
    return "" if at is None else source.sentences[at]


def is_opening(sentence: str) -> bool:
    """A sentence that claims nothing: "Here is how:", "Of course."."""
    return _OPENING.fullmatch(sentence.strip()) is not None


def contradicts(sentence: str, sources: Sequence[Source]) -> bool:
    """The sentence of all sources that comes closest, if close at all, denies what this one says, or the other way round."""
    terms = set(content(sentence))
    everything = [(held, text) for source in sources for held, text in zip(source.terms, source.sentences, strict=True)]
    held, closest = max(everything, key=lambda other: len(terms & other[0]), default=(frozenset(), ""))
    return len(terms & held) >= SAME * len(terms) and bool(closest) and denies(sentence) != denies(closest)
