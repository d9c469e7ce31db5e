"""One run of a suite: corpus and questions in, one JSON line per question and figures out."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.build import build_answerer
from core.errors import Invalid
from core.settings import Settings
from evals.bench_index import throw_away
from evals.data import read_cases, read_corpus
from evals.measures import Figure
from evals.runs import run_answers, run_retrieval
from evals.unseen import unseen_confidence
from retrieval.embedder import Embedder

SUITES = ("retrieval", "answers")
Bar = Callable[[str], Callable[[int, int], None]]


def no_bar(name: str) -> Callable[[int, int], None]:
    return lambda done, total: None


def run_suite(settings: Settings, embedder: Embedder, suite: str, files: Sequence[Path], limit: int = 0, bar: Bar = no_bar) -> list[Figure]:
    """files: corpus, queries, output. limit: only the first questions; 0: all. bar(name) → progress(done, total). Raises Invalid.

    Questions that the shipped confidence was fitted on are answered with one that was fitted without them."""
    if suite not in SUITES:
        raise Invalid(f"there is no suite {suite}; suites: {', '.join(SUITES)}")
    corpus, queries, out = files
    articles, cases = read_corpus(corpus), read_cases(queries, limit)
    out.parent.mkdir(parents=True, exist_ok=True)
    with throw_away(articles, embedder, suite == "answers", bar("indexing")) as bench:
        if suite == "retrieval":
            return run_retrieval(bench, cases, out, bar("asking"))
        answerer = build_answerer(settings, bench.searcher, unseen_confidence(queries))
        return run_answers(bench, answerer, cases, out, bar("asking"))
