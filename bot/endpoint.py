"""One OpenAI-compatible server. A call ends with a finished text or a ModelFailure, within its limits, whatever the server does."""

import asyncio
import inspect
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any

import openai
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI

from bot.breaker import Breaker
from bot.call import Limits, Meter, ModelFailure, Usage
from bot.probe import Abilities, probe
from bot.prompt import Message
from core.log import log
from core.mask import mask

# These tell nothing about the endpoint's health.
_NOT_ITS_FAULT = frozenset({"deadline", "length", "content_filter", "too_long", "out_of_calls", "budget_spent", "breaker_open"})
_MESSAGES: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


class Endpoint:
    """base_url as in http://localhost:11434/v1; model: empty takes the first that the server lists. extra: further fields of a request,
    under the server's own names, such as {"repeat_penalty": 1.1} for a small model on llama.cpp."""

    def __init__(
        self,
        base_url: str,
        api_key: str = "",
        model: str = "",
        limits: Limits | None = None,
        breaker: Breaker | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.base_url, self._key, self._wanted, self._extra = base_url, api_key or "none", model, dict(extra or {})
        self.limits = limits or Limits()
        self.breaker = breaker or Breaker()
        self._abilities: Abilities | None = None
        self._probing: asyncio.Task[None] | None = None

    async def abilities(self, usage: Usage) -> Abilities:
        """Probed once and remembered until a call fails; whoever comes meanwhile waits for the same probe. Raises ModelFailure."""
        while self._abilities is None:
            probing, mine = self._probing, False
            if probing is None or probing.done():
                probing, mine = asyncio.get_running_loop().create_task(self._watched(self._probe(usage))), True
                # Fetched although nobody may wait for it any more.
                probing.add_done_callback(lambda task: task.cancelled() or task.exception())
                self._probing = probing
            try:
                await asyncio.shield(probing)
            except ModelFailure as failure:
                # That another asker had spent what they may says nothing about us.
                if mine or failure.kind not in ("budget_spent", "out_of_calls"):
                    raise
        return self._abilities

    async def stream(
        self,
        messages: Sequence[Message],
        abilities: Abilities,
        usage: Usage,
        on_piece: Callable[[str], None],
        patience_s: float | None = None,
    ) -> None:
        """Hands each piece of text to on_piece; returns only when the server said that the text is finished. Raises ModelFailure.
        patience_s: for the whole call; that a server needs longer is not held against it."""
        output = self.limits.output_tokens if abilities.limit else self.limits.output_chars // 2
        meter = Meter([len(message.text.encode()) for message in messages], output)
        said: dict[str, Any] = {"text": "", "failure": None}
        usage.said.append(said)

        def take(piece: str) -> None:
            said["text"] += piece
            on_piece(piece)

        try:
            async with self._counted(usage, meter):
                await self._watched(self._stream(messages, abilities, (usage, meter), take), patience_s)
        except ModelFailure as failure:
            said["failure"] = failure.kind
            raise

    async def metered(self, usage: Usage, meter: Meter, call: Awaitable[Any]) -> Any:
        """One call of somebody else's making, as those of our own: counted, paid for, under the breaker. Raises ModelFailure."""
        try:
            async with self._counted(usage, meter):
                return await self._watched(call)
        finally:
            if inspect.iscoroutine(call):
                # It may never have begun.
                call.close()

    @asynccontextmanager
    async def _counted(self, usage: Usage, meter: Meter) -> AsyncIterator[None]:
        if self.breaker.open:
            raise ModelFailure("breaker_open", self.base_url)
        usage.count(self.limits)
        async with usage.paying(meter):
            try:
                yield
            except Exception as error:
                raise _named(error) from error

    async def _watched(self, call: Any, patience_s: float | None = None) -> Any:
        if not self.breaker.may_call():
            call.close()
            raise ModelFailure("breaker_open", self.base_url)
        limit = asyncio.timeout(patience_s)
        try:
            async with limit:
                value = await call
        # A server's bad bytes surface as JSONDecodeError, UnicodeDecodeError, KeyError …: all are failures of the server.
        except Exception as error:
            failure = ModelFailure("deadline", f"{patience_s} s") if limit.expired() else _named(error)
            if failure.kind in _NOT_ITS_FAULT:
                self.breaker.let_go()
            else:
                self._failed()
            raise failure from error
        except asyncio.CancelledError:
            # The turn's deadline passed, or the turn was taken away: slow either way.
            self._failed()
            raise
        self.breaker.succeeded()
        return value

    def _failed(self) -> None:
        self.breaker.failed()
        # It may be another server by now, with another model: asked anew before the next call.
        self._abilities = None

    async def _probe(self, usage: Usage) -> None:
        async with openai.AsyncOpenAI(
            base_url=self.base_url, api_key=self._key, max_retries=0, timeout=self.limits.first_token_s
        ) as client:
            async with asyncio.timeout(self.limits.first_token_s):
                found = await probe(client, self._wanted, self._extra, lambda meter: self._counted(usage, meter))
        self._abilities = found
        log.info("model_probed", model=found.model, streams=found.streams, usage=found.usage, refused=sorted(found.refused))

    async def _stream(
        self, messages: Sequence[Message], abilities: Abilities, spent: tuple[Usage, Meter], on_piece: Callable[[str], None]
    ) -> None:
        usage, meter = spent
        began, length, finish = time.monotonic(), 0, ""
        async with aclosing(self._chunks(abilities, [_MESSAGES[message.role](mask(message.text)) for message in messages])) as chunks:
            async for chunk in chunks:
                finish = str(chunk.response_metadata.get("finish_reason") or finish)
                _add(meter, chunk)
                text = _text(chunk)
                if text and usage.first_token_ms is None:
                    usage.first_token_ms = round((time.monotonic() - began) * 1000, 1)
                meter.received += len(text.encode(errors="replace"))
                length += len(text)
                if length > self.limits.output_chars:
                    raise ModelFailure("too_long", f"more than {self.limits.output_chars} characters")
                if text:
                    on_piece(text)
        if finish != "stop":
            raise ModelFailure(finish if finish in ("length", "content_filter") else "cut", f"finish_reason: {finish or 'none'}")
        if not length:
            raise ModelFailure("empty")

    async def _chunks(self, abilities: Abilities, messages: list[BaseMessage]) -> AsyncGenerator[AIMessage]:
        chat = self.chat(abilities, self.limits.first_token_s if abilities.streams else self.limits.deadline_s)
        if not abilities.streams:
            yield await chat.ainvoke(messages)
            return
        async with aclosing(_timely(chat.astream(messages), self.limits.first_token_s)) as chunks:
            async for chunk in chunks:
                yield chunk

    def chat(self, abilities: Abilities, timeout: float) -> ChatOpenAI:
        """timeout: in seconds, of silence; a server that answers at once is silent until the end."""
        # In extra_body, because LangChain renames max_tokens to what most local servers ignore.
        body = abilities.parameters(self.limits.output_tokens, self._extra)
        return ChatOpenAI(
            model=abilities.model,
            base_url=self.base_url,
            api_key=self._key,  # type: ignore[arg-type]
            timeout=timeout,
            max_retries=0,
            stream_usage="stream_options" not in abilities.refused,
            extra_body=body,
        )


async def _timely(chunks: AsyncIterator[Any], seconds: float) -> AsyncGenerator[AIMessageChunk]:
    """Raises TimeoutError when the next chunk takes longer: a client's read timeout does not count an endless header or blank lines.
    No wait_for: before Python 3.12 it swallows a cancellation that comes together with a chunk, and with it the turn's deadline."""
    try:
        while True:
            async with asyncio.timeout(seconds):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk
    finally:
        await chunks.aclose()  # type: ignore[attr-defined]


def _add(meter: Meter, chunk: AIMessage) -> None:
    if chunk.usage_metadata:
        asked, answered = meter.told or (0, 0)
        meter.told = (asked + int(chunk.usage_metadata["input_tokens"] or 0), answered + int(chunk.usage_metadata["output_tokens"] or 0))


def _text(chunk: AIMessage) -> str:
    if isinstance(chunk.content, str):
        return chunk.content
    return "".join(str(part.get("text", "")) for part in chunk.content if isinstance(part, dict))


def _named(error: Exception) -> ModelFailure:
    if isinstance(error, ModelFailure):
        return error
    if isinstance(error, openai.APIConnectionError) and not isinstance(error, openai.APITimeoutError):
        never_there = type(error.__cause__).__name__ in ("ConnectError", "ConnectTimeout")
        return ModelFailure("unreachable" if never_there else "dropped", f"{type(error).__name__}: {error}")
    kinds: list[tuple[type[Exception], str]] = [
        (openai.APITimeoutError, "slow"),
        (TimeoutError, "slow"),
        (openai.RateLimitError, "rate_limited"),
        (openai.InternalServerError, "server_error"),
        (openai.APIStatusError, "refused"),
    ]
    kind = next((name for known, name in kinds if isinstance(error, known)), "bad_data")
    return ModelFailure(kind, f"{type(error).__name__}: {error}")
