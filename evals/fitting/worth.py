"""Fits bot/weights/worth.json: python -m evals.fitting.worth ../shared/data [--write]

Every knowledge base is imported, split and searched by the code that serves customers. A sentence's share: how many of its words a person's
answer holds, each as often as there. Fitted on the differences within each question alone, so that the length of one set's answers or the
style of its articles does not become a rule. The token F1 printed is of answers by weights that have seen nothing of the set."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.embedded import compose, quoted
from bot.query import query_of
from bot.question import Question, Turn
from bot.windows import PASSAGES, Asked, ask, best_windows, candidates
from bot.worth import FEATURES, WEIGHTS, Worth
from evals.data import Case, read_cases
from evals.fitting.bases import FOLDER, WORKSPACE, opened
from evals.fitting.reading import write_weights
from evals.measures import mean_with_interval, token_f1, words_of
from evals.unseen import UNSEEN_WORTH, digest_of
from retrieval.minilm import MiniLM
from retrieval.query import Filters, Hit
from retrieval.search import Searcher, Sentences

BASES = ("kb-plausible", "clapnq", "wixqa-sample", "techqa-sample", "mtrag-un")
# Of the mean square of a feature; the plateau reaches from .003 to .1.
PENALTY = 0.03
COMMAND = "python -m evals.fitting.worth ../shared/data --write"
Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """rows: [n, len(FEATURES)] of all quotable sentences; shares and words: [n]."""

    base: str
    case: Case
    asked: Asked
    hits: Sequence[Hit]
    sentences: dict[int, Sentences]
    rows: Rows
    shares: Rows
    words: Rows


def main(data: Path, write: bool) -> None:
    embedder = MiniLM()
    examples = [example for base in BASES for example in examples_of(data, base, embedder)]
    for base in BASES:
        others = [example for example in examples if example.base != base]
        unseen = fit(others)
        scores = [token_f1(answer_of(example, unseen), example.case.answer) for example in examples if example.base == base]
        print(mean_with_interval(f"token F1, {base} unseen", scores))
        if write:
            left_out = {"left_out": base, "queries_sha256": digest_of(data / base / "queries.dev.jsonl")}
            write_weights(
                UNSEEN_WORTH / f"{base}.json", embedder, [one for one in BASES if one != base], COMMAND, left_out | stored(unseen)
            )
    if write:
        write_weights(WEIGHTS, embedder, BASES, COMMAND, stored(fit(examples)))


def examples_of(data: Path, base: str, embedder: MiniLM) -> Iterator[Example]:
    database = opened(data, base, embedder)
    searcher = Searcher(database, embedder, FOLDER / base / "index")
    searcher.wait_ready(WORKSPACE, 600)
    for case in read_cases(data / base / "queries.dev.jsonl"):
        if case.answer and case.answerable is not False:
            yield _example(searcher, base, case)
    searcher.close()
    database.close()


def _example(searcher: Searcher, base: str, case: Case) -> Example:
    filters = Filters(WORKSPACE)
    history = tuple(Turn("customer" if role == "customer" else "bot", text) for role, text in case.history)
    query = query_of(Question(case.text, filters, history))
    results = searcher.search(query, filters, 20)
    asked, sentences = ask(query, results), searcher.sentence_vectors([hit.passage for hit in results.hits[:PASSAGES]])
    found = candidates(asked, results.hits, sentences)
    gold = Counter(words_of(case.answer))
    pieces = [words_of(piece.shown) for one in found for piece in one.sheet.pieces]
    shares = np.array([(Counter(words) & gold).total() / max(1, len(words)) for words in pieces])
    rows = np.concatenate([np.zeros((0, len(FEATURES))), *(one.rows for one in found)])
    return Example(base, case, asked, results.hits, sentences, rows, shares, np.array([max(1, len(words)) for words in pieces], float))


def fit(examples: Sequence[Example]) -> Worth:
    """Ridge over deviations from each question's means; each base counts by the root of its size, a sentence by the root of its length."""
    sizes = Counter(example.base for example in examples)
    told = [example for example in examples if len(example.rows)]
    rows = np.concatenate([example.rows - example.rows.mean(axis=0) for example in told])
    shares = np.concatenate([example.shares - np.average(example.shares, weights=example.words) for example in told])
    weight = np.concatenate([np.sqrt(example.words) / len(example.words) / sizes[example.base] ** 0.5 for example in told])
    weight /= weight.mean()
    scale = np.maximum(rows.std(axis=0), 1e-6)
    scaled = rows / scale
    left = (scaled * weight[:, None]).T @ scaled + PENALTY * len(rows) * np.eye(len(FEATURES))
    return Worth(np.linalg.solve(left, (scaled * weight[:, None]).T @ shares) / scale)


def answer_of(example: Example, worth: Worth) -> str:
    return "".join(compose(quoted(example.asked, best_windows(example.asked, example.hits, example.sentences, worth)))[0])


def stored(worth: Worth) -> dict[str, dict[str, float]]:
    return {"weights": {name: round(float(weight), 5) for name, weight in zip(FEATURES, worth.weights, strict=True)}}


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--write" in sys.argv)
