"""The answerer that lets an OpenAI-compatible model word the answer. What it says is believed sentence by sentence, as far as the passages
say it; retrieval, citations and confidence stay ours."""

import asyncio
from collections.abc import Callable, Sequence

from bot.call import ModelFailure, Usage
from bot.endpoint import Endpoint
from bot.policy import cited, plain, without_marks
from bot.probe import Abilities
from bot.prompt import Prompt, write_prompt
from bot.question import Citation, Question
from bot.reading import Decision, Reader
from bot.rulebook import rulebook
from bot.support import COVER, Source, contradicts, is_opening, nearest_sentence, source_of, support_of
from bot.words import content
from bot.writer import Written
from retrieval.query import Hit

# Less than this share of the sentences supported, and the rest is not trusted either.
SUPPORTED_SHARE = 0.5
RETRY = frozenset({"unreachable", "dropped", "server_error", "rate_limited", "refused"})
RETRY_PAUSE_S = 0.5
LIMIT_CLARIFY = 300


class ModelWriter:
    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

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
        return checked.written(reader.decision or "answer", abilities.model)


class Checked:
    """Takes a model's sentences, keeps the supported ones and numbers their citations anew, in order of appearance."""

    def __init__(self, question: Question, prompt: Prompt, on_delta: Callable[[str], None]) -> None:
        self._question, self._prompt, self._on_delta = question, prompt, on_delta
        self._sources: list[Source] = [source_of(hit.title, hit.text) for hit in prompt.hits]
        self._known = "\n".join(source.text for source in self._sources)
        self._rules = rulebook(question.policy)
        self._numbers: dict[int, int] = {}
        self._quotes: dict[int, str] = {}
        self._kept: list[str] = []
        self._claims = 0
        self._dropped = 0
        self._opening = ""

    def add(self, sentence: str, decision: Decision | None) -> None:
        if decision in ("clarify", "handoff"):
            self._kept.append(sentence)
            return
        end = "\n" if "\n" in sentence[len(sentence.rstrip()) :] else " "
        text = plain(sentence.replace(self._prompt.fence, ""), self._known)
        bare = without_marks(text).strip()
        if is_opening(bare):
            # Claims nothing; shown only before something that does.
            self._opening = f"{bare}{end}"
            return
        if not content(bare):
            # "Yes." alone: what makes it right or wrong comes after it.
            return
        self._claims += 1
        best = self._best(bare, cited(text))
        if best is None:
            self._dropped += 1
            self._opening = ""
            return
        self._show(f"{self._opening}{bare} [{self._mark(best, bare)}]{end}")
        self._opening = ""

    def _best(self, sentence: str, named: list[int]) -> int | None:
        """The source that says it: one the model named when it does, else the one that says it best."""
        if contradicts(sentence, self._sources) or self._rules.guards(sentence, f"{self._known}\n{self._question.text}"):
            return None
        shares = [support_of(sentence, source, self._question.text) for source in self._sources]
        for number in named:
            if 1 <= number <= len(shares) and shares[number - 1] >= COVER:
                return number - 1
        best = max(range(len(shares)), key=lambda at: shares[at], default=None)
        return best if best is not None and shares[best] >= COVER else None

    def _mark(self, at: int, sentence: str) -> int:
        if at not in self._numbers:
            self._numbers[at] = len(self._numbers) + 1
            self._quotes[at] = nearest_sentence(sentence, self._sources[at])
        return self._numbers[at]

    def _show(self, text: str) -> None:
        self._kept.append(text)
        self._on_delta(text)

    def written(self, decision: Decision, model: str) -> Written:
        if decision == "handoff":
            return Written(decision, "", (), model, self._dropped)
        if decision == "clarify":
            return Written(decision, self._clarifying(), (), model, self._dropped)
        if not self._claims or not self._numbers or 1 - self._dropped / self._claims < SUPPORTED_SHARE:
            raise ModelFailure("unsupported", f"{self._dropped} of {self._claims} sentences are not in the sources")
        return Written(decision, "".join(self._kept).strip(), self._citations(), model, self._dropped)

    def _clarifying(self) -> str:
        """One question, in words alone. It claims nothing, but may carry nothing either that the sources or the customer did not say."""
        text = without_marks(plain("".join(self._kept).replace(self._prompt.fence, ""), self._known))
        asked = " ".join(text.split())[:LIMIT_CLARIFY]
        support = max((support_of(asked, source, self._question.text) for source in self._sources), default=0.0)
        if set(content(asked)) <= set(content(self._question.text)):
            raise ModelFailure("unsupported", "the customer's own question")
        if not asked.endswith("?") or asked.count("?") > 1 or support < COVER / 2:
            raise ModelFailure("unsupported", "not one question about the sources")
        return asked

    def _citations(self) -> tuple[Citation, ...]:
        hits = self._prompt.hits
        return tuple(Citation(n, hits[at].source, hits[at].passage, hits[at].title, self._quotes[at]) for at, n in self._numbers.items())
