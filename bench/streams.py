"""What an open stream costs, and how long the loop stands still while a thousand of them are open."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
from live import Customer

from bench.company import serving
from bench.figure import Figure

STREAMS = 1000


def measure(folder: Path) -> Iterator[Figure]:
    with serving(folder / "streams", streams_per_session=str(STREAMS)) as (server, key):
        customer = Customer(server, key)
        conversation = customer.open()
        pid = server.process.pid  # type: ignore[union-attr]
        before = _rss_kb(pid)
        opened, during, stall = asyncio.run(_open_all(server.url, customer.token, conversation, pid))
    yield Figure("KB per open stream", round((during - before) / opened, 1), None, "less", f"{opened} streams")
    yield Figure("longest stall with 1,000 streams, ms", round(stall, 1), None, "less", "slowest of 200 GET /livez, one every 10 ms")


async def _open_all(url: str, token: str, conversation: str, pid: int) -> tuple[int, int, float]:
    headers = {"Authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=STREAMS + 50)
    up = 0
    closing = asyncio.Event()
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=120, limits=limits) as http:

        async def one() -> None:
            nonlocal up
            async with http.stream("GET", f"/v1/conversations/{conversation}/events") as response:
                lines = response.aiter_lines()
                await anext(lines)
                up += 1
                await closing.wait()

        tasks = []
        for _ in range(STREAMS // 50):
            tasks += [asyncio.create_task(one()) for _ in range(50)]
            while up < len(tasks) and not any(task.done() for task in tasks):
                await asyncio.sleep(0.01)
        held = _rss_kb(pid)
        slowest = 0.0
        for _ in range(200):
            started = time.perf_counter()
            await http.get("/livez")
            slowest = max(slowest, (time.perf_counter() - started) * 1000)
            await asyncio.sleep(0.01)
        closing.set()
        await asyncio.gather(*tasks, return_exceptions=True)
    return up, held, slowest


def _rss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0
