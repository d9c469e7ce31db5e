"""What the routes of evaluations answer (api/evaluations.py); see api/shapes.py."""

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict

from api.decision import Decision
from api.shapes import Free, Shape, Share

RunState = Literal["waiting", "running", "done", "failed", "cancelled"]
Verdict = Literal["right", "wrong", "missed", "withheld", "unlabelled"]


class Suite(Shape):
    """needs: the kind of data set it runs over."""

    name: str
    needs: Literal["questions", "items"]


class SuiteList(Shape):
    suites: list[Suite]


class DataSet(Shape):
    id: str
    name: str
    kind: Literal["questions", "items"]
    items: int
    sha256: str
    author: str
    created_at: datetime


class DataSetList(Shape):
    data_sets: list[DataSet]


class Figure(Shape):
    """A value with its 95 % interval; null where it could not be computed."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    better: Literal["higher", "lower"]


class Evaluation(Shape):
    """done of total items. error: why it failed. changed_meanwhile: articles were published or taken away while it ran."""

    id: str
    name: str
    suite: str
    data_set: str
    inbox: str | None
    state: RunState
    done: int
    total: int
    error: str | None
    author: str
    created_at: datetime
    changed_meanwhile: bool
    figures: list[Figure]


class EvaluationList(Shape):
    evaluations: list[Evaluation]


class CurvePoint(Shape):
    """Were this threshold set. answered: share of the questions. wrong: share of the answered; null where none is."""

    threshold: Share
    answered: Share
    wrong: Share | None


class SetRun(Shape):
    """As it was when the run began."""

    name: str
    sha256: str
    items: int


class RunData(Shape):
    """set: left out until the run has begun."""

    set: SetRun | None = None


class EmbedderUsed(Shape):
    name: str
    model: str


class MadeWith(Shape):
    """settings: without secrets. code: the commit, where it is known. weights: sha256 by path. Empty until the run has begun."""

    warmline: str | None = None
    code: str | None = None
    policy: str | None = None
    policy_sha256: str | None = None
    embedder: EmbedderUsed | None = None
    settings: dict[str, str | int | float | bool | list[str] | None] | None = None
    settings_sha256: str | None = None
    weights: dict[str, str] | None = None


class Knowledge(Shape):
    """articles: how many were published. revisions: which, by article, of up to 500."""

    articles: int | None = None
    sha256: str | None = None
    revisions: dict[str, int] | None = None


class WholeEvaluation(Evaluation):
    """curve: of answers, over the questions that say what would be right."""

    data: RunData
    made_with: MadeWith
    knowledge: Knowledge
    curve: list[CurvePoint]


class AskedTurn(Shape):
    role: str
    text: str


class Asked(Shape):
    """A line of the data set. A question has what is named here; an item has what its suite judges by beside it."""

    model_config = ConfigDict(extra="allow")

    id: str
    text: str | None = None
    history: list[AskedTurn] | None = None
    turns: list[AskedTurn] | None = None
    answer: str | None = None
    answerable: bool | None = None
    relevant_ids: list[str] | None = None


class Ranked(Shape):
    id: str
    score: float


class Came(Shape):
    """As `warmline evals run` writes it (docs/evals.md): answers and retrieval have what is named here, other suites what is theirs."""

    model_config = ConfigDict(extra="allow")

    id: str
    ranked: list[Ranked] | None = None
    action: str | None = None
    text: str | None = None
    citations: list[str] | None = None
    confidence: Share | None = None
    sentiment: float | None = None
    timings: dict[str, float] | None = None


class Line(Shape):
    """asked: the item. line: what came of it. verdict: missed is an answerable question that was not answered, withheld one that is not
    answerable."""

    number: int
    item: str
    asked: Asked
    line: Came
    verdict: Verdict


class Lines(Shape):
    """next: give it as `after`; null at the end."""

    lines: list[Line]
    next: int | None


class TracedLine(Line):
    """trace: the decision: passages by both legs, signals, confidence, action."""

    trace: Decision | None


class Change(Shape):
    name: str
    before: Any
    after: Any


class FigureChange(Shape):
    """difference: after minus before with its paired 95 % interval; null where the two cannot be set against each other."""

    name: str
    before: float | None
    after: float | None
    better: Literal["higher", "lower"]
    difference: float | None
    low: float | None
    high: float | None
    paired: bool
    significant: bool


class LineChange(Shape):
    item: str
    changed: list[Change]


class Comparison(Shape):
    """Only what differs. same_items: both ran over the same questions or items. changed_lines: all; lines: at most 200 of them."""

    same_items: bool
    figures: list[FigureChange]
    made_with: list[Change]
    changed_lines: int
    lines: list[LineChange]


class Replayed(Shape):
    """differences: none when the turn came to the same."""

    at: datetime
    differences: list[str]


class FrozenCase(Shape):
    """as_posted: what it holds is what the customer got; else the bot answered differently when it was frozen. replay: the last one."""

    id: str
    conversation: str
    message: str
    question: str
    as_posted: bool
    author: str
    created_at: datetime
    replay: Replayed | None


class FrozenCaseList(Shape):
    frozen_cases: list[FrozenCase]


class WholeCase(Shape):
    """What `warmline evals replay` reads."""

    format: int
    workspace: str
    frozen_at: datetime
    now: int
    seed: int
    as_posted: bool
    made_with: MadeWith
    turn: Free
    tape: Free
    rows: Free
    expected: Free
