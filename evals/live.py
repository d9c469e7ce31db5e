"""A run over the live knowledge base and an imported data set: a durable job, a line at a time, taken up again where it broke off."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bot.build import build_answerer
from bot.confidence import load_confidence
from bot.tuned import Tuned
from chat.inboxes import Inbox, find_inbox
from core.clock import SystemClock
from core.jobs import JobContext, job_kind
from core.scope import Scope
from evals.data import Case, case_of
from evals.items import Judge
from evals.kept_runs import KIND, LiveRun, done_lines, is_cancelled, keep_header, keep_line, lines_of, read_run
from evals.made_with import digest, made_with
from evals.measures import Figure, retrieval_figures
from evals.runs import Asking, answer_figures, article_ranks
from evals.saved import figure_as_json
from evals.sets import read_set, rows_of
from evals.suite import ITEM_SUITES
from knowledge.tables import article
from people.budget import ModelBudget
from retrieval.search import Filters, Query, Searcher

_BEAT_S = 0.5
HIT_AT = 3


@dataclass(frozen=True)
class Made:
    """What came of one item. is_right: of the answer, also of one that was withheld; None where the item does not say."""

    line: dict[str, Any]
    trace: dict[str, Any] | None = None
    is_right: bool | None = None


class LiveRunner:
    """Blocking; one job."""

    def __init__(self, context: JobContext) -> None:
        self.context, self.scope = context, context.scope
        self.run: LiveRun = context.database.read_now(read_run, self.scope, context.job)
        self.searcher: Searcher = context.part("searcher")
        self.settings = context.part("settings")
        inbox: Inbox | None = context.database.read_now(find_inbox, self.scope, self.run.inbox) if self.run.inbox else None
        self.filters = Filters(self.scope.workspace, frozenset(inbox.collections) if inbox else None)
        # Its own: a model's connections belong to one event loop, and this job has one for itself.
        answerer = build_answerer(self.settings, self.searcher, Tuned(context.database, load_confidence()))
        purse = ModelBudget.of(self.settings, context.database, SystemClock()).purse(self.scope)
        self.asking = Asking(answerer, self.searcher.embedder, purse, self.filters, inbox.language if inbox else "en")

    def work(self) -> None:
        items = list(self.context.database.read_now(rows_of, self.scope, self.run.data_set))
        done = self.context.database.read_now(done_lines, self.scope, self.run.id)
        if self.run.header is None:
            self._keep(header=self._header())
        self.context.progress(len(done), len(items))
        if not self._make(items, done):
            return
        self._finish(items)

    def _make(self, items: Sequence[dict[str, Any]], done: set[int]) -> bool:
        """False when it was cancelled."""
        judge = None if self.run.suite in ("retrieval", "answers") else self._judge()
        beat = time.monotonic()
        with asyncio.Runner() as loop:
            for number, item in enumerate(items, 1):
                if number in done:
                    continue
                if self.context.database.read_now(is_cancelled, self.scope, self.run.id):
                    return False
                made = judged(judge, item) if judge else loop.run(self._ask(item))
                values = {"number": number, "item": str(item["id"])[:200], "asked": item, "is_right": made.is_right}
                values |= {"line": made.line, "trace": made.trace}
                self.context.database.write_now(keep_line, self.scope, self.run.id, values, background=True)
                if time.monotonic() - beat > _BEAT_S:
                    beat = time.monotonic()
                    self.context.progress(number, len(items))
        return True

    def _finish(self, items: Sequence[dict[str, Any]]) -> None:
        rows = self.context.database.read_now(lines_of, self.scope, self.run.id)
        figures = [figure_as_json(one) for one in self._figures(items, [row.line for row in rows])]
        header = dict(self.context.database.read_now(read_run, self.scope, self.run.id).header or {})
        now = self._knowledge()
        header["changed_meanwhile"] = now["sha256"] != header["knowledge"]["sha256"]
        self._keep(header=header, figures=figures)
        self.context.progress(len(items), len(items))

    def _figures(self, items: Sequence[dict[str, Any]], lines: Sequence[dict[str, Any]]) -> list[Figure]:
        if self.run.suite not in ("retrieval", "answers"):
            return ITEM_SUITES[self.run.suite].figures(items, lines)
        cases = [case_of(item) for item in items]
        if self.run.suite == "answers":
            return answer_figures(cases, lines)
        return retrieval_figures(cases, {line["id"]: [(one["id"], one["score"]) for one in line["ranked"]] for line in lines})

    async def _ask(self, item: Mapping[str, Any]) -> Made:
        case = case_of(item)
        if self.run.suite == "retrieval":
            return await asyncio.to_thread(self._rank, case)
        line, answer = await self.asking.answer(case)
        passages = answer.decision.get("passages") or []
        # What was withheld would have been quoted from the first passage.
        cited = line["citations"] or [one["source"].partition(":")[2] for one in passages[:1]]
        return Made(line, answer.decision, _right(case, cited))

    def _rank(self, case: Case) -> Made:
        asked = tuple(text for role, text in case.history if role == "customer")
        results = self.searcher.search(Query(case.text, asked), self.filters, 100)
        ranked = article_ranks(results.hits)
        names = ("passage", "source", "title", "heading", "score", "cosine", "lexical")
        passages = [{name: _plain(getattr(hit, name)) for name in names} for hit in results.hits[:10]]
        line = {"id": case.id, "ranked": [{"id": one, "score": round(score, 6)} for one, score in ranked]}
        return Made(line, {"passages": passages, "signals": results.signals}, _right(case, [one for one, _ in ranked[:HIT_AT]]))

    def _judge(self) -> Judge:
        return ITEM_SUITES[self.run.suite].judge(self.settings, self.searcher.embedder, None)

    def _header(self) -> dict[str, Any]:
        asked = self.context.database.read_now(read_set, self.scope, self.run.data_set)
        data = {"set": {"name": asked.name, "sha256": asked.sha256, "items": asked.items}}
        return {"data": data, "made_with": made_with(self.settings, self.searcher.embedder), "knowledge": self._knowledge()}

    def _knowledge(self) -> dict[str, Any]:
        known: dict[str, Any] = self.context.database.read_now(knowledge_of, self.scope)
        return known

    def _keep(self, **values: Any) -> None:
        self.context.database.write_now(keep_header, self.scope, self.run.id, **values)


@job_kind(KIND)
def run_evaluation(context: JobContext) -> None:
    LiveRunner(context).work()


def knowledge_of(connection: Connection, scope: Scope) -> dict[str, Any]:
    """Which revision of which article is published: {articles, revisions, sha256}. revisions: of up to 500 articles, by id."""
    query = select(article.c.id, article.c.published).where(article.c.workspace == scope.workspace, article.c.published.is_not(None))
    rows = {row.id: row.published for row in connection.execute(query.where(article.c.archived_at.is_(None)).order_by(article.c.id))}
    return {"articles": len(rows), "sha256": digest(rows), "revisions": rows if len(rows) <= 500 else {}}


def judged(judge: Judge, item: Mapping[str, Any]) -> Made:
    began = time.perf_counter()
    line = {"id": item["id"], **judge(item)}
    return Made({**line, "timings": {"total_ms": round((time.perf_counter() - began) * 1000, 2)}})


def _right(case: Case, cited: Sequence[str]) -> bool | None:
    if case.answerable is False:
        return False
    return bool(set(case.relevant) & set(cited)) if case.relevant else None


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if value != value else round(value, 4)
    return list(value) if isinstance(value, tuple) else value
