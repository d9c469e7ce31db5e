"""What runs beside the requests for as long as the process does. A task that ends by an error is started again, loudly."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

from core.log import log

RESTART_S = 1.0
# A task that failed within this time counts as stopped: by then it has failed again, or works.
DOUBT_S = 10.0
Work = Callable[[], Awaitable[None]]


class Background:
    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed_at: dict[str, float] = {}

    def start(self, name: str, work: Work) -> None:
        self._tasks[name] = asyncio.get_running_loop().create_task(self._keep_up(name, work), name=name)

    def stopped(self) -> list[str]:
        doubted = time.monotonic() - DOUBT_S
        return [name for name, task in self._tasks.items() if task.done() or self._failed_at.get(name, -math.inf) > doubted]

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _keep_up(self, name: str, work: Work) -> None:
        while True:
            try:
                await work()
            except Exception:
                log.error("background_failed", task=name, exc_info=True)
                self._failed_at[name] = time.monotonic()
            await asyncio.sleep(RESTART_S)
