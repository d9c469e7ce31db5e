"""What spoils a search: misspelt words, and languages other than English. Part of `make evals`."""

import random
import re
from pathlib import Path

from evals.bench_index import throw_away
from evals.data import Case, read_cases, read_corpus
from evals.measures import Figure, mean_with_interval
from evals.runs import rank
from evals.unseen import unseen_ranking
from retrieval.embedder import Embedder
from retrieval.words import terms_of

# Twelve short articles of a shop in seven languages and twenty questions in each but English, all of our own.
LANGUAGES = Path(__file__).parent / "languages"
_WORD = re.compile(r"[A-Za-z]{4,}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def languages(embedder: Embedder) -> list[Figure]:
    """hit@3 by the question's language; only the article in that language counts, all seven lie in one base."""
    cases = read_cases(LANGUAGES / "queries.jsonl")
    with throw_away(read_corpus(LANGUAGES / "corpus.jsonl"), embedder, False) as bench:
        hits = {case.id: _hit(rank(bench, case), case) for case in cases}
    by_language: dict[str, list[float]] = {}
    for name, hit in hits.items():
        by_language.setdefault(name.partition("-")[0], []).append(hit)
    return [mean_with_interval(f"hit@3 {language}", found) for language, found in by_language.items()]


def misspelt(embedder: Embedder, corpus: Path, queries: Path) -> list[Figure]:
    """hit@3 of first questions as they are, with one typo in each content word of four letters and more, and what that costs."""
    cases = [case for case in read_cases(queries) if case.relevant and not case.history]
    with throw_away(read_corpus(corpus), embedder, False) as bench:
        bench.searcher.ranking = unseen_ranking(queries) or bench.searcher.ranking
        clean = [_hit(rank(bench, case), case) for case in cases]
        spoilt = [_hit(rank(bench, Case(case.id, spoil(case.text))), case) for case in cases]
    lost = mean_with_interval("lost by the typos", [before - after for before, after in zip(clean, spoilt, strict=True)])
    return [mean_with_interval("hit@3", clean), mean_with_interval("hit@3, typo in each word", spoilt), lost]


def spoil(text: str) -> str:
    """The same text is always spoilt in the same way."""
    drawn = random.Random(text)
    return _WORD.sub(lambda word: _typo(word.group(), drawn) if terms_of(word.group()) else word.group(), text)


def _typo(word: str, drawn: random.Random) -> str:
    """A letter lost, doubled by another, mistaken, or swapped with the next; never the first."""
    at, letter = drawn.randrange(1, len(word) - 1), drawn.choice(_LETTERS)
    ways = (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :])
    return drawn.choice((*ways, word[:at] + word[at + 1] + word[at] + word[at + 2 :]))


def _hit(ranked: list[tuple[str, float]], case: Case) -> float:
    return float(bool({article for article, _ in ranked[:3]} & set(case.relevant)))
