"""What runs beside the requests for as long as the process does. A task that ends by an error is started again, loudly."""

import asyncio
from collections.abc import Awaitable, Callable

from core.log import log

RESTART_S = 1.0
Work = Callable[[], Awaitable[None]]


class Background:
    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, work: Work) -> None:
        self._tasks[name] = asyncio.get_running_loop().create_task(self._keep_up(name, work), name=name)

    def dead(self) -> list[str]:
        return [name for name, task in self._tasks.items() if task.done()]

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
            await asyncio.sleep(RESTART_S)
