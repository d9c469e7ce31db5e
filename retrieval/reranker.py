"""A second look at the first passages, by something slower than the ranking. None is taken unless the setting `reranker` names one."""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from retrieval.embeddings import embedded_text
from retrieval.fusion import min_max
from retrieval.query import Hit

# How many are looked at.
FIRST = 8
# A lead with which the first is left alone; and what the best of a second look gains on the worst, so that no such lead is ever turned.
SURE = 0.1

Look = Literal["reranked", "sure", "over_budget"]


class Reranker(ABC):
    """budget_s: wall clock of one second look, but for the passage that is read when it ends."""

    name: str

    def __init__(self, budget_s: float) -> None:
        self._budget_s = budget_s

    @abstractmethod
    def score(self, question: str, passage: str) -> float:
        """The higher, the better it answers; on any scale."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float] | None:
        """None: the time was up before all were read."""
        until = time.monotonic() + self._budget_s
        found: list[float] = []
        for passage in passages:
            if time.monotonic() >= until:
                return None
            found.append(self.score(question, passage))
        return found


def look_again(reranker: Reranker, question: str, hits: Sequence[Hit]) -> tuple[list[Hit], Look]:
    """The hits in their new order. The scores stay in their places: what is fitted over them knows of no second look."""
    if len(hits) < 2 or hits[0].score - hits[1].score >= SURE:
        return list(hits), "sure"
    first = hits[:FIRST]
    scores = reranker.scores(question, [embedded_text(hit.title, hit.heading, hit.text) for hit in first])
    if scores is None:
        return list(hits), "over_budget"
    gained = min_max(sorted(enumerate(scores), key=lambda pair: -pair[1]))
    order = sorted(range(len(first)), key=lambda at: -(first[at].score + SURE * gained[at]))
    again = [replace(first[at], score=first[rank].score, rank=rank) for rank, at in enumerate(order)]
    return [*again, *hits[FIRST:]], "reranked"
