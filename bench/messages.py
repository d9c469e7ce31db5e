"""Durable messages a second, each acknowledged after its fsync, against bare SQLite commits with FULL on the same disk: over HTTP into
conversations that wait for a person and into ones that the bot answers, and as the writer takes them."""

import asyncio
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import uvicorn
from live import Customer
from sqlalchemy import Connection

import api.schema  # noqa: F401  every table is known
from api.idempotency import RequestKey, once
from bench.company import serving
from bench.figure import Figure
from chat.contacts import add_visitor
from chat.conversation import open_conversation, post_message
from chat.inboxes import Inbox, create_inbox
from core.clock import now_ms
from core.database import Database
from core.ids import new_id
from core.scope import Actor, Scope, system_scope
from core.sqlite import SqliteStore
from core.tables import metadata, workspace
from core.wakes import Wakes

CLIENTS, EACH, COMMITS, ROUNDS = 48, 20, 600, 5
TEXT = "What is your return policy?" * 3


def measure(folder: Path) -> Iterator[Figure]:
    bare, ours, waiting, answered = [], [], [], []
    with _log(folder / "log.db") as (database, visitors), serving(folder / "messages", turn_workers="1") as (server, key):
        customers = [Customer(server, key) for _ in range(CLIENTS)]
        with_bot = [customer.open() for customer in customers]
        with_person = [customer.open() for customer in customers]
        for customer, conversation in zip(customers, with_person, strict=True):
            customer.ok(customer.http.post(f"/v1/conversations/{conversation}/handoff", json={}))
        with asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner:
            for number in range(ROUNDS):
                bare.append(_bare_commits(folder / f"bare{number}.db"))
                ours.append(runner.run(_through_the_writer(database, visitors)))
                waiting.append(runner.run(_over_http(server.url, customers, with_person, number)))
                answered.append(runner.run(_over_http(server.url, customers, with_bot, number)))
    for name, goal, rates, note in (
        ("durable messages over HTTP / bare FULL commits", 0.5, waiting, f"against {median(bare):.0f}/s; the client takes the second core"),
        ("the same while the bot answers each", None, answered, ""),
        ("the same units in the writer, without HTTP", None, ours, ""),
    ):
        ratio = median(a / b for a, b in zip(rates, bare, strict=True))
        yield Figure(name, round(ratio, 3), goal, "more", f"{median(rates):.0f}/s from {CLIENTS} at once; {note}".rstrip("; "))


def _bare_commits(path: Path) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT, at INTEGER)")
    started = time.perf_counter()
    for number in range(COMMITS):
        connection.execute("INSERT INTO message VALUES (?, ?, ?)", (number, TEXT, now_ms()))
    return COMMITS / (time.perf_counter() - started)


@contextmanager
def _log(path: Path) -> Iterator[tuple[Database, list[Scope]]]:
    """A log of its own, and visitors with one conversation each, of the same id as their contact."""
    database = Database(SqliteStore(path, Wakes()))
    metadata.create_all(database.store.engine)
    row = {"id": "wsp_bench", "name": "bench", "position": 0, "demo": False, "created_at": 1}
    database.write_now(lambda connection: connection.execute(workspace.insert().values(**row)))
    database.write_now(create_inbox, system_scope("wsp_bench", "bench"), Inbox("inb", "key", "Website"), 1)
    visitors = [Scope("wsp_bench", Actor("visitor", f"con_{n}", "", inbox="inb", contact=f"con_{n}")) for n in range(CLIENTS)]
    for visitor in visitors:
        database.write_now(add_visitor, "wsp_bench", "inb", visitor.actor.id, visitor.actor.id, "en", 1)
        database.write_now(open_conversation, visitor, visitor.actor.id, None, new_id("evt"), 1)
    try:
        yield database, visitors
    finally:
        database.close()


async def _through_the_writer(database: Database, visitors: list[Scope]) -> float:
    """The unit that the route runs, key and all."""

    async def one(visitor: Scope) -> None:
        for _ in range(EACH):
            await database.write(once, visitor, RequestKey(new_id("key"), "POST messages", "0" * 64), now_ms(), _message(visitor))

    started = time.perf_counter()
    await asyncio.gather(*(one(visitor) for visitor in visitors))
    return len(visitors) * EACH / (time.perf_counter() - started)


def _message(visitor: Scope):  # type: ignore[no-untyped-def]
    ids, at = (new_id("msg"), new_id("evt")), now_ms()

    def make(connection: Connection) -> dict[str, object]:
        event = post_message(connection, visitor, visitor.actor.id, {"text": TEXT, "client_id": ids[0], "page": None}, ids, at)
        return {"id": event.id, "seq": event.seq}

    return make


async def _over_http(url: str, customers: list[Customer], conversations: list[str], number: int) -> float:
    """Each customer on a bare connection: a client library would be slower than the server that is measured."""
    at = urlsplit(url)

    async def one(customer: Customer, conversation: str) -> None:
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        head = f"POST /v1/conversations/{conversation}/messages HTTP/1.1\r\nHost: {at.netloc}\r\nAuthorization: Bearer {customer.token}\r\n"
        for n in range(EACH):
            body = json.dumps({"text": f"hello {n}"})
            about = f"Idempotency-Key: {number}-{n}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(f"{head}{about}{body}".encode())
            answered = await reader.readuntil(b"\r\n\r\n")
            answer = await reader.readexactly(int(re.search(rb"content-length: (\d+)", answered, re.IGNORECASE)[1]))  # type: ignore[index]
            assert answered.startswith(b"HTTP/1.1 201"), answered + answer
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(one(customer, conversation) for customer, conversation in zip(customers, conversations, strict=True)))
    return CLIENTS * EACH / (time.perf_counter() - started)
