"""What routes and streams answer, for the OpenAPI document (docs/http.md says it in words). Shapes of one route alone lie beside it.

    @router.get("/queue", responses=gives(Conversations))

Nothing is checked or copied when a request is answered: the tests hold every answer against its shape (tests/api/contract.py). A field
with a default may be left out.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.cards import Card
from api.decision import Decision, Share
from chat.events import KINDS, AuthorKind

Free = dict[str, Any]
Mood = Annotated[float, Field(ge=-1, le=1)]
Mode = Literal["bot", "queued", "human"]
Status = Literal["open", "snoozed", "resolved"]
Availability = Literal["online", "away", "offline"]
Kind = Annotated[str, Field(json_schema_extra={"enum": [*KINDS]})]


class Shape(BaseModel):
    """Base of all of them."""


def gives(shape: Any, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route."""
    return {status: {"model": shape}}


class Ref(Shape):
    id: str


class Named(Shape):
    id: str
    name: str


class Logged(Shape):
    """An event as it went into the log."""

    id: str
    seq: int


class Seq(Shape):
    seq: int


class Begun(Shape):
    """Under way; ask for it by its id."""

    id: str


class InboxName(Shape):
    key: str
    name: str


class Author(Shape):
    """id: empty to customers."""

    kind: AuthorKind
    id: str
    name: str


class By(Shape):
    kind: AuthorKind
    name: str


class AgentName(Shape):
    """id: left out to customers."""

    id: str | None = None
    name: str


class Sentiment(Shape):
    score: Mood
    negative: Share
    word: Literal["upset", "tense", "calm", "happy"]


class Citation(Shape):
    """`[n]` in the text points to it. article, passage, url: null while that text is not published."""

    n: int
    article: str | None
    title: str
    passage: int | None
    quote: str
    url: str | None
    original: str | None


class CustomerPage(Shape):
    url: str
    title: str | None = None
    product: str | None = None
    referrer: str | None = None


class Wants(Shape):
    text: str
    seq: int


class Source(Shape):
    title: str
    url: str


class Tried(Shape):
    text: str
    seq: int
    sources: list[Source]
    confidence: Share | None


class BriefMood(Shape):
    """trend: below 0 is getting worse."""

    word: str
    score: Mood
    trend: float
    seq: int


class BriefPage(Shape):
    url: str
    title: str
    product: str | None
    seq: int


class Fact(Shape):
    name: str
    value: str
    seq: int


class Brief(Shape):
    """What the agent reads first; each `seq` is the message it came from."""

    reason: str
    wants: Wants | None
    tried: list[Tried]
    mood: BriefMood | None
    page: BriefPage | None
    facts: list[Fact]


class SignedAs(Shape):
    """Who the customer is on the company's own site, by a token that its server signed."""

    sub: str
    email: str


class LogFrame(Shape):
    """An event in the reader's view. Which fields a kind has: docs/http.md."""

    seq: int
    kind: Kind
    id: str
    at: datetime
    author: Author
    erased: bool | None = None
    conversation: str | None = None
    position: int | None = None
    page: CustomerPage | None = None
    contact: str | None = None
    text: str | None = None
    citations: list[Citation] | None = None
    client_id: str | None = None
    ending: Literal["answer", "partial", "clarify", "small_talk", "no_answer"] | None = None
    decision: Decision | None = None
    covers: int | None = None
    message: int | None = None
    right: bool | None = None
    sentiment: Sentiment | None = None
    reason_text: str | None = None
    reason: str | None = None
    brief: Brief | None = None
    agent: AgentName | None = None
    policy: str | None = None
    why: str | None = None
    by: By | None = None
    episode: int | None = None
    card: Card | None = None
    signed: SignedAs | None = None
    appointment: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class LiveAnswer(Shape):
    turn: str
    text: str


class LastMessage(Shape):
    author: AuthorKind
    text: str
    at: datetime


class Summary(Shape):
    """A row of the agents' lists."""

    id: str
    inbox: InboxName
    contact: Named
    status: Status
    mode: Mode
    seq: int
    epoch: int
    episode: int
    agent: Named | None
    offered_to: Ref | None
    reason: str | None
    sentiment: Sentiment | None
    last: LastMessage
    opened_at: datetime
    waiting_since: datetime | None


class Conversations(Shape):
    """position: of the workspace, to stream from. next: give it as `before`."""

    conversations: list[Summary]
    position: int
    next: str | None


class Identity(Shape):
    channel: str
    verified_how: str | None


class Contact(Shape):
    id: str
    name: str
    language: str
    identities: list[Identity]
    facts: list[Fact]


class Snapshot(Shape):
    """seq: to stream from. contact, brief, summary: to people only."""

    id: str
    inbox: InboxName
    status: Status
    mode: Mode
    epoch: int
    seq: int
    episode: int
    agent: AgentName | None
    events: list[LogFrame]
    live: LiveAnswer | None
    contact: Contact | None = None
    brief: Brief | None = None
    summary: Summary | None = None


class Colleague(Shape):
    id: str
    name: str
    role: str
    availability: Availability
    connected: bool
    load: int
    capacity: int


class Agents(Shape):
    agents: list[Colleague]


class PersonFace(Shape):
    id: str
    name: str
    email: str
    role: str


class NewSession(Shape):
    person: PersonFace
