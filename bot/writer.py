"""Who words an answer from passages: a model over the network, or a script in tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.call import Usage
from bot.question import Citation, Question
from bot.reading import Decision
from retrieval.query import Hit


@dataclass(frozen=True)
class Written:
    """text: only what the passages support, with our own citation marks. dropped: sentences that they do not support."""

    decision: Decision
    text: str
    citations: tuple[Citation, ...]
    model: str
    dropped: int = 0


class Writer(Protocol):
    async def rewrite(self, question: Question, usage: Usage) -> str | None:
        """A question that leans on what was said before, as one that stands on its own; None: not done here. Raises ModelFailure."""
        ...

    async def write(self, question: Question, hits: Sequence[Hit], usage: Usage, on_delta: Callable[[str], None]) -> Written:
        """Raises ModelFailure; what on_delta got before that is withdrawn."""
        ...
