"""What was said of the bot's answers: facts of the log, read as labels to learn from and to keep the risk dial honest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, tuple_

from bot.confidence import Confidence
from chat.tables import event, judged
from handoff.signals import ANSWERED

NEWEST = 5000
# A customer's thumb also tells of the product, the policy and the day they had.
THUMB = 0.5
_CHUNK = 500
_MESSAGE = event.c.body["message"].as_integer()


@dataclass(frozen=True)
class Label:
    """Of one answer. confidence, signals: when it was given. by: whose word counts; that of somebody who works here outweighs the
    customer's. at: when the answer was given."""

    confidence: float
    right: bool
    by: str
    at: int
    signals: Mapping[str, float]
    degraded: bool

    @property
    def weight(self) -> float:
        return THUMB if self.by == "customer" else 1.0

    def scored(self, confidence: Confidence, embedder: str) -> float:
        """By the head of today, where its signals were kept."""
        try:
            return confidence.of(self.signals, embedder)
        except KeyError:
            return self.confidence


def labels_of(connection: Connection, workspace: str) -> list[Label]:
    """Of the newest answers that somebody judged, in the order in which they were judged. Who changes their mind often drowns out nobody:
    of each side the newest word on an answer is read, and no other."""
    newest = func.max(event.c.position)
    words = select(newest).where(event.c.workspace == workspace, judged, event.c.erased.is_(False))
    words = words.group_by(event.c.conversation, _MESSAGE, event.c.author_kind).order_by(newest.desc()).limit(NEWEST)
    query = select(event).where(event.c.workspace == workspace, event.c.position.in_(words)).order_by(event.c.position)
    word: dict[tuple[str, int], dict[str, bool | None]] = {}
    for said_of in connection.execute(query):
        word.setdefault((said_of.conversation, said_of.body["message"]), {})[said_of.author_kind] = said_of.body["right"]
    settled = {key: said for key, by in word.items() if (said := _settled(by)) is not None}
    answers = {(row.conversation, row.seq): row for row in _messages(connection, workspace, settled)}
    return [label for key, said in settled.items() if (row := answers.get(key)) and (label := _label(row, *said))]


def _settled(words: Mapping[str, bool | None]) -> tuple[str, bool] | None:
    for author in ("agent", "customer"):
        if (right := words.get(author)) is not None:
            return author, right
    return None


def _messages(connection: Connection, workspace: str, keys: Iterable[tuple[str, int]]) -> list[Row[Any]]:
    wanted = list(keys)
    rows: list[Row[Any]] = []
    for begin in range(0, len(wanted), _CHUNK):
        here: ColumnElement[bool] = tuple_(event.c.conversation, event.c.seq).in_(wanted[begin : begin + _CHUNK])
        rows += connection.execute(select(event).where(event.c.workspace == workspace, here)).all()
    return rows


def _label(row: Row[Any], by: str, right: bool) -> Label | None:
    """None for what is no answer from articles: greetings and questions back carry no probability."""
    decision = row.body.get("decision") or {}
    if row.body.get("ending") not in ANSWERED or not isinstance(decision.get("confidence"), int | float):
        return None
    signals = decision.get("signals") or {}
    return Label(decision["confidence"], right, by, row.at, signals, bool(signals.get("degraded")))


def count_judged(connection: Connection, workspace: str, after: int = 0) -> int:
    """Answers of which something was said after this position of the log, each once, however often it was changed."""
    # What the unit itself has appended gets its position at the end.
    since = or_(event.c.position > after, event.c.position.is_(None)) & event.c.erased.is_(False)
    answers = select(event.c.conversation, _MESSAGE).where(event.c.workspace == workspace, judged, since).distinct().subquery()
    return int(connection.scalar(select(func.count()).select_from(answers)) or 0)


@dataclass(frozen=True)
class Asked:
    """A question that the bot answered or handed over for want of confidence. at: ms."""

    confidence: float
    at: int


def asked_of(connection: Connection, workspace: str, since: int, limit: int = NEWEST) -> list[Asked]:
    """The newest questions to the articles since then, whatever came of them; scored as they were when asked."""
    told = event.c.kind.in_(("message.added", "handoff.requested"))
    query = select(event.c.at, event.c.body).where(event.c.workspace == workspace, told, event.c.author_kind == "bot", event.c.at >= since)
    found = []
    for row in connection.execute(query.order_by(event.c.position.desc()).limit(limit)):
        decision = row.body.get("decision") or {}
        # A handoff after an answer repeats the answer's decision; after anything else it is all that the log has of the turn.
        counts = "ending" in row.body or decision.get("action") not in ANSWERED
        if counts and decision.get("intent") == "question" and decision.get("signals"):
            found.append(Asked(decision["confidence"], row.at))
    return found
