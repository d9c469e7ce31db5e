"""One run of a suite: files in, one JSON line per question or item and figures out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.build import build_answerer
from bot.confidence import load_confidence
from core.errors import Invalid
from core.settings import Settings
from evals.bench_index import throw_away
from evals.data import read_cases, read_corpus
from evals.items import read_items, run_items
from evals.measures import Figure
from evals.runs import Asking, run_answers, run_retrieval
from evals.suites import confidence, groundedness, handoff, injection, mood, routing, tools
from evals.unseen import unseen_confidence, unseen_ranking, unseen_worth
from retrieval.embedder import Embedder
from retrieval.load import load_reranker

# Over articles and questions.
CORPUS_SUITES = ("retrieval", "answers", "confidence")
# Over labelled lines.
ITEM_SUITES = {
    "mood": mood.SUITE,
    "handoff": handoff.SUITE,
    "routing": routing.SUITE,
    "injection": injection.SUITE,
    "groundedness": groundedness.SUITE,
    "tools": tools.SUITE,
}
# Over the live knowledge base too; a run there has one data set, and none to learn from.
LIVE_SUITES = ("retrieval", "answers", *(name for name, suite in ITEM_SUITES.items() if not suite.learns))
SUITES = (*CORPUS_SUITES, *ITEM_SUITES)
Bar = Callable[[str], Callable[[int, int], None]]


@dataclass(frozen=True)
class Files:
    """out: written, one line per question or item."""

    out: Path
    corpus: Path | None = None
    queries: Path | None = None
    items: Path | None = None
    train: Path | None = None

    @property
    def read(self) -> dict[str, Path | None]:
        """By role."""
        return {"corpus": self.corpus, "queries": self.queries, "items": self.items, "train": self.train}


def no_bar(name: str) -> Callable[[int, int], None]:
    return lambda done, total: None


def run_suite(settings: Settings, embedder: Embedder, suite: str, files: Files, limit: int = 0, bar: Bar = no_bar) -> list[Figure]:
    """limit: only the first questions or items; 0: all. bar(name) → progress(done, total). Raises Invalid."""
    if suite not in SUITES:
        raise Invalid(f"there is no suite {suite}; suites: {', '.join(SUITES)}")
    if suite in CORPUS_SUITES:
        return _over_a_corpus(settings, embedder, suite, files, limit, bar)
    if files.items is None:
        raise Invalid(f"the suite {suite} needs --items")
    items = read_items(files.items, limit)
    judge = ITEM_SUITES[suite].judge(settings, embedder, files.train)
    files.out.parent.mkdir(parents=True, exist_ok=True)
    return run_items(ITEM_SUITES[suite], judge, items, files.out, bar("judging"))


def _over_a_corpus(settings: Settings, embedder: Embedder, suite: str, files: Files, limit: int, bar: Bar) -> list[Figure]:
    """Questions that shipped weights were fitted on are answered with weights that were fitted without them."""
    if files.corpus is None or files.queries is None:
        raise Invalid(f"the suite {suite} needs --corpus and --queries")
    articles, cases = read_corpus(files.corpus), read_cases(files.queries, limit)
    files.out.parent.mkdir(parents=True, exist_ok=True)
    with throw_away(articles, embedder, suite != "retrieval", bar("indexing")) as bench:
        bench.searcher.ranking = unseen_ranking(files.queries) or bench.searcher.ranking
        bench.searcher.reranker = load_reranker(settings, embedder)
        if suite == "retrieval":
            return run_retrieval(bench, cases, files.out, bar("asking"))
        if suite == "confidence":
            by = unseen_confidence(files.queries) or load_confidence()
            return confidence.run_confidence(bench, by, unseen_worth(files.queries), cases, files.out, bar("asking"))
        answerer = build_answerer(settings, bench.searcher, unseen_confidence(files.queries), unseen_worth(files.queries))
        return run_answers(Asking(answerer, embedder, bench.purse(settings)), cases, files.out, bar("asking"))
