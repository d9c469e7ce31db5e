"""Routing: `{"id", "label", "confidence": 0…1, "in_scope": bool}` per line. Learns from `--train`: `{id, text, intent, in_scope?}`.

label: the nearest intent, also of a line that belongs to none. Intent `oos` or `in_scope: false` marks what belongs to no intent.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import Invalid
from core.settings import Settings
from evals.items import Item, ItemSuite, Judge, Judged, read_items
from evals.measures import Figure, auroc_with_interval, mean_with_interval
from retrieval.embedder import Embedder

OOS = "oos"


def judge(settings: Settings, embedder: Embedder, train: Path | None) -> Judge:
    if train is None:
        raise Invalid("the suite routing needs --train: labelled lines with their intent")
    # scikit-learn takes a second to import, and only this suite learns.
    from evals.intents import Intents, Lines

    rows = read_items(train)
    texts, labels = [_text(row) for row in rows], [intent_of(row) for row in rows]
    intents = Intents(Lines(texts, labels, np.stack([embedder.vector(text) for text in texts])))

    def one(item: Item) -> Judged:
        found = intents.of(_text(item), embedder.vector(item["text"]))
        return {"label": found.label, "confidence": round(found.confidence, 4), "in_scope": found.in_scope}

    return one


def intent_of(row: Item) -> str:
    if not isinstance(row.get("intent"), str):
        raise Invalid(f"id {row['id']}: intent is missing")
    return OOS if row.get("in_scope") is False else str(row["intent"])


def _text(row: Item) -> str:
    if not isinstance(row.get("text"), str):
        raise Invalid(f"id {row['id']}: text is missing")
    return str(row["text"])


def figures(items: Sequence[Item], rows: Sequence[Judged]) -> list[Figure]:
    """Accuracy counts a line in scope that was turned away as wrong."""
    judged = [(intent_of(item), row) for item, row in zip(items, rows, strict=True) if "intent" in item]
    inside = [(intent, row) for intent, row in judged if intent != OOS]
    made = [
        mean_with_interval("accuracy", [float(intent == row["label"] and row["in_scope"]) for intent, row in inside]),
        mean_with_interval("accuracy, none turned away", [float(intent == row["label"]) for intent, row in inside]),
    ]
    outside = [row for intent, row in judged if intent == OOS]
    if outside:
        made.append(mean_with_interval("out of scope recall", [float(not row["in_scope"]) for row in outside]))
        scores = [1 - row["confidence"] for _, row in judged]
        made.append(auroc_with_interval("AUROC out of scope", scores, [intent == OOS for intent, _ in judged]))
    return made


SUITE = ItemSuite(judge, figures, learns=True)
