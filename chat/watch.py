"""Commits of other processes become wake-ups of this one: reads which conversations moved and wakes whoever waits for them."""

from collections.abc import AsyncIterator

from sqlalchemy import Connection, select

from chat.tables import event
from core.database import Database
from core.log import log
from core.tables import workspace as workspace_table

PAGE = 1000


async def watch(database: Database) -> None:
    """Ends by cancellation."""
    hints: AsyncIterator[None] = database.store.hints()
    async for _ in hints:
        try:
            topics = await database.read(_news, dict(database.wakes.positions))
        except Exception:
            log.error("watch_failed", exc_info=True)
            continue
        for workspace, position in topics.pop("positions"):
            database.wakes.saw(workspace, position)
        database.wakes.wake(*topics["topics"])


def _news(connection: Connection, known: dict[str, int]) -> dict[str, list]:  # type: ignore[type-arg]
    """Over all workspaces: what has been committed beyond the positions that this process knows of."""
    positions, topics = [], []
    for row in connection.execute(select(workspace_table.c.id, workspace_table.c.position)):
        since = known.get(row.id)
        if row.position <= (since or 0):
            continue
        positions.append((row.id, row.position))
        if since is not None:
            query = select(event.c.conversation).where(event.c.workspace == row.id, event.c.position > since).distinct().limit(PAGE)
            topics += [f"conversation {id}" for id in connection.execute(query).scalars()]
        topics += ["events", f"workspace {row.id}"]
    return {"positions": positions, "topics": topics}
