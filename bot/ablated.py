"""Questions of which the answer is known without asking anybody: an article's own headings, with the article there and with it taken away.

What search finds once the article is gone is what a missing article looks like in this very knowledge base."""

from collections.abc import Callable

from sqlalchemy import Connection, func, select

from bot.fit import Example
from bot.look import look
from core.database import Database
from core.scope import Scope
from knowledge.trial import Trial
from retrieval.search import Filters, Query, Searcher
from retrieval.tables import passage

ARTICLES = 150
MIN_WORDS, MAX_WORDS = 2, 14
Progress = Callable[[int, int], None]


def examples_of_articles(
    searcher: Searcher, database: Database, scope: Scope, progress: Progress = lambda done, total: None
) -> list[Example]:
    """Two for each of at most ARTICLES articles. Blocking: some 20 ms an article."""
    asked = database.read_now(headings_of, scope.workspace)
    searcher.wait_ready(scope.workspace)
    examples: list[Example] = []
    for done, (source, heading) in enumerate(asked):
        progress(done, len(asked))
        # Both through the same searcher, whose word weights are a mean: else the way of searching would tell them apart.
        examples += [example for gone in ("", source) if (example := _example(Trial(searcher, gone, ()), scope, heading, source))]
    return examples


def headings_of(connection: Connection, workspace: str) -> list[tuple[str, str]]:
    """(source, a heading or the title) of published articles, spread evenly over them."""
    first = (
        select(func.min(passage.c.id)).where(passage.c.workspace == workspace, passage.c.audience == "public").group_by(passage.c.source)
    )
    mine = (passage.c.workspace == workspace) & passage.c.id.in_(first)
    rows = connection.execute(select(passage.c.source, passage.c.title, passage.c.heading).where(mine).order_by(passage.c.id)).all()
    fitting = [
        (row.source, text) for row in rows if MIN_WORDS <= len((text := row.heading[-1] if row.heading else row.title).split()) <= MAX_WORDS
    ]
    step = max(1, len(fitting) // ARTICLES)
    return fitting[::step][:ARTICLES]


def _example(searcher: Trial, scope: Scope, heading: str, source: str) -> Example | None:
    looked = look(searcher, Query(heading), Filters(scope.workspace))
    if looked.results.degraded or not looked.results.hits:
        return None
    return Example(looked.features, bool(looked.windows) and looked.windows[0].hit.source == source)
