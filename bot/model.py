"""The answerer that lets an OpenAI-compatible model word the answer. What it says is believed sentence by sentence, as far as the passages
say it; retrieval, citations and confidence stay ours."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence

from bot.call import ModelFailure, Usage
from bot.checked import Checked
from bot.endpoint import Endpoint
from bot.probe import Abilities
from bot.prompt import Prompt, rewrite_prompt, verify_prompt, write_prompt
from bot.question import Question
from bot.reading import Reader, confirmed_in
from bot.rewrite import PATIENCE_S, standalone
from bot.writer import Written
from core.log import log
from retrieval.query import Hit

RETRY = frozenset({"unreachable", "dropped", "server_error", "rate_limited", "refused"})
RETRY_PAUSE_S = 0.5


class ModelWriter:
    """rewrites: follow-ups too."""

    def __init__(self, endpoint: Endpoint, *, rewrites: bool = True) -> None:
        self.endpoint, self._rewrites = endpoint, rewrites

    async def rewrite(self, question: Question, usage: Usage) -> str | None:
        """None: not wanted. Raises ModelFailure. Whatever happens, one more entry of usage.said tells of it."""
        if not self._rewrites:
            return None
        began, said = time.monotonic(), list[str]()
        try:
            async with asyncio.timeout(PATIENCE_S):
                abilities = await self.endpoint.abilities(usage)
        except (ModelFailure, TimeoutError) as error:
            failure = error if isinstance(error, ModelFailure) else ModelFailure("deadline", f"{PATIENCE_S} s")
            usage.said.append({"text": "", "failure": failure.kind})
            raise failure from error
        try:
            left = PATIENCE_S - (time.monotonic() - began)
            await self.endpoint.stream(rewrite_prompt(question), abilities, usage, said.append, left)
        finally:
            # The customer has seen nothing of it.
            usage.first_token_ms = None
        return standalone("".join(said), question)

    async def write(self, question: Question, hits: Sequence[Hit], usage: Usage, on_delta: Callable[[str], None]) -> Written:
        """Raises ModelFailure, also when the model's text is not supported. on_delta gets supported sentences as they arrive; a failure
        after that means that what was shown is withdrawn."""
        try:
            async with asyncio.timeout(self.endpoint.limits.deadline_s):
                return await self._write(question, hits, usage, on_delta)
        except TimeoutError as error:
            raise ModelFailure("deadline", f"{self.endpoint.limits.deadline_s} s") from error

    async def _write(self, question: Question, hits: Sequence[Hit], usage: Usage, on_delta: Callable[[str], None]) -> Written:
        first: ModelFailure | None = None
        for _ in range(2):
            try:
                abilities = await self.endpoint.abilities(usage)
                return await self._once(question, hits, abilities, usage, on_delta)
            except ModelFailure as failure:
                if first and failure.kind == "out_of_calls":
                    # What went wrong first says more than that there was no call left to try again.
                    raise first from failure
                if first or failure.kind not in RETRY or usage.first_token_ms is not None:
                    raise
                first = failure
                await asyncio.sleep(RETRY_PAUSE_S)
        raise AssertionError("unreachable")

    async def _once(
        self, question: Question, hits: Sequence[Hit], abilities: Abilities, usage: Usage, on_delta: Callable[[str], None]
    ) -> Written:
        prompt = write_prompt(question, hits, sources=self.endpoint.limits.sources)
        reader = Reader()
        checked = Checked(question, prompt, on_delta)

        def take(piece: str) -> None:
            for sentence in reader.feed(piece):
                checked.add(sentence, reader.decision)

        await self.endpoint.stream(prompt.messages, abilities, usage, take)
        for sentence in reader.end():
            checked.add(sentence, reader.decision)
        checked.settle(await self._second_look(prompt, checked.doubtful, abilities, usage))
        return checked.written(reader.decision or "answer", abilities.model)

    async def _second_look(self, prompt: Prompt, doubtful: Sequence[str], abilities: Abilities, usage: Usage) -> Collection[int]:
        """Numbers of the sentences that the model, asked apart, finds in the sources. A failure confirms none."""
        if not doubtful:
            return ()
        said: list[str] = []
        try:
            await self.endpoint.stream(verify_prompt(prompt, doubtful), abilities, usage, said.append)
        except ModelFailure as failure:
            log.info("no_second_look", why=failure.kind)
            return ()
        return confirmed_in("".join(said))
