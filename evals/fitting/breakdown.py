"""Fits the breakdown head on DBDC3, and prints it out of fold: python -m evals.fitting.breakdown --data ../shared/data [--write]"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut

from evals.dialogues import alarm_figures, first_words, judge_turns
from evals.fitting.reading import lines, write_weights
from evals.fitting.vectors import CACHE, embedded
from evals.seen import SEEN, digest
from handoff.heads import WEIGHTS
from handoff.turns import Spoken, breakdown_cues, breakdown_vector
from retrieval.embedder import Embedder
from retrieval.minilm import MiniLM

Array = NDArray[Any]
COMMAND = "python -m evals.fitting.breakdown --data ../shared/data --write"
C = 0.03
FOLDS = 5


def read(embedder: Embedder, data: Path, cache: Path) -> tuple[Array, Array, Array, Array]:
    """(features, breakdown or not, dialogue, system) of each of the bot's turns that was judged."""
    dialogues = lines(data / "dbdc3/dialogs.dev.jsonl")
    texts = list(dict.fromkeys(turn["text"] for dialogue in dialogues for turn in dialogue["turns"]))
    vectors = dict(zip(texts, embedded(embedder, texts, cache), strict=True))
    rows, broken, which, systems = [], [], [], []
    for number, dialogue in enumerate(dialogues):
        turns = [Spoken("customer" if t["role"] == "user" else "bot", t["text"], vectors[t["text"]]) for t in dialogue["turns"]]
        for at, turn in enumerate(dialogue["turns"]):
            if turn["role"] == "agent" and "label" in turn:
                rows.append([*breakdown_vector(turns[:at], turns[at]), *breakdown_cues(turns[:at], turns[at])])
                broken.append(turn["label"] == "B")
                which.append(number)
                systems.append(dialogue["system"])
    return np.array(rows, np.float32), np.array(broken), np.array(which), np.array(systems)


def out_of_fold(x: Array, y: Array, folds: Any, groups: Array) -> Array:
    scores = np.zeros(len(y))
    for fit, held in folds.split(x, y, groups):
        scores[held] = LogisticRegression(C=C, max_iter=1000).fit(x[fit], y[fit]).decision_function(x[held])
    return scores


def fit(embedder: Embedder, data: Path, cache: Path, write: bool) -> None:
    x, y, which, systems = read(embedder, data, cache)
    by_dialogue = out_of_fold(x, y, GroupKFold(FOLDS), which)
    by_system = out_of_fold(x, y, LeaveOneGroupOut(), systems)
    print(f"DBDC3 dev, {len(y)} turns of the bot: AUROC(breakdown) {roc_auc_score(y, by_dialogue):.3f} on unseen dialogues")
    for system in sorted(set(systems)):
        here = systems == system
        print(f"  of {system}, by a head that saw none of its dialogues: {roc_auc_score(y[here], by_system[here]):.3f}")
    platt = LogisticRegression(C=1e6).fit(by_dialogue[:, None], y)
    model = LogisticRegression(C=C, max_iter=1000).fit(x, y)
    weights, width = np.round(model.coef_[0], 4), 2 * 384
    stored = {
        "on_vector": weights[:width].tolist(), "on_features": weights[width:].tolist(), "bias": round(float(model.intercept_[0]), 4),
        "slope": round(float(platt.coef_[0, 0]), 4), "shift": round(float(platt.intercept_[0]), 4),
    }  # fmt: skip
    tell_alarms(data, by_dialogue * platt.coef_[0, 0] + platt.intercept_[0], embedder)
    if write:
        write_weights(WEIGHTS / "breakdown.json", embedder, ["dbdc3"], COMMAND, {"heads": {"reply": stored}})
        dialogues = lines(data / "dbdc3/dialogs.dev.jsonl")
        SEEN["breakdown"].write_text("\n".join(sorted({digest(first_words(d)) for d in dialogues})) + "\n")


def tell_alarms(data: Path, logits: Array, embedder: Embedder) -> None:
    """With each dialogue's breakdowns as told by a head that did not see it."""
    told = iter(1 / (1 + np.exp(-logits)))
    dialogues = lines(data / "dbdc3/dialogs.dev.jsonl")
    judged = []
    for dialogue in dialogues:
        known = {at: next(told) for at, turn in enumerate(dialogue["turns"]) if turn["role"] == "agent" and "label" in turn}
        judged.append((dialogue["turns"], judge_turns(dialogue, embedder, known)))
    for figure in alarm_figures(judged):
        print(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--write", action="store_true", help="keep the weights")
    options = parser.parse_args()
    fit(MiniLM(), options.data, options.cache, options.write)


if __name__ == "__main__":
    main()
