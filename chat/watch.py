"""Commits of other processes become wake-ups of this one: reads which conversations moved and wakes whoever waits for them."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from chat.tables import event
from core.database import Database
from core.log import log
from core.tables import workspace as workspace_table
from core.wakes import Wakes

PAGE = 1000


@dataclass
class News:
    """cursors: how far each workspace has been looked at. everything: more moved than is worth telling apart."""

    cursors: dict[str, int] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)
    everything: bool = False


async def watch(database: Database) -> None:
    """Ends by cancellation."""
    # A cursor of its own: moved by this process' commits, it would jump over an earlier one of another process.
    cursors: dict[str, int] = {}
    async for _ in database.store.hints():
        try:
            news: News = await database.read(_look, database.wakes, cursors)
        except Exception:
            log.error("watch_failed", exc_info=True)
            continue
        cursors = news.cursors
        for workspace, position in cursors.items():
            database.wakes.forget_own(workspace, position)
        if news.everything:
            database.wakes.wake_all()
        else:
            database.wakes.wake(*news.topics)


def _look(connection: Connection, wakes: Wakes, cursors: dict[str, int]) -> News:
    """Over all workspaces: what other processes have committed beyond the cursors."""
    news = News()
    for row in connection.execute(select(workspace_table.c.id, workspace_table.c.position)):
        news.cursors[row.id] = row.position
        since = cursors.get(row.id)
        if since is None or row.position - since > PAGE:
            news.everything = True
        elif row.position > since and not wakes.all_own(row.id, since, row.position):
            query = select(event.c.position, event.c.conversation).where(event.c.workspace == row.id, event.c.position > since)
            moved = {one.conversation for one in connection.execute(query) if not wakes.all_own(row.id, one.position - 1, one.position)}
            if moved:
                news.topics |= {"events", f"workspace {row.id}", *(f"conversation {id}" for id in moved)}
    return news
