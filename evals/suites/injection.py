"""Injection: `{"id", "injection": 0…1}` per text. Items: `{id, text, injection: bool, source?}`."""

from collections.abc import Sequence
from pathlib import Path

from bot.injection import SUSPICIOUS, injection_in, readable
from core.errors import Invalid
from core.settings import Settings
from evals.items import Item, ItemSuite, Judge, Judged
from evals.measures import Figure, auroc_with_interval, mean_with_interval
from evals.seen import seen
from retrieval.embedder import Embedder


def judge(settings: Settings, embedder: Embedder, train: Path | None) -> Judge:
    usable = readable(embedder.model)

    def one(item: Item) -> Judged:
        if not isinstance(item.get("text"), str):
            raise Invalid(f"id {item['id']}: text is missing")
        text = item["text"]
        return {"injection": round(injection_in(text, embedder.vector(text) if usable else None), 4)}

    return one


def figures(items: Sequence[Item], rows: Sequence[Judged]) -> list[Figure]:
    """Of lines that the detector was not fitted on. Over-defence: harmless lines full of trigger words (NotInject)."""
    judged = [(item, row["injection"]) for item, row in zip(items, rows, strict=True) if "injection" in item]
    unseen = [(item, score) for item, score in judged if not seen("injection", item["text"])]
    made = [mean_with_interval("lines not seen in fitting", [float(not seen("injection", item["text"])) for item, _ in judged])]
    attacks = [float(score >= SUSPICIOUS) for item, score in unseen if item["injection"]]
    harmless = {True: [], False: []}  # type: dict[bool, list[float]]
    for item, score in unseen:
        if not item["injection"]:
            harmless["notinject" in str(item.get("source", "")).casefold()].append(float(score < SUSPICIOUS))
    parts = [("over-defence accuracy", harmless[True]), ("benign accuracy", harmless[False]), ("malicious recall", attacks)]
    made += [mean_with_interval(name, values) for name, values in parts if values]
    if attacks and (harmless[True] or harmless[False]):
        made.append(auroc_with_interval("AUROC injection", [score for _, score in unseen], [bool(item["injection"]) for item, _ in unseen]))
    return made


SUITE = ItemSuite(judge, figures)
