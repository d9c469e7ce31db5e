"""Keeps offers in step with the queue and the team: computed anew on every wake, so nothing is remembered and nothing is lost."""

import asyncio

from sqlalchemy import Connection, select

from chat.follow import SETTLE_S
from core.clock import Clock
from core.database import Database
from core.ids import new_id
from core.log import log
from core.settings import Settings
from core.tables import workspace as workspace_table
from handoff.routing import offer_waiting, unplaced

POLL_S = 5.0


class Router:
    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self.database, self.settings, self.clock = database, settings, clock

    async def run(self) -> None:
        with self.database.wakes.subscribe("events", "presence") as woken:
            while True:
                try:
                    await self.step()
                except Exception:
                    log.error("routing_failed", exc_info=True)
                    await asyncio.sleep(1)
                # Also by the clock: a presence that lapses wakes nobody.
                await woken.wait(POLL_S)
                await asyncio.sleep(SETTLE_S)

    async def step(self) -> None:
        for workspace, count in await self.database.read(_work):
            ids = [new_id("evt") for _ in range(count)]
            await self.database.write(offer_waiting, workspace, self.settings.agent_capacity, ids, self.clock.now())


def _work(connection: Connection) -> list[tuple[str, int]]:
    """(workspace, conversations without a reachable taker), over all workspaces."""
    counted = [(id, unplaced(connection, id)) for id in connection.execute(select(workspace_table.c.id)).scalars()]
    return [(id, count) for id, count in counted if count]
