"""Fits retrieval/weights/ranking.json: python -m evals.fitting.retrieval --data ../shared/data [--write]

Every base is imported and searched by the code that serves customers; what a search considers is put in order by a listwise softmax with
an L2 penalty, weights not below 0. Each base counts by the root of its size. All figures printed are of weights that saw nothing of the
base they are printed for, the penalty included (nested: it is chosen among the other bases, each left out in turn).

Columns: words alone (the floor: BM25 over title and text), the two legs fused half and half, the ranking; then the paired difference of
the last two with its 95 % interval (bootstrap over the questions)."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sqlalchemy import Connection, select

from evals.data import Case, read_cases
from evals.fitting.bases import BASES, FOLDER, WORKSPACE, opened
from evals.fitting.reading import write_weights
from evals.measures import mean_with_interval
from evals.unseen import UNSEEN_RANKING, digest_of
from retrieval.minilm import MiniLM
from retrieval.query import Filters, Query
from retrieval.question import leans
from retrieval.ranking import FEATURES, WEIGHTS
from retrieval.search import Considered, Searcher
from retrieval.tables import passage

COMMAND = "python -m evals.fitting.retrieval --data ../shared/data --write"
PENALTIES = (0.001, 0.003, 0.01)
# Without cosines, whose scale is the model's own.
HEADS = {"full": FEATURES, "other": tuple(name for name in FEATURES if name != "cosine")}
Weights = NDArray[np.float64]
Measure = Callable[[list[str], Case], float]


@dataclass(frozen=True)
class Asked:
    """One judged question. sources: of each candidate; words, fused: the order of articles by words alone and by both legs."""

    case: Case
    leaning: bool
    sources: tuple[str, ...]
    features: NDArray[np.float64]
    words: list[str]
    fused: list[str]


def main(data: Path, write: bool) -> None:
    embedder = MiniLM()
    bases = {base: asked_of(data, base, embedder) for base in BASES}
    without = {base: heads_of([rows for name, rows in bases.items() if name != base]) for base in BASES}
    for head in HEADS:
        print(f"\nhead {head}: nDCG@10 | hit@3, each base by weights fitted without it")
        columns = f"{'words':>8}{'fused':>8}{'ranked':>8}  difference"
        print(f"{'base':22}{'n':>5}{columns:50}|{columns}")
        for base, asked in bases.items():
            for name, part in parts_of(base, asked):
                print(f"{name:22}{len(part):5}" + "  |".join(row(part, without[base][head], measure) for measure in (ndcg, hit3)))
    if write:
        everything = list(bases.values())
        write_weights(WEIGHTS, embedder, BASES, COMMAND, {"questions": sum(map(len, everything)), "heads": as_json(heads_of(everything))})
        for base in BASES:
            content = {"left_out": base, "queries_sha256": digest_of(data / base / "queries.dev.jsonl"), "heads": as_json(without[base])}
            write_weights(UNSEEN_RANKING / f"{base}.json", embedder, [one for one in BASES if one != base], COMMAND, content)


def heads_of(bases: list[list[Asked]]) -> dict[str, Weights]:
    return {head: fit(bases, head, chosen_penalty(bases, head)) for head in HEADS}


def parts_of(base: str, asked: list[Asked]) -> list[tuple[str, list[Asked]]]:
    """Follow-ups apart from first questions."""
    later = [one for one in asked if one.case.history]
    return (
        [(f"{base}, follow-ups", later), (f"{base}, first", [one for one in asked if not one.case.history])] if later else [(base, asked)]
    )


def asked_of(data: Path, base: str, embedder: MiniLM) -> list[Asked]:
    database = opened(data, base, embedder)
    searcher = Searcher(database, embedder, FOLDER / base / "index")
    searcher.wait_ready(WORKSPACE, 600)
    sources: dict[int, str] = database.read_now(sources_of)
    found = []
    for case in read_cases(data / base / "queries.dev.jsonl"):
        if case.relevant:
            history = tuple(text for role, text in case.history if role == "customer")
            query = Query(case.text, history)
            found.append(asked(case, leans(query), searcher.consider(query, Filters(WORKSPACE)), sources))
    searcher.close()
    database.close()
    return found


def sources_of(connection: Connection) -> dict[int, str]:
    query = select(passage.c.id, passage.c.source).where(passage.c.workspace == WORKSPACE)
    return {row.id: row.source for row in connection.execute(query)}


def asked(case: Case, leaning: bool, seen: Considered, sources: dict[int, str]) -> Asked:
    words, fused = ([sources[one] for one, _ in scored] for scored in (seen.lexical, seen.fused))
    return Asked(case, leaning, tuple(one.source for one in seen.candidates), seen.features, unique(words), unique(fused))


def unique(sources: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(sources))


def fit(bases: list[list[Asked]], head: str, penalty: float) -> Weights:
    """Over FEATURES; 0 for those that the head lacks. Loss: minus the log of the relevant passages' share in the sum of exp(score)."""
    columns = [FEATURES.index(name) for name in HEADS[head]]
    judged = [(one, relevant(one), len(base) ** -0.5) for base in bases for one in base if not one.leaning]
    judged = [(one, right, share) for one, right, share in judged if right.any() and not right.all()]
    rows = np.concatenate([one.features[:, columns] for one, _, _ in judged])
    rights = np.concatenate([right for _, right, _ in judged]).astype(float)
    sizes = [len(right) for _, right, _ in judged]
    starts, group = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(sizes)), sizes)
    share = np.array([share for _, _, share in judged])
    share /= share.sum()
    scale = rows.std(axis=0) + 1e-9
    scaled = rows / scale

    def loss(theta: Weights) -> tuple[float, Weights]:
        score = scaled @ theta
        odds = np.exp(score - np.maximum.reduceat(score, starts)[group])
        whole, right = np.add.reduceat(odds, starts), np.add.reduceat(odds * rights, starts) + 1e-300
        value = float(share @ (np.log(whole) - np.log(right)) + penalty * theta @ theta)
        slope = (odds / whole[group] - odds * rights / right[group]) * share[group]
        return value, scaled.T @ slope + 2 * penalty * theta

    start = np.full(len(columns), 0.5)
    theta = minimize(loss, start, jac=True, bounds=[(0, None)] * len(columns), method="L-BFGS-B").x / scale
    weights = np.zeros(len(FEATURES))
    weights[columns] = theta / theta.sum()
    return weights


def relevant(one: Asked) -> NDArray[np.bool_]:
    return np.isin(one.sources, one.case.relevant)


def chosen_penalty(bases: list[list[Asked]], head: str) -> float:
    """The one with the best nDCG@10, mean over the bases, each by weights fitted without it."""

    def reached(penalty: float) -> float:
        means = []
        for at, base in enumerate(bases):
            weights = fit([*bases[:at], *bases[at + 1 :]], head, penalty)
            means.append(np.mean([ndcg(order(one, weights), one.case) for one in base]))
        return float(np.mean(means))

    return max(PENALTIES, key=reached)


def order(one: Asked, weights: Weights) -> list[str]:
    """Articles: the ranked ones, below them the rest as fused, as Searcher.search does."""
    if one.leaning:
        return one.fused
    best = np.argsort(-(one.features @ weights), kind="stable")
    return unique([*(one.sources[at] for at in best), *one.fused])


def ndcg(ranked: list[str], case: Case) -> float:
    """At 10, gains 0 and 1 (Järvelin & Kekäläinen 2002)."""
    gains = [1 / np.log2(place + 2) for place, source in enumerate(ranked[:10]) if source in case.relevant]
    return float(sum(gains) / sum(1 / np.log2(place + 2) for place in range(min(10, len(case.relevant)))))


def hit3(ranked: list[str], case: Case) -> float:
    return float(bool(set(ranked[:3]) & set(case.relevant)))


def row(part: list[Asked], weights: Weights, measure: Measure) -> str:
    words, fused, ranked = (
        np.array([measure(of(one), one.case) for one in part])
        for of in (lambda one: one.words, lambda one: one.fused, lambda one: order(one, weights))
    )
    gained = mean_with_interval("gained", list(ranked - fused))
    shown = f"{gained.value:+.3f} [{gained.low:+.3f}, {gained.high:+.3f}]"
    return f"{words.mean():8.3f}{fused.mean():8.3f}{ranked.mean():8.3f}  {shown}"


def as_json(heads: dict[str, Weights]) -> dict[str, dict[str, float]]:
    return {head: {name: round(float(one), 4) for name, one in zip(FEATURES, weights, strict=True)} for head, weights in heads.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="fits the ranking of search results")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    main(options.data, options.write)
