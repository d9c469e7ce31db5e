"""What an OpenAI-compatible server can do, found out by one small question to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import openai

from bot.call import Meter, ModelFailure

ASKED = "Reply with the word OK."
TOKENS = 8
# A server that heeds no limit is not listened to for longer.
CHUNKS = 16
LIMITS = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True)
class Abilities:
    """model: the name to ask for. streams: its text comes in pieces. usage: it tells tokens. limit: its name for the longest answer, "" for
    none. refused: what it does not take of `temperature`, `stream_options` and the fields of our own settings."""

    model: str
    streams: bool = True
    usage: bool = False
    limit: str = LIMITS[0]
    refused: frozenset[str] = frozenset()

    def parameters(self, tokens: int, extra: Mapping[str, Any]) -> dict[str, Any]:
        """Of a request for at most so many tokens; stream_options apart."""
        asked = {"temperature": 0, **extra} | ({self.limit: tokens} if self.limit else {})
        return {name: value for name, value in asked.items() if name not in self.refused}

    def without(self, told: str, extra: Mapping[str, Any]) -> "Abilities | None":
        """After a refusal: without the parameters that the server's words name, or without any; None when it was sent none."""
        sent = {*self.parameters(TOKENS, extra), *(("stream_options",) if self.streams and "stream_options" not in self.refused else ())}
        named = {name for name in sent if name in told} | ({"stream_options"} & sent if "include_usage" in told else set())
        gone = named or sent
        if not gone:
            return None
        limit = self.limit
        if limit in gone:
            limit = LIMITS[1] if LIMITS[1] in told and limit != LIMITS[1] else ""
        return replace(self, limit=limit, refused=self.refused | (gone - set(LIMITS)))


async def probe(client: openai.AsyncOpenAI, wanted: str, extra: Mapping[str, Any], counted: Callable[[Meter], Any]) -> Abilities:
    """The model's name is looked up only where none was given; counted(meter): a context around each question, which may refuse it.
    Raises what the client raises when the server fails, ModelFailure when it answers nothing that can be read."""
    found: Abilities | None = Abilities(wanted or await _first_model(client))
    while found is not None:
        meter, refusal = Meter([len(ASKED)], TOKENS * 4), ""
        heard = False
        async with counted(meter):
            try:
                heard = await _ask(client, found, extra, meter)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                # Refused before any work.
                refusal, meter.told = str(error), (0, 0)
        if heard:
            return replace(found, usage=meter.told is not None)
        found = (found.without(refusal, extra) if refusal else None) or (replace(found, streams=False) if found.streams else None)
    raise ModelFailure("refused", "the server answers neither in pieces nor at once")


async def _ask(client: openai.AsyncOpenAI, found: Abilities, extra: Mapping[str, Any], meter: Meter) -> bool:
    """Whether an answer came that can be read."""
    complete: Any = client.chat.completions.create
    request: dict[str, Any] = {"model": found.model, "messages": [{"role": "user", "content": ASKED}]}
    body = found.parameters(TOKENS, extra)
    if not found.streams:
        whole = await complete(**request, extra_body=body)
        meter.told = _told(whole.usage)
        return bool(whole.choices)
    if "stream_options" not in found.refused:
        body["stream_options"] = {"include_usage": True}
    heard = False
    async with await complete(**request, stream=True, extra_body=body) as chunks:
        for _ in range(CHUNKS):
            chunk = await anext(chunks, None)
            if chunk is None:
                break
            meter.told = _told(chunk.usage) or meter.told
            heard = heard or bool(chunk.choices)
    return heard


def _told(usage: Any) -> tuple[int, int] | None:
    return (int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0)) if usage else None


async def _first_model(client: openai.AsyncOpenAI) -> str:
    listed = await client.models.list()
    names = [str(model.id) for model in listed.data or []]
    if not names:
        raise ModelFailure("no_model", "the server lists no model; set WARMLINE_LLM_MODEL")
    return names[0]
