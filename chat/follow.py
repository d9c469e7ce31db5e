"""The follower loop: reads the log by position and writes what is derived from it in the transaction that moves its cursor."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from chat.events import Event
from chat.log import read_workspace
from core.database import Database, insert
from core.log import log
from core.tables import follower
from core.tables import workspace as workspace_table

PAGE = 100
# Each event runs these, once per follower.
_WORKSPACES = select(workspace_table.c.id)
_here = (follower.c.workspace == bindparam("of_workspace"), follower.c.name == bindparam("of_name"))
_CURSOR = select(follower.c.position).where(*_here)
_LOCKED = _CURSOR.with_for_update()
_MOVE = update(follower).where(*_here)
# After a wake: what comes in a burst is read at once, and the turn that the same event woke goes first.
SETTLE_S = 0.03
POLL_S, RETRY_S = 30.0, 1.0
Prepare = Callable[[str, Sequence[Event]], Awaitable[Any]]
Handle = Callable[[Connection, str, Sequence[Event], Any], None]


async def nothing_to_prepare(workspace: str, events: Sequence[Event]) -> None:
    """For a follower that needs no model call or other slow work before its unit."""


class Follower:
    """handle(connection, workspace, events, prepared) runs in the unit that moves the cursor; prepare runs before it, outside."""

    def __init__(self, database: Database, name: str, handle: Handle, prepare: Prepare = nothing_to_prepare) -> None:
        self.database, self.name, self.handle, self.prepare = database, name, handle, prepare

    async def run(self) -> None:
        with self.database.wakes.subscribe("events") as woken:
            while True:
                try:
                    while await self.step():
                        pass
                    await woken.wait(POLL_S)
                    await asyncio.sleep(SETTLE_S)
                except Exception:
                    log.error("follower_failed", follower=self.name, exc_info=True)
                    await asyncio.sleep(RETRY_S)

    async def step(self) -> bool:
        """One page of each workspace that has news; False when there was none."""
        moved = False
        for workspace in await self.database.read(_workspaces):
            cursor, events = await self.database.read(self._news, workspace)
            if events:
                prepared = await self.prepare(workspace, events)
                await self.database.write(self._move, workspace, cursor, events, prepared)
                moved = True
        return moved

    def _news(self, connection: Connection, workspace: str) -> tuple[int, list[Event]]:
        cursor = _cursor(connection, workspace, self.name)
        return cursor, read_workspace(connection, workspace, cursor, PAGE)

    def _move(self, connection: Connection, workspace: str, cursor: int, events: Sequence[Event], prepared: Any) -> None:
        if not cursor:
            # Made first and then locked: on Postgres two processes that both read no cursor would otherwise both handle the page.
            first = insert(connection, follower).values(workspace=workspace, name=self.name, position=0)
            connection.execute(first.on_conflict_do_nothing(index_elements=["workspace", "name"]))
        here = {"of_workspace": workspace, "of_name": self.name}
        if connection.execute(_LOCKED, here).scalar_one() != cursor:
            return  # another process was faster
        self.handle(connection, workspace, events, prepared)
        connection.execute(_MOVE, here | {"position": events[-1].position})


def _workspaces(connection: Connection) -> list[str]:
    return list(connection.execute(_WORKSPACES).scalars())


def _cursor(connection: Connection, workspace: str, name: str) -> int:
    return connection.execute(_CURSOR, {"of_workspace": workspace, "of_name": name}).scalar_one_or_none() or 0
