"""Durable messages a second over HTTP, each acknowledged after its fsync, against bare SQLite commits with FULL on the same disk."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
from live import Customer

from bench.company import serving
from bench.figure import Figure
from core.clock import now_ms

CLIENTS, EACH, COMMITS, ROUNDS = 48, 20, 600, 3


def measure(folder: Path) -> Iterator[Figure]:
    with serving(folder / "messages", turn_workers="1") as (server, key):
        customers = [Customer(server, key) for _ in range(CLIENTS)]
        conversations = [customer.open() for customer in customers]
        ours, bare = [], []
        for number in range(ROUNDS):
            bare.append(_bare_commits(folder / f"bare{number}.db"))
            ours.append(asyncio.run(_over_http(server.url, customers, conversations, number)))
    ratio = sorted(a / b for a, b in zip(ours, bare, strict=True))[ROUNDS // 2]
    note = f"{sorted(ours)[ROUNDS // 2]:.0f}/s over HTTP with turns running, {sorted(bare)[ROUNDS // 2]:.0f}/s bare"
    yield Figure("durable messages / bare FULL commits", round(ratio, 3), 0.5, "more", note)


def _bare_commits(path: Path) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT, at INTEGER)")
    started = time.perf_counter()
    for number in range(COMMITS):
        connection.execute("INSERT INTO message VALUES (?, ?, ?)", (number, "What is your return policy?" * 3, now_ms()))
    return COMMITS / (time.perf_counter() - started)


async def _over_http(url: str, customers: list[Customer], conversations: list[str], number: int) -> float:
    async def one(http: httpx.AsyncClient, customer: Customer, conversation: str) -> None:
        for n in range(EACH):
            headers = {"Authorization": f"Bearer {customer.token}", "Idempotency-Key": f"{number}-{n}"}
            # A person has the conversation after the first round of questions; the log is what is measured.
            answer = await http.post(f"{url}/v1/conversations/{conversation}/messages", json={"text": f"hello {n}"}, headers=headers)
            assert answer.status_code == 201, answer.text

    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=CLIENTS)) as http:
        started = time.perf_counter()
        await asyncio.gather(*(one(http, customer, conversation) for customer, conversation in zip(customers, conversations, strict=True)))
        return CLIENTS * EACH / (time.perf_counter() - started)
