"""Passages that say once more what a better one says: articles repeat each other, and a list of repetitions answers nothing.

A cosine is only the sieve: "Plan A costs 5 €" and "Plan B costs 7 €" lie as close together as two copies do. What decides is that nothing
is lost: nearly every run of words stands in the better passage too; those that do not hold no number, no name and no word that turns a
meaning; no word has taken another's place; what stands over it names no other thing; and it has no word of the question that the better one
lacks.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from retrieval.embedder import Vector
from retrieval.language import STOP_LISTS, primary
from retrieval.query import Hit
from retrieval.words import STOP_WORDS, terms_of

# Of title, heading and text. Two copies under different titles reach it, and words decide after it.
SAME = 0.85
# Of a passage's runs of words, as many stand in the better one.
SHARED = 0.8
RUN = 3
_EMPTY = """
a also an and are be been being can could did do does had has have he her here his i is it its just me my of our ours please she so that the
their them then there these they this those to us was we were will would you your yours
"""
_WEAK = frozenset(_EMPTY.split())
_TURNING = frozenset({"never", "without", *STOP_WORDS}).union(*STOP_LISTS.values()) - _WEAK
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_WORD = re.compile(r"(?<!\w)[-+−]?\d+(?:[.,:]\d+)*|\w+(?:['’]\w+)*|[€$£¥%°<>≤≥=+/&]")

Scored = Sequence[tuple[int, float]]
Run = tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """By one passage. subject: words of title and heading. runs: of RUN words of a sentence (all of a shorter one), and whether one of them
    tells things apart."""

    subject: frozenset[str]
    words: frozenset[str]
    runs: Mapping[Run, bool]
    language: str


def said(title: str, heading: Sequence[str], text: str, language: str) -> Said:
    runs: dict[Run, bool] = {}
    sentences = [_strong(sentence) for sentence in _SENTENCE_END.split(text)]
    for words in filter(None, sentences):
        for at in range(max(1, len(words) - RUN + 1)):
            part = words[at : at + RUN]
            run = tuple(word.lower() for word in part)
            runs[run] = runs.get(run, False) or any(map(_tells, part))
    subject = {word.lower() for word in _strong("\n".join((title, *heading)))}
    return Said(frozenset(subject - _TURNING), frozenset(chain.from_iterable(runs)), runs, primary(language))


def _strong(text: str) -> list[str]:
    # In capitals they are names: plan A, the US, IT.
    return [word for word in _WORD.findall(text) if word.lower() not in _WEAK or (word.isupper() and word != "I")]


def _tells(word: str) -> bool:
    return not word.isalpha() or not word[0].islower() or word in _TURNING


def repeats(one: Said, better: Said, asked: Mapping[str, float]) -> bool:
    """asked: the stems searched for."""
    own = one.words - better.words
    # A word in another's place turns the meaning.
    if own and better.words - one.words:
        return False
    missing = [run for run in one.runs if run not in better.runs]
    # Broken by no word of its own: the better one says it otherwise, "not" between perhaps.
    if any(one.runs[run] or own.isdisjoint(run) for run in missing) or len(missing) > (1 - SHARED) * len(one.runs):
        return False
    named = one.subject - better.subject - better.words
    # "Invoices in Norway" and "Invoices in Sweden" are two things, though all else be alike.
    if named and 2 * len(one.subject & better.subject) >= len(one.subject):
        return False
    return asked.keys().isdisjoint(terms_of(" ".join(own | named), one.language))


def collapsed(scored: Scored, rows: Vector, limit: int, repeated: Callable[[int, int], bool]) -> dict[int, list[int]]:
    """The best `limit` of the passages that repeat no better one, in order, each with those that repeat it.

    scored: best first. rows: their vectors in the same order, NaN where there is none. repeated(one, better): by words."""
    behind: dict[int, list[int]] = {}
    looked = 0
    while looked < len(scored) and len(behind) < limit:
        # No further than needed: as a rule nothing repeats, and a turn waits for this.
        until = min(len(scored), looked + limit - len(behind))
        close: dict[int, list[int]] = {}
        for at, other in np.argwhere(np.tril(rows[looked:until] @ rows[:until].T >= SAME, looked - 1)).tolist():
            close.setdefault(looked + at, []).append(other)
        for at in range(looked, until):
            passage = scored[at][0]
            better = (scored[other][0] for other in close.get(at, ()))
            kept = next((other for other in better if other in behind and repeated(passage, other)), None)
            if kept is None:
                behind[passage] = []
            else:
                behind[kept].append(passage)
        looked = until
    return behind


def told_once(hits: Sequence[Hit], behind: Mapping[int, Sequence[int]]) -> list[Hit]:
    """The hits that repeat no better one. Those that were removed meanwhile are not among `hits`."""
    by_passage = {hit.passage: hit for hit in hits}
    kept = [(by_passage[one], others) for one, others in behind.items() if one in by_passage]
    return [
        replace(hit, rank=rank, repeats=tuple(by_passage[other] for other in others if other in by_passage))
        for rank, (hit, others) in enumerate(kept)
    ]
