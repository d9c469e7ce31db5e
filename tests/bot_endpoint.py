"""An OpenAI-compatible server on a loopback socket that behaves or misbehaves as told. Raw sockets: a framework would mend the faults."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.probe import ASKED

# RELIABILITY §3.8: what real servers, proxies and networks do.
FAULTS = (
    "error_500", "rate_limited", "hang", "slow_first_byte", "cut_clean", "cut_close", "html", "empty_choices", "drip", "garbage_json",
    "bad_utf8", "length", "content_filter", "unauthorized", "infinite", "empty_content", "refused", "finish_missing", "no_model_name",
    "bad_request",
)  # fmt: skip
HALF = "You can return anything you bought from Holm & Lark within 30 days of delivery"


@dataclass
class FakeEndpoint:
    """reply: the text for a request's messages, or a message as a dict (tool calls), for requests that want it whole. mode: "good" or one of FAULTS; choose: the mode of each request, by its last message.
    refuses: parameters it does not know; vague: it does not say which. tells: its usage. whole: it cannot stream.
    pause: seconds between pieces of a drip.
    keep_alive: a connection takes many requests, as with most real servers."""

    reply: Callable[[list[dict[str, str]]], Any] = lambda messages: "DECISION: answer\nHello."
    mode: str = "good"
    pause: float = 0.25
    model: str = "fake-model"
    choose: Callable[[str], str] | None = None
    refuses: tuple[str, ...] = ()
    vague: bool = False
    tells: bool = True
    whole: bool = False
    keep_alive: bool = False
    requests: list[dict[str, Any]] = field(default_factory=list)
    base_url: str = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeEndpoint"]:
        tasks: set[asyncio.Task[Any]] = set()

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task
            tasks.add(task)
            try:
                await self._handle(reader, writer)
                while self.keep_alive:
                    await self._handle(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        if self.mode == "refused":
            server.close()
            await server.wait_closed()
        try:
            yield self
        finally:
            server.close()
            for task in tasks:
                task.cancel()

    @property
    def _connection(self) -> str:
        return f"Connection: {'keep-alive' if self.keep_alive else 'close'}"

    @property
    def calls(self) -> int:
        """Questions put to the model; how often it was asked what it can do is `probes`."""
        return sum("messages" in request for request in self.requests) - self.probes

    @property
    def probes(self) -> int:
        return sum("messages" in request and request["messages"][-1]["content"] == ASKED for request in self.requests)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length")), 0)
        body = json.loads(await reader.readexactly(size)) if size else {}
        self.requests.append(body)
        if head.startswith("GET") and self.mode != "no_model_name":
            return await self._plain(writer, 200, json.dumps({"object": "list", "data": [{"id": self.model, "object": "model"}]}))
        if head.startswith("GET"):
            return await self._plain(writer, 200, '{"object": "list", "data": []}')
        refused = [name for name in self.refuses if name in body]
        if refused:
            said = "Bad request" if self.vague else f"Unsupported parameter: {refused[0]}"
            return await self._plain(writer, 400, json.dumps({"error": {"message": said}}))
        mode = self.choose(body["messages"][-1]["content"]) if self.choose else self.mode
        if mode in FAULTS:
            return await getattr(self, f"_{mode}")(writer)
        text = self.reply(body["messages"])
        if isinstance(text, dict):
            return await self._tools(writer, text)
        if self.whole and body.get("stream"):
            return await self._plain(writer, 400, '{"error": {"message": "this server cannot send pieces"}}')
        return await (self._whole(writer, text) if self.whole else self._good(writer, text))

    async def _plain(self, writer: asyncio.StreamWriter, status: int, text: str, kind: str = "application/json", extra: str = "") -> None:
        raw = text.encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\n{extra}{self._connection}\r\n\r\n".encode() + raw
        )
        await writer.drain()

    async def _open(self, writer: asyncio.StreamWriter, length: str = "Transfer-Encoding: chunked\r\n") -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{length}{self._connection}\r\n\r\n".encode())
        await writer.drain()

    async def _send(self, writer: asyncio.StreamWriter, raw: bytes) -> None:
        writer.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        await writer.drain()

    async def _end(self, writer: asyncio.StreamWriter) -> None:
        await self._send(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _good(self, writer: asyncio.StreamWriter, text: str, finish: str | None = "stop") -> None:
        await self._open(writer)
        for start in range(0, len(text), 7):
            await self._send(writer, chunk(text[start : start + 7]))
        if finish:
            await self._send(writer, chunk("", finish))
        if self.tells:
            await self._send(writer, usage(120, len(text) // 4))
        await self._end(writer)

    async def _whole(self, writer: asyncio.StreamWriter, text: str) -> None:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        made = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        if self.tells:
            made["usage"] = {"prompt_tokens": 120, "completion_tokens": len(text) // 4, "total_tokens": 120 + len(text) // 4}
        await self._plain(writer, 200, json.dumps(made))

    async def _tools(self, writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
        """A message of a reply's own making, such as tool calls."""
        finish = "tool_calls" if message.get("tool_calls") else "stop"
        choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": finish}
        made = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        made["usage"] = {"prompt_tokens": 200, "completion_tokens": 20, "total_tokens": 220}
        await self._plain(writer, 200, json.dumps(made))

    async def _bad_request(self, writer: asyncio.StreamWriter) -> None:
        await self._plain(writer, 400, '{"error": {"message": "the prompt is too long"}}')

    async def _error_500(self, writer: asyncio.StreamWriter) -> None:
        await self._plain(writer, 500, '{"error": {"message": "boom"}}')

    async def _rate_limited(self, writer: asyncio.StreamWriter) -> None:
        await self._plain(writer, 429, '{"error": {"message": "slow down"}}', extra="Retry-After: 30\r\n")

    async def _unauthorized(self, writer: asyncio.StreamWriter) -> None:
        await self._plain(writer, 401, '{"error": {"message": "bad key"}}')

    async def _hang(self, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async def _slow_first_byte(self, writer: asyncio.StreamWriter) -> None:
        await self._open(writer)
        await asyncio.Event().wait()

    async def _cut_clean(self, writer: asyncio.StreamWriter) -> None:
        await self._open(writer)
        await self._send(writer, chunk("DECISION: answer\n" + HALF))
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _cut_close(self, writer: asyncio.StreamWriter) -> None:
        await self._open(writer, "")
        writer.write(chunk("DECISION: answer\n" + HALF))
        await writer.drain()

    async def _html(self, writer: asyncio.StreamWriter) -> None:
        await self._plain(writer, 200, "<html><h1>Bad gateway</h1></html>", "text/html")

    async def _empty_choices(self, writer: asyncio.StreamWriter) -> None:
        await self._open(writer)
        await self._send(writer, b'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[]}\n\n')
        await self._end(writer)

    async def _empty_content(self, writer: asyncio.StreamWriter) -> None:
        await self._good(writer, "")

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        await self._open(writer)
        for word in ("DECISION: answer\n" + HALF + ". ").split(" ") * 40:
            await self._send(writer, chunk(word + " "))
            await asyncio.sleep(self.pause)

    async def _infinite(self, writer: asyncio.StreamWriter) -> None:
        await self._open(writer)
        while True:
            await self._send(writer, chunk(HALF + ". "))
            await asyncio.sleep(0)

    async def _garbage_json(self, writer: asyncio.StreamWriter) -> None:
        await self._open(writer)
        await self._send(writer, b"data: {not json at all\n\n")
        await self._end(writer)

    async def _bad_utf8(self, writer: asyncio.StreamWriter) -> None:
        await self._open(writer)
        await self._send(writer, chunk("DECISION: answer\n") + b'data: {"choices":[{"index":0,"delta":{"content":"\xff\xfe\xfa"}}]}\n\n')
        await self._end(writer)

    async def _length(self, writer: asyncio.StreamWriter) -> None:
        await self._good(writer, "DECISION: answer\n" + HALF, "length")

    async def _content_filter(self, writer: asyncio.StreamWriter) -> None:
        await self._good(writer, "DECISION: answer\n" + HALF, "content_filter")

    async def _finish_missing(self, writer: asyncio.StreamWriter) -> None:
        await self._good(writer, "DECISION: answer\n" + HALF + ".", None)


def chunk(text: str, finish: str | None = None) -> bytes:
    delta = {"content": text} if text else {}
    return _event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def calls(*named: tuple[str, Any]) -> dict[str, Any]:
    """A model's message that calls tools: (name, arguments; text goes as it is)."""
    made = [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": name, "arguments": given if isinstance(given, str) else json.dumps(given)},
        }
        for number, (name, given) in enumerate(named)
    ]
    return {"tool_calls": made}


def usage(prompt: int, completion: int) -> bytes:
    return _event({"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}})


def _event(fields: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", **fields}).encode() + b"\n\n"
