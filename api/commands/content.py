"""`warmline import` and `warmline ask`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Connection

from api.answer_view import answer_view
from api.commands.opened import Opened, opened
from bot.build import build_answerer
from bot.confidence import load_confidence
from bot.outcome import citations_of
from bot.question import Question
from bot.tuned import Tuned
from chat.inboxes import Inbox, change_inbox, inbox_by_key, list_inboxes
from core.clock import SystemClock
from core.errors import Misconfigured, Unavailable
from core.scope import Scope
from handoff.scoring import mood_of
from knowledge.folder import collection_named
from knowledge.folder import import_path as import_into
from people.budget import ModelBudget
from retrieval.load import load_embedder, load_reranker
from retrieval.search import Filters, Searcher


def import_path(path: Path, collection: str, publish: bool) -> None:
    """Ends with status 1 when a file failed."""
    console = Console(highlight=False, soft_wrap=True)
    with opened("import") as here:
        embedder = load_embedder(here.settings)
        place = collection_named(here.database, here.scope, collection)
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True)
        ) as bars:
            task = bars.add_task(f"importing {path.name}", total=None)
            job, files = import_into(
                here.database,
                embedder,
                here.scope,
                path,
                place,
                publish,
                lambda done, total, _: bars.update(task, completed=done, total=total),
            )
        for file in files:
            if file.state == "failed" or file.reason:
                console.print(f"{file.name}: {file.state}: {file.reason}", markup=False)
        states = [file.state for file in files]
        counted = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
        console.print(f"{len(files)} files: {counted}" + (f"; {job.error}" if job.error else ""), markup=False)
        for inbox in here.database.write_now(_let_read, here.scope, place):
            console.print(f"The bot of the inbox {inbox.name} now reads {collection}.", markup=False)
    if job.state != "done" or "failed" in states:
        sys.exit(1)


def _let_read(connection: Connection, scope: Scope, collection: str) -> list[Inbox]:
    """A collection that no inbox reads would never be answered from: the inboxes that read nothing yet read it from now on."""
    inboxes = list_inboxes(connection, scope)
    if any(collection in inbox.collections for inbox in inboxes):
        return []
    empty = [inbox for inbox in inboxes if not inbox.collections] or inboxes[:1]
    return [change_inbox(connection, scope, inbox.id, {"collections": (*inbox.collections, collection)}) for inbox in empty]


def ask(question: str, inbox_key: str, as_json_line: bool) -> None:
    with opened("ask") as here:
        shown = asyncio.run(_ask(here, question, inbox_key))
    if as_json_line:
        print(json.dumps(shown, ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(shown["text"], markup=False)
    if shown["citations"]:
        table = Table("", "article", "address", box=None)
        for citation in shown["citations"]:
            table.add_row(f"[{citation['n']}]".replace("[", "\\["), citation["title"], citation["url"])
        console.print(table)
    console.print(f"{shown['action']} · confidence {shown['confidence']:.2f} · mood {shown['sentiment']:+.2f}", style="dim")


async def _ask(here: Opened, question: str, inbox_key: str) -> dict[str, Any]:
    embedder = load_embedder(here.settings)
    searcher = Searcher(here.database, embedder, here.settings.data / "index")
    try:
        searcher.reranker = load_reranker(here.settings, embedder)
        inbox = _inbox(here, inbox_key)
        if not searcher.wait_ready(here.scope.workspace):
            raise Unavailable("the index is being rebuilt; try again in a moment")
        asked = Question(question, Filters(here.scope.workspace, frozenset(inbox.collections)), language=inbox.language)
        purse = ModelBudget.of(here.settings, here.database, SystemClock()).purse(here.scope)
        answer = await build_answerer(here.settings, searcher, Tuned(here.database, load_confidence())).answer(
            asked, lambda piece: None, purse=purse
        )
        if answer.decision.get("fallback") == "budget_spent":
            print("warmline: the model's tokens for today are spent (WARMLINE_LLM_TOKENS_PER_DAY); answered without it", file=sys.stderr)
        cited = here.database.read_now(citations_of, here.scope.workspace, answer.citations)
        return answer_view(answer, cited, mood_of(question, embedder))
    finally:
        searcher.close()


def _inbox(here: Opened, key: str) -> Inbox:
    if key:
        found: Inbox = here.database.read_now(inbox_by_key, key)
        return found
    inboxes: list[Inbox] = here.database.read_now(list_inboxes, here.scope)
    if not inboxes:
        raise Misconfigured("there is no inbox yet; run: warmline init")
    return inboxes[0]
