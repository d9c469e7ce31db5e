"""One OpenAI-compatible server. A call ends with a finished text or a ModelFailure, within its limits, whatever the server does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import openai
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI

from bot.breaker import Breaker
from bot.call import Limits, ModelFailure, Usage
from bot.probe import Abilities, probe
from bot.prompt import Message

# These tell nothing about the endpoint's health.
_NOT_ITS_FAULT = frozenset({"length", "content_filter", "too_long", "out_of_calls", "breaker_open"})
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
        self._probing = asyncio.Lock()

    async def abilities(self, usage: Usage) -> Abilities:
        """Probed once and remembered; a server that did not answer is asked again the next time. Raises ModelFailure."""
        async with self._probing:
            if self._abilities is None:
                self._abilities = Abilities(self._wanted) if self._wanted else await self._watched(self._probe(usage))
            return self._abilities

    async def stream(self, messages: Sequence[Message], abilities: Abilities, usage: Usage, on_piece: Callable[[str], None]) -> None:
        """Hands each piece of text to on_piece; returns only when the server said that the text is finished. Raises ModelFailure."""
        usage.count(self.limits)
        await self._watched(self._stream(messages, abilities, usage, on_piece))

    async def _watched(self, call: Any) -> Any:
        if not self.breaker.may_call():
            call.close()
            raise ModelFailure("breaker_open", self.base_url)
        try:
            value = await call
        # A server's bad bytes surface as JSONDecodeError, UnicodeDecodeError, KeyError …: all are failures of the server.
        except Exception as error:
            failure = _named(error)
            self.breaker.let_go() if failure.kind in _NOT_ITS_FAULT else self.breaker.failed()
            raise failure from error
        except asyncio.CancelledError:
            # The turn's deadline passed, or the turn was taken away: slow either way.
            self.breaker.failed()
            raise
        self.breaker.succeeded()
        return value

    async def _probe(self, usage: Usage) -> Abilities:
        usage.count(self.limits)
        async with openai.AsyncOpenAI(
            base_url=self.base_url, api_key=self._key, max_retries=0, timeout=self.limits.first_token_s
        ) as client:
            return await asyncio.wait_for(probe(client, self._wanted), self.limits.first_token_s)

    async def _stream(self, messages: Sequence[Message], abilities: Abilities, usage: Usage, on_piece: Callable[[str], None]) -> None:
        began, length, finish = time.monotonic(), 0, ""
        chunks = self._chat(abilities).astream([_MESSAGES[message.role](message.text) for message in messages])
        try:
            async for chunk in _timely(chunks, self.limits.first_token_s):
                finish = str(chunk.response_metadata.get("finish_reason") or finish)
                _add(usage, chunk)
                text = _text(chunk)
                if text and usage.first_token_ms is None:
                    usage.first_token_ms = round((time.monotonic() - began) * 1000, 1)
                length += len(text)
                if length > self.limits.output_chars:
                    raise ModelFailure("too_long", f"more than {self.limits.output_chars} characters")
                if text:
                    on_piece(text)
        except openai.BadRequestError:
            # It may know fewer parameters than were sent: from now on none are sent.
            self._abilities = replace(abilities, plain=True)
            raise
        if finish != "stop":
            raise ModelFailure(finish if finish in ("length", "content_filter") else "cut", f"finish_reason: {finish or 'none'}")
        if not length:
            raise ModelFailure("empty")

    def _chat(self, abilities: Abilities) -> ChatOpenAI:
        asked: dict[str, Any] = {"stream_usage": False}
        if not abilities.plain:
            # In extra_body, because LangChain renames max_tokens to what most local servers ignore.
            asked = {"stream_usage": True, "temperature": 0, "extra_body": {"max_tokens": self.limits.output_tokens, **self._extra}}
        return ChatOpenAI(
            model=abilities.model,
            base_url=self.base_url,
            api_key=self._key,  # type: ignore[arg-type]
            timeout=self.limits.first_token_s,
            max_retries=0,
            **asked,
        )


async def _timely(chunks: AsyncIterator[Any], seconds: float) -> AsyncIterator[AIMessageChunk]:
    """Raises TimeoutError when the next chunk takes longer: a client's read timeout does not count an endless header or blank lines."""
    try:
        while True:
            try:
                yield await asyncio.wait_for(anext(chunks), seconds)
            except StopAsyncIteration:
                return
    finally:
        await chunks.aclose()  # type: ignore[attr-defined]


def _add(usage: Usage, chunk: AIMessageChunk) -> None:
    if chunk.usage_metadata:
        usage.input_tokens += int(chunk.usage_metadata.get("input_tokens") or 0)
        usage.output_tokens += int(chunk.usage_metadata.get("output_tokens") or 0)


def _text(chunk: AIMessageChunk) -> str:
    if isinstance(chunk.content, str):
        return chunk.content
    return "".join(str(part.get("text", "")) for part in chunk.content if isinstance(part, dict))


def _named(error: Exception) -> ModelFailure:
    if isinstance(error, ModelFailure):
        return error
    kinds: list[tuple[type[Exception], str]] = [
        (openai.APITimeoutError, "slow"),
        (TimeoutError, "slow"),
        (openai.APIConnectionError, "unreachable"),
        (openai.RateLimitError, "rate_limited"),
        (openai.InternalServerError, "server_error"),
        (openai.APIStatusError, "refused"),
    ]
    kind = next((name for known, name in kinds if isinstance(error, known)), "bad_data")
    return ModelFailure(kind, f"{type(error).__name__}: {error}")
