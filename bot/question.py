"""What the bot is asked and what it answers."""

from dataclasses import dataclass, field
from typing import Any, Literal

from retrieval.search import Filters

Expects = Literal["text", "order_number", "email", "number", "date", "yes_no"]
Action = Literal["answer", "partial", "clarify", "handoff", "small_talk", "no_answer"]


@dataclass(frozen=True)
class Citation:
    """`[n]` in the answer's text points to it. `quote` is read verbatim in the article's visible text."""

    n: int
    source: str
    passage: int
    title: str
    quote: str


@dataclass(frozen=True)
class Turn:
    """found: what of the bot's words a tool found elsewhere; as untrusted as an article."""

    role: Literal["customer", "bot", "agent"]
    text: str
    citations: tuple[Citation, ...] = ()
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """Where the customer is. The customer's browser says so: untrusted."""

    url: str = ""
    title: str = ""
    product: str = ""


@dataclass(frozen=True)
class Step:
    """ask: text is the question, expects the form of what answers it; one that was answered unasked is skipped. answer: go on to the
    articles. handoff: a person, told why by the procedure's name."""

    kind: Literal["ask", "answer", "handoff"]
    text: str = ""
    expects: Expects = "text"


@dataclass(frozen=True)
class Procedure:
    """when: phrases; one of them has all its words in the customer's message. Without a last step of another kind it ends in an answer."""

    name: str
    when: tuple[str, ...]
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Procedure":
        return cls(stored["name"], tuple(stored["when"]), tuple(Step(**step) for step in stored["steps"]))


@dataclass(frozen=True)
class Question:
    """`history` holds the turns before this one, oldest first. `policy`: the workspace's own file over ours (bot/rulebook.py). `guidance`:
    the company's own instruction to the model. `procedures` are followed with and without one; `known`: what they asked, and what the
    customer said."""

    text: str
    filters: Filters
    history: tuple[Turn, ...] = ()
    page: Page | None = None
    language: str = "en"
    policy: str = ""
    guidance: str = ""
    procedures: tuple[Procedure, ...] = ()
    known: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answer:
    """`confidence`: calibrated probability (0…1) that the answer is right and supported; 1 for small talk. `reason`: a handoff reason.
    `decision`: all that led here, JSON-able. `found`: the texts of the passages that were found."""

    action: Action
    text: str
    citations: tuple[Citation, ...] = ()
    confidence: float = 0.0
    reason: str | None = None
    decision: dict[str, Any] = field(default_factory=dict)
    found: tuple[str, ...] = field(default=(), repr=False)
