"""Mood: `{"id", "sentiment": -1…1, "anger": 0…1}` per message. Items: `{id, text, label? | angry?}`.

A dialogue (`turns` instead of `text`) has the mood of its customer's last message, and `turns` as the suite handoff judges them."""

from collections.abc import Sequence
from pathlib import Path

from core.errors import Invalid
from core.settings import Settings
from evals.dialogues import judge_turns, turn_figures
from evals.items import Item, ItemSuite, Judge, Judged
from evals.measures import Figure, auroc_with_interval
from handoff.scoring import mood_of
from retrieval.embedder import Embedder


def judge(settings: Settings, embedder: Embedder, train: Path | None) -> Judge:
    def one(item: Item) -> Judged:
        if isinstance(item.get("turns"), list):
            judged = judge_turns(item, embedder)
            said = [turn["text"] for turn in item["turns"] if turn["role"] in ("user", "customer")]
            return {**_mood(said[-1] if said else "", embedder), "turns": judged}
        if not isinstance(item.get("text"), str):
            raise Invalid(f"id {item['id']}: text is missing")
        return _mood(item["text"], embedder)

    return one


def _mood(text: str, embedder: Embedder) -> dict[str, float]:
    mood = mood_of(text, embedder)
    return {"sentiment": round(mood.score, 4), "anger": round(mood.anger or 0.0, 4)}


def figures(items: Sequence[Item], rows: Sequence[Judged]) -> list[Figure]:
    made = turn_figures(items, rows) if items and all("turns" in item for item in items) else []
    labelled = [(item["label"], row) for item, row in zip(items, rows, strict=True) if "label" in item]
    if {"negative"} < {label for label, _ in labelled}:
        scores = [-row["sentiment"] for _, row in labelled]
        made.append(auroc_with_interval("AUROC negative", scores, [label == "negative" for label, _ in labelled]))
    angry = [(bool(item.get("angry", item.get("label") == "anger")), row["anger"]) for item, row in zip(items, rows, strict=True)]
    if len({label for label, _ in angry}) == 2:
        made.append(auroc_with_interval("AUROC anger", [score for _, score in angry], [label for label, _ in angry]))
    return made


SUITE = ItemSuite(judge, figures)
