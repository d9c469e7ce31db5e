"""The two suites: `retrieval` ranks articles, `answers` gives whole answers. One JSON line per question, then a table."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.answer import Answer, Answerer, Question, Turn
from core.errors import Unavailable
from evals.bench_index import FILTERS, Bench, article_of
from evals.data import Case
from evals.measures import Figure, auroc_with_interval, mean_with_interval, ratio_with_interval, retrieval_figures, token_f1
from handoff.scoring import mood_of
from handoff.signals import ANSWERED
from people.budget import Purse
from retrieval.embedder import Embedder
from retrieval.search import Filters, Hit, Query

RANKED = 20
# Passages searched for: several of one article may come before the twentieth article.
DEPTH = 100
Progress = Callable[[int, int], None]


def run_retrieval(bench: Bench, cases: Sequence[Case], out: Path, progress: Progress) -> list[Figure]:
    ranked: dict[str, list[tuple[str, float]]] = {}
    with out.open("w", encoding="utf-8") as lines:
        for done, case in enumerate(cases, 1):
            ranked[case.id] = rank(bench, case)
            row = {"id": case.id, "ranked": [{"id": article, "score": round(value, 6)} for article, value in ranked[case.id]]}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            progress(done, len(cases))
    return retrieval_figures(cases, ranked)


def rank(bench: Bench, case: Case) -> list[tuple[str, float]]:
    asked = tuple(text for role, text in case.history if role == "customer")
    return article_ranks(bench.searcher.search(Query(case.text, asked), FILTERS, DEPTH).hits)


def article_ranks(hits: Sequence[Hit]) -> list[tuple[str, float]]:
    """Articles by their best passage."""
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(article_of(hit.source), hit.score)
    return list(best.items())[:RANKED]


class BudgetSpent(Unavailable):
    """Answers with and without the model in one run would say nothing about either."""


@dataclass(frozen=True)
class Asking:
    """purse: what the model may cost."""

    answerer: Answerer
    embedder: Embedder
    purse: Purse | None = None
    filters: Filters = FILTERS
    language: str = "en"

    async def answer(self, case: Case) -> tuple[dict[str, Any], Answer]:
        """(its line, the answer). Raises BudgetSpent."""
        started = time.perf_counter()
        turns = tuple(Turn("customer" if role == "customer" else "bot", text) for role, text in case.history)
        question = Question(case.text, self.filters, turns, language=self.language)
        answer = await self.answerer.answer(question, lambda piece: None, purse=self.purse)
        if answer.decision.get("fallback") == "budget_spent":
            raise BudgetSpent(
                f"stopped before {case.id}: the model's tokens are spent; WARMLINE_LLM_TOKENS_PER_DAY bounds a run too (0: no bound)"
            )
        took = round((time.perf_counter() - started) * 1000, 1)
        sentiment = mood_of(case.text, self.embedder)
        cited = list(dict.fromkeys(article_of(citation.source) for citation in answer.citations))
        timings = {**answer.decision.get("timings", {}), "total_ms": took}
        line = {
            "id": case.id, "action": answer.action, "text": answer.text, "citations": cited,
            "confidence": round(answer.confidence, 4), "sentiment": round(sentiment.score, 3), "timings": timings,
        }  # fmt: skip
        return line, answer


def run_answers(asking: Asking, cases: Sequence[Case], out: Path, progress: Progress) -> list[Figure]:
    """Raises BudgetSpent; the lines before it are written."""
    return answer_figures(cases, runner().run(_answer_all(asking, cases, out, progress)))


@cache
def runner() -> asyncio.Runner:
    """One event loop for as long as the process lives: LangChain keeps connections to the model for all runs, and they belong to a loop."""
    return asyncio.Runner()


async def _answer_all(asking: Asking, cases: Sequence[Case], out: Path, progress: Progress) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with out.open("w", encoding="utf-8") as lines:
        for done, case in enumerate(cases, 1):
            rows.append((await asking.answer(case))[0])
            lines.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
            progress(done, len(cases))
    return rows


def answer_figures(cases: Sequence[Case], rows: Sequence[dict[str, Any]]) -> list[Figure]:
    answered = [float(row["action"] in ANSWERED) for row in rows]
    figures = [mean_with_interval("answered", answered)]
    golden = [(case, row) for case, row in zip(cases, rows, strict=True) if case.answer and case.answerable is not False]
    figures.append(mean_with_interval("token F1 to the gold answer", [token_f1(row["text"], case.answer) for case, row in golden]))
    judged = [(case, row) for case, row in zip(cases, rows, strict=True) if case.relevant]
    right = [float(row["action"] in ANSWERED and bool(set(case.relevant) & set(row["citations"]))) for case, row in judged]
    figures.append(ratio_with_interval("cites a relevant article", [(right, [float(row["action"] in ANSWERED) for _, row in judged])]))
    labelled = [(case.answerable, row["confidence"]) for case, row in zip(cases, rows, strict=True) if case.answerable is not None]
    if len({label for label, _ in labelled}) == 2:
        confidences, answerable = [confidence for _, confidence in labelled], [bool(label) for label, _ in labelled]
        figures.append(auroc_with_interval("AUROC answerable", confidences, answerable))
    return figures
