"""A company's order API on a loopback socket, which behaves or misbehaves as told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot_house import SERVER_SECRET, House, Talk
from cast import NOW, person

from bot.tools.order_source import OrderSource, keep_source
from core.scope import Scope, Signed
from people.sealed import seal

SECRET = "shop-secret-of-some-length"
JONAS = {
    "number": "HL-10482", "email": "jonas.weber@example.com", "customer": "jonas", "status": "shipped", "status_text": "On its way.",
    "placed": "2025-12-29", "shipped": "2025-12-30T08:00:00Z", "expected": "2026-01-02", "delivered": None, "carrier": "Nordpost",
    "tracking": "NP448120937DE", "items": [{"name": "Fjell Trail Shoe", "quantity": 1}],
}  # fmt: skip
PRIYA = {"number": "HL-10491", "email": "priya.nair@example.com", "customer": "priya", "status": "packing", "placed": "2026-01-01"}
FAULTS = ("error", "refused", "html", "not_json", "wrong_shape", "number_for_text", "endless", "redirect", "deep", "hang")


@dataclass
class ShopApi:
    """filters: whether it heeds what is asked; one that does not tells everybody everything. mode: "good" or one of FAULTS."""

    orders: list[dict[str, Any]] = field(default_factory=lambda: [JONAS, PRIYA])
    filters: bool = True
    mode: str = "good"
    asked: list[dict[str, str]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    url: str = ""
    # So many are answered together, when the last of them has asked.
    hold: int = 0
    full: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["ShopApi"]:
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/orders"
        if self.mode == "refused":
            server.close()
        try:
            yield self
        finally:
            server.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            await self._answer(head, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(head.split()[1]).query).items()}
        self.asked.append(query)
        self.secrets += [line.partition(":")[2].strip() for line in head.split("\r\n") if line.lower().startswith("authorization")]
        if self.mode == "hang":
            await asyncio.Event().wait()
        if len(self.asked) >= self.hold:
            self.full.set()
        await self.full.wait()
        status, body = 200, json.dumps({"orders": self._found(query)})
        extra = ""
        match self.mode:
            case "error":
                status, body = 500, "boom"
            case "html":
                body = "<html>Sign in</html>"
            case "not_json":
                body = '{"orders": ['
            case "wrong_shape":
                body = '{"orders": {"number": "HL-10482"}}'
            case "number_for_text":
                body = '{"orders": [{"number": 10482, "status": ["shipped"]}]}'
            case "endless":
                body = json.dumps({"orders": [], "more": "x" * 600_000})
            case "redirect":
                status, extra = 302, "Location: http://169.254.169.254/latest\r\n"
            case "deep":
                body = "[" * 100_000
        raw = body.encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}\r\n{extra}Connection: close\r\n\r\n".encode()
            + raw
        )
        await writer.drain()

    def _found(self, query: dict[str, str]) -> list[dict[str, Any]]:
        if not self.filters:
            return self.orders
        if "customer" in query:
            mine = [order for order in self.orders if order.get("customer") == query["customer"]]
        else:
            mine = [order for order in self.orders if order["email"] == query.get("email")]
        return [order for order in mine if not query.get("number") or order["number"].endswith(query["number"].upper())]


def connect(house: House, api: ShopApi) -> None:
    source = OrderSource(house.inbox.id, api.url, seal(SERVER_SECRET, SECRET))
    house.database.write_now(keep_source, person("Setup", "admin"), source, NOW)


async def talks(house: House, talk: Talk, *lines: str) -> list[str]:
    """The bot's answers, one by one."""
    said = []
    for line in lines:
        before = len(talk.replies)
        talk.says(line)
        await house.work(house.turns())
        said += [reply.body["text"] for reply in talk.replies[before:]]
    return said


def signed_in(talk: Talk, sub: str, email: str = "") -> Talk:
    actor = talk.who.actor
    talk.who = Scope(talk.who.workspace, type(actor)(**{**actor.__dict__, "signed": Signed(sub, email)}))
    return talk
