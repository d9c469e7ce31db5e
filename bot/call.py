"""A call of a model: its limits, what it costs, and how it failed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from people.budget import Purse

# Natural language has three to four bytes a token, numbers and rare scripts two.
BYTES_AT_LEAST, BYTES_LIKELY = 2, 3
# Marks of a chat template around each message.
AROUND_MESSAGE = 16
# A server that fails like this has not begun to work.
_FREE = frozenset({"unreachable", "refused", "rate_limited", "server_error", "breaker_open", "no_model"})


class ModelFailure(Exception):
    """kind: unreachable, dropped, slow, deadline, refused, rate_limited, server_error, bad_data, empty, cut, length, content_filter,
    too_long, unsupported, unfaithful, breaker_open, out_of_calls, budget_spent, no_model, no_tools."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind, self.detail = kind, detail[:300]


@dataclass(frozen=True)
class Limits:
    """deadline_s: wall clock of all calls of a turn. first_token_s: until something arrives, and between two pieces. sources: passages
    given to the model at most."""

    deadline_s: float = 30.0
    first_token_s: float = 10.0
    output_chars: int = 6000
    output_tokens: int = 700
    calls: int = 3
    sources: int = 5


@dataclass
class Meter:
    """Of one call. prompt: bytes of each message. output: tokens at most. told: by the server, input and output."""

    prompt: Sequence[int]
    output: int
    received: int = 0
    told: tuple[int, int] | None = None

    @property
    def most(self) -> int:
        return sum(size // BYTES_AT_LEAST + AROUND_MESSAGE for size in self.prompt) + self.output

    @property
    def likely(self) -> int:
        return sum(size // BYTES_LIKELY + AROUND_MESSAGE for size in self.prompt) + self.received // BYTES_LIKELY

    def used(self, failure: BaseException | None) -> int:
        """What a call that was cut, hung or given up has cost nobody knows: it counts in full."""
        if self.told:
            return sum(self.told)
        if failure is None:
            return self.likely
        free = isinstance(failure, ModelFailure) and failure.kind in _FREE and not self.received
        return 0 if free else self.most


@dataclass
class Usage:
    """Of one turn: calls made, probes too; tokens where the server told them, ours where it did not. purse: None is without limit.
    said: what the model said in each call, `{text, failure}`, so that the turn can be made again."""

    purse: Purse | None = field(default=None, repr=False)
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    estimated_tokens: int = 0
    first_token_ms: float | None = None
    said: list[dict[str, Any]] = field(default_factory=list, repr=False)

    def count(self, limits: Limits) -> None:
        if self.calls >= limits.calls:
            raise ModelFailure("out_of_calls", f"{limits.calls} calls in one turn")
        self.calls += 1

    @asynccontextmanager
    async def paying(self, meter: Meter) -> AsyncIterator[None]:
        """Around one call. Raises ModelFailure when the budget does not hold what it may cost at most."""
        taken = await self.purse.take(meter.most) if self.purse else None
        if self.purse and taken is None:
            raise ModelFailure("budget_spent")
        failure: BaseException | None = None
        try:
            yield
        except BaseException as error:
            failure = error
            raise
        finally:
            used = meter.used(failure)
            if meter.told:
                self.input_tokens += meter.told[0]
                self.output_tokens += meter.told[1]
            else:
                self.estimated_tokens += used
            if self.purse and taken:
                await self.purse.settle(taken, used)

    def as_json(self) -> dict[str, Any]:
        names = ("calls", "input_tokens", "output_tokens", "estimated_tokens", "first_token_ms")
        return {name: getattr(self, name) for name in names}
