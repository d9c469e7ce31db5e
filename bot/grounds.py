"""How likely a source says what a sentence claims: overlap, numbers, names and negation, weighed by trees fitted on AttributionBench.

Fitted by evals/fitting/grounds.py and kept as JSON. Evidence counts one way only: more words found never make a claim less likely, a number
that is missing never makes it more so. Where an embedder reads along, bot/meaning.py adds what the words alone do not tell."""

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.meaning import meaning_of
from bot.source import Source, denies
from bot.trees import Trees
from bot.words import content, numbers, words
from retrieval.embedder import Embedder

WEIGHTS = Path(__file__).parent / "weights" / "grounds.json"
LONGEST_RUN = 15
NAME = re.compile(r"(?<=[\w,;)] )[A-Z][\w-]+")
_CAREFUL = frozenset(words("may might could can possible possibly likely generally often usually sometimes some"))
_CERTAIN = frozenset(words("all always only never every must none best most first largest"))


@dataclass(frozen=True)
class Grounds:
    """wording: what costs next to nothing. meaning: with the features of bot/meaning.py, for the vectors of `model` alone."""

    wording: Trees
    meaning: Trees
    model: str

    def of(self, claim: str, source: Source, question: str = "", embedder: Embedder | None = None) -> float:
        """Probability 0…1 that the source, read alone, supports the claim. What the question says is known, but supports nothing by itself.
        embedder: None, or one of another model, reads the wording alone; else it blocks for some 50 ms."""
        features = features_of(claim, source, question)
        if embedder is None or embedder.model != self.model or not embedder.shows_pieces:
            return self.wording.probability(features)
        return self.meaning.probability(features | meaning_of(claim, source, question, embedder))


@cache
def load_grounds(path: Path = WEIGHTS) -> Grounds:
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Grounds(Trees.of(stored["wording"]), Trees.of(stored["meaning"]), stored["model"])


def features_of(claim: str, source: Source, question: str = "") -> dict[str, float]:
    """Shares are of the claim's content words, word pairs, letters …; all finite."""
    terms, asked, spoken = set(content(claim)), set(content(question)), words(claim)
    return {**_covers(terms, asked, source), **_wording(spoken, source), **_facts(claim, question, source), **_sizes(terms, spoken, source)}


def _covers(terms: set[str], asked: set[str], source: Source) -> dict[str, float]:
    """one, two: by the best sentence and the second best; three: by three neighbours; new…: of the words that the question lacks."""
    single = sorted((_share(terms, held) for held in source.terms), reverse=True) or [0.0]
    new = terms - asked
    return {
        "all": _share(terms, source.held),
        "one": single[0],
        "two": single[1] if len(single) > 1 else 0.0,
        "three": max((_share(terms, held) for held in source.neighbours), default=0.0),
        "new_all": _share(new, source.held),
        "new_three": max((_share(new, held) for held in source.neighbours), default=0.0),
        "new_words": float(len(new)),
        "missing_words": float(len(terms - source.held)),
        "of_source": len(terms & source.held) / (len(source.held) or 1),
        "of_sentence": max((len(terms & held) / len(held) for held in source.terms if len(held) > 2), default=0.0),
        "question_in_source": _share(asked, source.held),
        "question_in_claim": _share(asked, terms),
    }


def _wording(spoken: list[str], source: Source) -> dict[str, float]:
    run = _longest_run(spoken, source)
    return {
        "pairs": _share(set(pairwise(spoken)), source.pairs),
        "triples": _share(set(zip(spoken, spoken[1:], spoken[2:], strict=False)), source.triples),
        "letters": _share(source.grams(" ".join(spoken)), source.letters),
        "run": run / (len(spoken) or 1),
        "run_words": float(min(run, LONGEST_RUN)),
    }


def _facts(claim: str, question: str, source: Source) -> dict[str, float]:
    claimed, terms = numbers(claim), set(content(claim))
    names = {term for name in NAME.findall(claim) for term in content(name)}
    at = max(range(len(source.terms)), key=lambda n: _share(terms, source.terms[n]), default=0)
    near = source.sentences[max(0, at - 1) : at + 2]
    spoken = set(words(claim))
    return {
        "numbers": float(bool(claimed)),
        "numbers_missing": 1 - _share(claimed, source.numbers) if claimed else 0.0,
        "new_number_missing": float(bool(claimed - numbers(question) - source.numbers)),
        "names": float(len(names)),
        "names_missing": len(names - source.held - set(content(question))) / (len(names) or 1),
        "denies": float(denies(claim)),
        "source_denies": float(any(denies(sentence) for sentence in near)),
        "denial_differs": float(bool(near) and denies(claim) != denies(source.sentences[at])),
        "careful": float(len(spoken & _CAREFUL)),
        "careful_missing": float(len((spoken & _CAREFUL) - set(source.spoken))),
        "certain": float(len(spoken & _CERTAIN)),
        "certain_missing": float(len((spoken & _CERTAIN) - set(source.spoken))),
    }


def _sizes(terms: set[str], spoken: list[str], source: Source) -> dict[str, float]:
    return {
        "words": math.log1p(len(spoken)),
        "source_words": math.log1p(len(source.spoken)),
        "source_sentences": math.log1p(len(source.sentences)),
        "terms": float(len(terms)),
    }


def _share(wanted: set, held: set | frozenset) -> float:
    return len(wanted & held) / len(wanted) if wanted else 1.0


def _longest_run(spoken: list[str], source: Source) -> int:
    """Words in a row that stand in the source in that order."""
    best, before = 0, dict[int, int]()
    for word in spoken:
        now = {place: before.get(place - 1, 0) + 1 for place in source.places.get(word, ())}
        best, before = max(best, max(now.values(), default=0)), now
    return best
