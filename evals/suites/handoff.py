"""Handoff on dialogues: `{"id", "turns": [{"dissatisfied", "breakdown", "handoff"}]}`, each 0…1, one for each turn of the item."""

from collections.abc import Sequence
from pathlib import Path

from core.errors import Invalid
from core.settings import Settings
from evals.dialogues import judge_turns, turn_figures
from evals.items import Item, ItemSuite, Judge, Judged
from evals.measures import Figure
from retrieval.embedder import Embedder


def judge(settings: Settings, embedder: Embedder, train: Path | None) -> Judge:
    def one(item: Item) -> Judged:
        if not isinstance(item.get("turns"), list):
            raise Invalid(f"id {item['id']}: turns are missing")
        return {"turns": judge_turns(item, embedder)}

    return one


def figures(items: Sequence[Item], rows: Sequence[Judged]) -> list[Figure]:
    return turn_figures(items, rows)


SUITE = ItemSuite(judge, figures)
