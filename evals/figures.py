"""`make evals`: suites on the public development sets, each beside its floor, measured in the same run.

`python -m evals.figures ../shared/data [SUITE or SET …]` prints only what is named; `misspelt` and `languages` are names too. What was
fitted on one of these sets is measured with weights that were fitted without it (evals/unseen.py).
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import people.tables  # noqa: F401  the throw-away database is made from the whole metadata
import retrieval.tables  # noqa: F401
from core.log import set_up_log
from core.settings import load_settings
from evals.data import read_cases, read_corpus
from evals.floors import bm25_figures, vader_figures
from evals.items import read_items
from evals.measures import Figure
from evals.robust import languages, misspelt
from evals.suite import CORPUS_SUITES, SUITES, Files, run_suite
from retrieval.load import load_embedder

# Corpus and questions; chosen so that all of it takes some minutes on two cores.
SETS = dict.fromkeys(("kb-plausible", "wixqa-sample", "techqa-sample", "mtrag-un"), ("corpus.jsonl.gz", "queries.dev.jsonl"))
MISSPELT = ("kb-plausible", "wixqa-sample", "techqa-sample")
# Labelled lines, and what is learned from where a suite learns: (set, items, train). What was fitted on is left out of the figures;
# evals/fitting/injection.py and breakdown.py print those out of fold.
ITEMS = {
    "mood": [(name, "queries.dev.jsonl.gz", "") for name in ("airline-tweets", "tweeteval-sentiment", "tweeteval-emotion")],
    "injection": [("injection", "giskard.dev.jsonl", "")],
    "groundedness": [("attributionbench", "pairs.dev.jsonl.gz", "")],
    "handoff": [("uss", f"dialogs.dev.{part}.jsonl.gz", "") for part in ("SGD", "ReDial")],
    "routing": [("clinc150", "queries.dev.jsonl.gz", "queries.train.jsonl.gz")],
    "tools": [("bitext-cs", "queries.dev.jsonl", "")],
}


@dataclass(frozen=True)
class Planned:
    suite: str
    name: str
    corpus: Path | None = None
    queries: Path | None = None
    items: Path | None = None
    train: Path | None = None


def planned(data: Path, only: Sequence[str] = ()) -> list[Planned]:
    """only: suites and sets; none: all that this version has a suite for."""
    over = [Planned(suite, name, data / name / c, data / name / q) for name, (c, q) in SETS.items() for suite in CORPUS_SUITES]
    over += [
        Planned(suite, name, items=data / name / items, train=data / name / train if train else None)
        for suite, sets in ITEMS.items()
        if suite in SUITES
        for name, items, train in sets
    ]
    return [one for one in over if not only or one.suite in only or one.name in only]


def main(data: Path, only: Sequence[str]) -> None:
    settings = load_settings()
    set_up_log("warning")
    embedder = load_embedder(settings)
    with tempfile.TemporaryDirectory() as folder:
        for one in planned(data, only):
            files = Files(Path(folder) / "lines.jsonl", one.corpus, one.queries, one.items, one.train)
            file = (one.items or one.queries or data).name
            print(f"\n{one.suite} on {one.name} ({file}), embedder {embedder.name}", flush=True)
            floors = {figure.name: figure for figure in _floors(one)}
            for figure in run_suite(settings, embedder, one.suite, files):
                floor = floors.get(figure.name)
                print(f"{figure}{f'   floor {floor.value:.3f}' if floor else ''}", flush=True)
    for name in MISSPELT:
        if not only or {name, "misspelt"} & set(only):
            print(f"\nmisspelt questions on {name} (dev), embedder {embedder.name}", flush=True)
            _tell(misspelt(embedder, *(data / name / file for file in SETS[name])))
    if not only or "languages" in only:
        print(f"\nlanguages, a small base of our own, embedder {embedder.name}", flush=True)
        _tell(languages(embedder))


def _tell(figures: Sequence[Figure]) -> None:
    for figure in figures:
        print(figure, flush=True)


def _floors(one: Planned) -> list[Figure]:
    if one.corpus and one.queries and one.suite in ("retrieval", "answers"):
        return bm25_figures(read_corpus(one.corpus), read_cases(one.queries))
    return vader_figures(read_items(one.items)) if one.items and one.suite == "mood" else []


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
