"""A confidence of one's own from a file of labelled questions, as a workspace learns one from what is said of its answers; and whether it
is worth having."""

from dataclasses import dataclass
from pathlib import Path

from bot.confidence import load_confidence
from bot.refit import AT_LEAST, Fitted, refit
from core.errors import Invalid
from evals.bench_index import throw_away
from evals.data import read_cases, read_corpus
from evals.measures import Figure
from evals.suite import Bar, no_bar
from evals.suites.confidence import ask_all, calibrated, kept_to
from evals.unseen import unseen_confidence, unseen_worth
from retrieval.embedder import Embedder


@dataclass(frozen=True)
class Calibrated:
    """shipped, own: out of fold, over the same questions."""

    fitted: Fitted
    shipped: list[Figure]
    own: list[Figure]


def calibrate(embedder: Embedder, corpus: Path, queries: Path, limit: int = 0, bar: Bar = no_bar) -> Calibrated:
    """The articles go into a throw-away index. Raises Invalid where too few questions say what they should find."""
    articles, cases = read_corpus(corpus), read_cases(queries, limit)
    by, shipped = unseen_confidence(queries) or load_confidence(), load_confidence()
    with throw_away(articles, embedder, True, bar("indexing")) as bench:
        labels = ask_all(bench, by, unseen_worth(queries), cases, bar("asking")).labels
    if len(labels) < AT_LEAST:
        raise Invalid(f"{queries.name}: {len(labels)} questions have relevant_ids or answerable: false; at least {AT_LEAST} are needed")
    fitted = refit(labels, [], by, embedder.model)
    before = [(label.confidence, label.right) for label in labels]
    return Calibrated(fitted, [*calibrated(before), *kept_to(shipped, before)], calibrated(fitted.out_of_fold))
