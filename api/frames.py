"""What comes on a stream, for the OpenAPI document: each frame's name, and what its data holds. A frame with an id is in the log."""

from typing import Any, Literal

from starlette.responses import Response

from api.shapes import Colleague, Kind, LogFrame, Shape, Snapshot, Summary
from chat.events import AuthorKind


class EventStream(Response):
    media_type = "text/event-stream"


class LogEvent(Shape):
    id: int
    event: Kind
    data: LogFrame


class Unseen(Shape):
    """Moves the cursor past an event that this reader may not see."""

    id: int


class DeltaData(Shape):
    """To be put at `offset` of the answer under way; 0 begins anew. conversation: on the agent's stream."""

    turn: str
    offset: int
    text: str
    conversation: str | None = None


class Delta(Shape):
    event: Literal["delta"]
    data: DeltaData


class ThinkingData(Shape):
    """turn: null when no answer is under way any more."""

    turn: str | None
    conversation: str | None = None


class Thinking(Shape):
    event: Literal["thinking"]
    data: ThinkingData


class Typist(Shape):
    kind: AuthorKind
    name: str


class TypingData(Shape):
    author: Typist
    on: bool
    conversation: str | None = None


class TypingNow(Shape):
    event: Literal["typing"]
    data: TypingData


class SnapshotData(Shape):
    conversation: Snapshot


class SnapshotNow(Shape):
    """A conversation that was just assigned to the reader, whole."""

    event: Literal["snapshot"]
    data: SnapshotData


class SummaryData(Shape):
    conversation: Summary


class SummaryNow(Shape):
    event: Literal["summary"]
    data: SummaryData


class PresenceData(Shape):
    agents: list[Colleague]


class Presence(Shape):
    event: Literal["presence"]
    data: PresenceData


class Why(Shape):
    reason: str


class Reset(Shape):
    """Fetch the snapshot again."""

    event: Literal["reset"]
    data: Why


class Closed(Shape):
    """Do not come back with this token."""

    event: Literal["closed"]
    data: Why


class Retry(Shape):
    """ms"""

    retry: int


class Reconnect(Shape):
    event: Literal["reconnect"]
    data: Retry


Course = LogEvent | Unseen | Delta | Thinking | TypingNow | Reset | Closed | Reconnect
ConversationFrame = Course
AgentFrame = Course | SnapshotNow | SummaryNow | Presence


def follows(frame: Any) -> dict[str, Any]:
    """For the decorator of a route that answers with a stream of such frames."""
    return {"response_class": EventStream, "responses": {200: {"model": frame, "description": "Server-sent events."}}}
