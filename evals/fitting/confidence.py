"""Fits bot/weights/confidence.json: python -m evals.fitting.confidence ../shared/data [--write]

Every knowledge base is imported, split and searched by the code that serves customers. Right: the first citation is one of the question's
gold articles. Wrong: it is not; the gold articles taken out of the search (weight ¼: another article often holds the answer too); questions
marked unanswerable; questions of other bases (weight ¼). Each question also comes in a few words only (weight .15).
All figures printed are out of fold: "in domain" leaves out a fifth of the
questions (all variants of a question in one fold), "unseen base" leaves out the whole base, which is what a new tenant is."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import GroupKFold

from bot.confidence import WEIGHTS, features_of
from bot.windows import PASSAGES, ask, best_windows
from bot.words import content, words
from bot.worth import load_worth
from core.database import Database
from core.sqlite import SqliteStore
from core.tables import metadata
from core.tables import workspace as workspace_table
from core.wakes import Wakes
from evals.fitting.reading import lines, write_weights
from evals.unseen import FOLDER as UNSEEN
from evals.unseen import UNSEEN_WORTH, digest_of
from knowledge.split import split
from retrieval.minilm import MiniLM
from retrieval.passages import NewPassage, prepare, replace
from retrieval.query import Filters, Query, Results
from retrieval.search import Searcher
from retrieval.sentences import split_sentences

BASES = ("kb-plausible", "clapnq", "wixqa-sample", "techqa-sample", "mtrag-un", "kb-business-central")
# Sentences of these are embedded when a question needs them: all would take half an hour.
LARGE = frozenset({"kb-business-central"})
FOLDER = Path(tempfile.gettempdir()) / "warmline-fitting" / "bases"
WORKSPACE = "wsp_fitting"
QUESTIONS = 300
FOREIGN = 40
# Of the L2 norm; the plateau reaches from 30 to 200.
PENALTY = 100.0
EITHER_WAY = frozenset({"log_terms"})
COMMAND = "python -m evals.fitting.confidence ../shared/data --write"
# Below it nothing is answered; handoff asks a person below the same value.
FLOOR = 0.15


@dataclass(frozen=True)
class Example:
    base: str
    question: str
    kind: str
    features: dict[str, float]
    right: bool
    weight: float


def main(data: Path, write: bool) -> None:
    embedder = MiniLM()
    examples = [example for base in BASES for example in examples_of(data, base, embedder)]
    names = [name for name in sorted(examples[0].features) if name != "degraded"]
    lexical = [
        name
        for name in names
        if not name.startswith(("cosine", "sentence", "spread", "source_margin", "agreement", "overlap5", "window_cosine"))
    ]
    heads = {"full": fit(examples, names), "lexical": fit(examples, lexical)}
    probabilities = {}
    for label, unseen in (("in domain", False), ("unseen base", True)):
        probabilities[label] = out_of_fold(examples, names, unseen)
        figures(label, examples, probabilities[label])
    figures("unseen base, lexical head", examples, out_of_fold(examples, lexical, True))
    tell_floor(examples, probabilities["unseen base"])
    if write:
        write_weights(WEIGHTS, embedder, BASES, COMMAND, {"floor": FLOOR, "examples": len(examples), "heads": heads})
        write_unseen(data, examples, {"full": names, "lexical": lexical}, embedder)


def write_unseen(data: Path, examples: list[Example], heads: dict[str, list[str]], embedder: MiniLM) -> None:
    """For evals: for each base the heads that have seen nothing of it. heads: feature names by head."""
    for base, (train, _) in zip(BASES, unseen_folds(examples), strict=True):
        seen = [example for example, inside in zip(examples, train, strict=True) if inside]
        content = {
            "left_out": base,
            "queries_sha256": digest_of(data / base / "queries.dev.jsonl"),
            "floor": FLOOR,
            "examples": len(seen),
            "heads": {name: fit(seen, features) for name, features in heads.items()},
        }
        others = [one for one in BASES if one != base]
        write_weights(UNSEEN / f"{base}.json", embedder, others, COMMAND, content)


def examples_of(data: Path, base: str, embedder: MiniLM) -> Iterator[Example]:
    database = opened(data, base, embedder)
    searcher = Searcher(database, embedder, FOLDER / base / "index")
    searcher.sync(WORKSPACE)
    searcher.wait_ready(WORKSPACE, 600)
    articles = frozenset(row["id"] for row in lines(data / base / "corpus.jsonl"))
    for row in lines(data / base / "queries.dev.jsonl")[: QUESTIONS * 2]:
        gold = frozenset(row.get("relevant_ids") or ()) if row.get("answerable") is not False else frozenset()
        yield example(searcher, embedder, base, row, "asked", gold, None, 1.0)
        yield example(searcher, embedder, base, row | {"text": terse(row["text"])}, "terse", gold, None, 0.15)
        if gold:
            yield example(searcher, embedder, base, row, "gold removed", frozenset(), articles - gold, 0.25)
    for other in BASES:
        if other != base:
            for row in lines(data / other / "queries.dev.jsonl")[7::7][:FOREIGN]:
                yield example(searcher, embedder, base, row, "foreign", frozenset(), None, 0.25)
    searcher.close()
    database.close()


def terse(text: str) -> str:
    """As customers in a hurry put it: the question's longest one to three words, in their order."""
    spoken = [word for word in words(text) if content(word)]
    kept = sorted(spoken, key=len)[-1 - sum(map(ord, text)) % 3 :]
    return " ".join(word for word in spoken if word in kept) or text


def example(
    searcher: Searcher,
    embedder: MiniLM,
    base: str,
    row: dict[str, Any],
    kind: str,
    gold: frozenset[str],
    articles: frozenset[str] | None,
    weight: float,
) -> Example:
    history = tuple(turn["text"] for turn in row.get("history") or () if turn["role"] == "user")[-3:]
    query = Query(row["text"], history)
    results = searcher.search(query, Filters(WORKSPACE, articles), 20)
    asked = ask(query, results)
    worth = load_worth(UNSEEN_WORTH / f"{base}.json") if (UNSEEN_WORTH / f"{base}.json").exists() else None
    windows = best_windows(asked, results.hits, sentences_of(searcher, embedder, results), worth)
    right = bool(windows) and windows[0].hit.source in gold
    return Example(base, row["id"], kind, features_of(asked, results, windows), right, weight)


def sentences_of(searcher: Searcher, embedder: MiniLM, results: Results) -> dict[int, Any]:
    known = dict(searcher.sentence_vectors([hit.passage for hit in results.hits[:PASSAGES]]))
    for hit in results.hits[:PASSAGES]:
        spans = split_sentences(hit.text)
        if hit.passage not in known and spans:
            known[hit.passage] = (spans, np.stack([embedder.vector(hit.text[begin:end]) for begin, end in spans]))
    first = [known[hit.passage][1] for hit in results.hits[:3] if hit.passage in known]
    results.signals["sentence_top"] = max((float((rows @ results.vector).max()) for rows in first), default=0.0)
    return known


def opened(data: Path, base: str, embedder: MiniLM) -> Database:
    """The base's database, filled the first time."""
    folder = FOLDER / base
    fresh = not (folder / "done").exists()
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(SqliteStore(folder / "warmline.db", Wakes()))
    if fresh:
        print(f"importing {base} …", file=sys.stderr, flush=True)
        metadata.create_all(database.store.engine)
        row = {"id": WORKSPACE, "name": base, "position": 0, "demo": False, "created_at": 0}
        database.write_now(lambda connection: connection.execute(workspace_table.insert().values(row)))
        for article in lines(data / base / "corpus.jsonl"):
            title = article.get("title") or ""
            passages = [NewPassage(piece.text, title, piece.heading, article["id"]) for piece in split(title, article["text"])]
            prepared = prepare(embedder, lambda shas: set(), passages, with_sentences=base not in LARGE)
            database.write_now(replace, WORKSPACE, article["id"], prepared)
        (folder / "done").touch()
    return database


def matrix(examples: list[Example], names: list[str]) -> np.ndarray:
    return np.array([[example.features[name] for name in names] for example in examples])


def fit(examples: list[Example], names: list[str]) -> dict[str, Any]:
    """Logistic regression with an L2 penalty in which evidence never counts against an answer: without that bound, correlated signals got
    opposite signs that did not carry over to other bases."""
    rows, right, weight = matrix(examples, names), np.array([e.right for e in examples], float), weights_of(examples)
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    scaled = (rows - mean) / scale

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        logit = scaled @ theta[:-1] + theta[-1]
        off = weight * (1 / (1 + np.exp(-logit)) - right)
        value = np.sum(weight * (np.logaddexp(0, logit) - right * logit)) + PENALTY / 2 * np.sum(theta[:-1] ** 2)
        return float(value), np.append(scaled.T @ off + PENALTY * theta[:-1], off.sum())

    bounds = [(None, None) if name in EITHER_WAY else (0, None) for name in names] + [(None, None)]
    theta = minimize(loss, np.zeros(len(names) + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    columns = {"mean": mean, "scale": scale, "weights": theta[:-1]}
    return {
        "names": names,
        **{key: [round(float(v), 6) for v in column] for key, column in columns.items()},
        "bias": round(float(theta[-1]), 6),
    }


def weights_of(examples: list[Example]) -> np.ndarray:
    """Each base counts by the root of its size, so that the largest does not decide alone."""
    sizes = {base: sum(e.base == base for e in examples) for base in BASES}
    weight = np.array([e.weight / max(1, sizes[e.base]) ** 0.5 for e in examples])
    return weight / weight.mean()


def predicted(head: dict[str, Any], rows: np.ndarray) -> np.ndarray:
    logit = head["bias"] + ((rows - np.array(head["mean"])) / np.array(head["scale"])) @ np.array(head["weights"])
    return 1 / (1 + np.exp(-logit))


def out_of_fold(examples: list[Example], names: list[str], unseen: bool) -> np.ndarray:
    """A foreign question belongs to the fold of its own text and is never asked of a head that saw it."""
    rows, found = matrix(examples, names), np.full(len(examples), np.nan)
    if unseen:
        folds = unseen_folds(examples)
    else:
        folds = [
            (np.isin(range(len(rows)), train), np.isin(range(len(rows)), test))
            for train, test in GroupKFold(5).split(rows, groups=[e.question for e in examples])
        ]
    for train, test in folds:
        head = fit([e for e, inside in zip(examples, train, strict=True) if inside], names)
        found[test] = predicted(head, rows[test])
    return found


def unseen_folds(examples: list[Example]) -> list[tuple[np.ndarray, np.ndarray]]:
    """(examples to fit on, examples of the base) for each base."""
    bases, questions = np.array([e.base for e in examples]), np.array([e.question for e in examples])
    return [(~np.isin(questions, questions[bases == base]) & (bases != base), bases == base) for base in BASES]


def figures(label: str, examples: list[Example], found: np.ndarray) -> None:
    print(f"\n{label}: right or not, all variants | of the questions asked as they are | AUROC of answerable against …")
    measured = f"{'AUROC':>8}{'Brier':>8}{'ECE':>8} |"
    print(f"{'base':22}{'n':>6}{measured}{'n':>6}{'right':>7}{measured}{'removed':>9}{'unansw.':>9}{'foreign':>9}")
    for base in (*BASES, "all"):
        here = np.array([base in (e.base, "all") for e in examples])
        print(f"{base:22}" + _row(examples, found, here))


def _row(examples: list[Example], found: np.ndarray, here: np.ndarray) -> str:
    right = np.array([e.right for e in examples])
    asked = here & np.array([e.kind == "asked" for e in examples])
    parts = [f"{here.sum():6}{_measured(right[here], found[here])}"]
    parts.append(f"{asked.sum():6}{right[asked].mean():7.2f}{_measured(right[asked], found[asked])}")
    answerable = here & np.array([e.kind == "asked" and (e.base, e.question) in _with_gold(examples) for e in examples])
    for against in ("gold removed", "asked", "foreign"):
        other = here & ~answerable & np.array([e.kind == against for e in examples])
        chosen = answerable | other
        parts.append(" " + _auroc(answerable[chosen], found[chosen]))
    return "".join(parts)


def _measured(right: np.ndarray, found: np.ndarray) -> str:
    return f"{_auroc(right, found)}{brier_score_loss(right, found):8.3f}{ece(right, found):8.3f} |"


def _with_gold(examples: list[Example]) -> set[tuple[str, str]]:
    return {(e.base, e.question) for e in examples if e.kind == "gold removed"}


def _auroc(truth: np.ndarray, found: np.ndarray) -> str:
    return f"{roc_auc_score(truth, found):8.3f}" if 0 < truth.sum() < len(truth) else "       –"


def ece(truth: np.ndarray, found: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over bins of equal size."""
    order = np.argsort(found)
    return float(
        sum(len(part) * abs(truth[part].mean() - found[part].mean()) for part in np.array_split(order, bins) if len(part)) / len(found)
    )


def tell_floor(examples: list[Example], found: np.ndarray) -> None:
    right = np.array([e.right and e.kind in ("asked", "terse") for e in examples])
    foreign = np.array([e.kind == "foreign" for e in examples])
    lost, kept = (found[right] < FLOOR).mean(), (found[foreign] >= FLOOR).mean()
    print(f"floor {FLOOR}: {lost:.1%} of the right answers to unseen bases lie under it, {kept:.1%} of the foreign questions over it")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--write" in sys.argv)
