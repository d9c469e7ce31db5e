"""What led to a turn of the bot, as agents and reviewers are shown it: the parts that each kind of turn has."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

Share = Annotated[float, Field(ge=0, le=1)]


class FoundPassage(BaseModel):
    """source: kind and id, such as `article:art_…`. cosine: null while the vectors are being restored."""

    passage: int
    source: str
    title: str
    heading: list[str]
    score: float
    cosine: float | None
    lexical: float


class Tokens(BaseModel):
    """What the model cost. estimated_tokens: where its server does not count."""

    calls: int
    input_tokens: int
    output_tokens: int
    estimated_tokens: int
    first_token_ms: float | None


class SaidByModel(BaseModel):
    text: str
    failure: str | None


class ToolFact(BaseModel):
    name: str
    value: str


class ToolUsed(BaseModel):
    """by: who chose it. outcome: facts, a question, a failure, or nobody there for whom it could run. failure: why, for the agent.
    injection: how likely what was found gives a model orders, where one is set."""

    name: str
    by: Literal["rules", "model", "pending"]
    arguments: dict[str, str]
    outcome: Literal["facts", "ask", "failed", "not_here"]
    facts: list[ToolFact]
    source: str | None
    failure: str | None
    injection: Share | None = None


class Rewrite(BaseModel):
    """A follow-up as the model put it for the search; failure: why there is none."""

    text: str | None = None
    failure: str | None = None


class Pending(BaseModel):
    """What a tool has asked the customer for."""

    tool: str
    missing: str
    arguments: dict[str, str]
    asked: int
    offered: list[str] | None = None


class Decision(BaseModel):
    """signals: what was measured. because: what of it spoke for the answer (above 0) or against it. floor, needed: below the one nothing is
    answered, below the other not before a person was asked. fallback: why another wrote the answer than was meant to."""

    intent: str | None = None
    action: str | None = None
    reason: str | None = None
    why: str | None = None
    failure: str | None = None
    policy: str | None = None
    answerer: str | None = None
    model: str | None = None
    fallback: str | None = None
    fallback_detail: str | None = None
    dropped_sentences: int | None = None
    withdrawn: str | None = None
    sources_gone: bool | None = None
    procedure: str | None = None
    known: list[list[str]] | None = None
    asked_again: bool | None = None
    tool: ToolUsed | None = None
    pending: Pending | None = None
    confidence: Share | None = None
    floor: float | None = None
    needed: float | None = None
    confidence_model: str | None = None
    confidence_head: str | None = None
    because: dict[str, float] | None = None
    degraded: bool | None = None
    injection: Share | None = None
    passages: list[FoundPassage] | None = None
    signals: dict[str, float] | None = None
    tokens: Tokens | None = None
    said: list[SaidByModel] | None = None
    rewrite: Rewrite | None = None
    second_look: str | None = None
    timings: dict[str, float] | None = None
