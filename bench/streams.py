"""What an open stream costs, and how long the loop stands still while a thousand of them are open."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2 as httpx
from live import Customer, Server

from bench.company import serving
from bench.figure import Figure

STREAMS, MESSAGES, PROBE_S = 1000, 10, 4


def measure(folder: Path) -> Iterator[Figure]:
    with serving(folder / "streams", streams_per_session=str(STREAMS)) as (server, key):
        customer = Customer(server, key)
        conversation = customer.open()
        pid = server.process.pid  # type: ignore[union-attr]
        before = _rss_kb(pid)
        opened, during, idle, busy = asyncio.run(_open_all(server, customer, conversation))
    yield Figure("KB per open stream", round((during - before) / opened, 1), None, "less", f"{opened} streams")
    note = "slowest GET /livez of a process of its own, one every 5 ms"
    yield Figure("longest stall with 1,000 idle streams, ms", idle, None, "less", note)
    yield Figure(
        "longest stall while 1,000 streams get events, ms", busy, None, "less", f"{MESSAGES} messages with their answers to all; {note}"
    )


async def _open_all(server: Server, customer: Customer, conversation: str) -> tuple[int, int, float, float]:
    """(streams that were open, RSS with them in kB, longest stall while nothing is said, and while all are told something)."""
    headers = {"Authorization": f"Bearer {customer.token}"}
    limits = httpx.Limits(max_connections=STREAMS + 50)
    up = 0
    closing = asyncio.Event()
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=120, limits=limits) as http:

        async def one() -> None:
            nonlocal up
            async with http.stream("GET", f"/v1/conversations/{conversation}/events") as response:
                lines = response.aiter_lines()
                await anext(lines)
                up += 1
                reading = asyncio.ensure_future(_read(lines))
                await closing.wait()
                reading.cancel()

        tasks = []
        for _ in range(STREAMS // 50):
            tasks += [asyncio.create_task(one()) for _ in range(50)]
            while up < len(tasks) and not any(task.done() for task in tasks):
                await asyncio.sleep(0.01)
        held = _rss_kb(server.process.pid)  # type: ignore[union-attr]
        idle = await _stall(server.url)
        probing = asyncio.ensure_future(_stall(server.url))
        for number in range(MESSAGES):
            answer = await http.post(
                f"/v1/conversations/{conversation}/messages",
                json={"text": f"What is your return policy? ({number})"},
                headers={"Idempotency-Key": f"m{number}"},
            )
            assert answer.status_code == 201, answer.text
            await asyncio.sleep(0.3)
        busy = await probing
        closing.set()
        await asyncio.gather(*tasks, return_exceptions=True)
    return up, held, idle, busy


async def _read(lines: AsyncIterator[str]) -> None:
    async for _ in lines:
        pass


async def _stall(url: str) -> float:
    """ms. In another process: here a thousand sockets keep the loop busy."""
    probe = await asyncio.create_subprocess_exec(sys.executable, "-c", _PROBE, url, str(PROBE_S), stdout=asyncio.subprocess.PIPE)
    out, _ = await probe.communicate()
    return float(out)


_PROBE = """
import sys, time, httpx2
end, slowest = time.perf_counter() + float(sys.argv[2]), 0.0
with httpx2.Client(base_url=sys.argv[1], timeout=60) as http:
    http.get("/livez")
    while time.perf_counter() < end:
        started = time.perf_counter()
        http.get("/livez")
        slowest = max(slowest, time.perf_counter() - started)
        time.sleep(0.005)
print(round(slowest * 1000, 1))
"""


def _rss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0
