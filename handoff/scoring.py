"""Mood of every customer message, in every mode: a follower that appends `message.scored`."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import Connection, select

from chat.events import SYSTEM, Event
from chat.follow import Follower
from chat.log import Draft, append
from chat.tables import event as event_table
from core.clock import Clock
from core.database import Database
from core.ids import new_id
from handoff.heads import vector_of
from handoff.mood import Sentiment, score
from retrieval.embedder import Embedder

Scored = list[tuple[Event, Draft]]


def as_json(sentiment: Sentiment) -> dict[str, float | str]:
    return {"score": round(sentiment.score, 3), "negative": round(sentiment.negative, 3), "word": sentiment.word}


def mood_of(text: str, embedder: Embedder) -> Sentiment:
    """Blocking where the text was never embedded."""
    return score(text, vector_of(text, embedder))


def scoring(database: Database, embedder: Embedder, clock: Clock) -> Follower:
    async def prepare(workspace: str, events: Sequence[Event]) -> Scored:
        return await asyncio.to_thread(_score_all, events, embedder, clock.now())

    return Follower(database, "scoring", _append_scores, prepare)


def _score_all(events: Sequence[Event], embedder: Embedder, at: int) -> Scored:
    scored: Scored = []
    for event in events:
        if event.kind == "message.added" and event.author.kind == "customer" and not event.erased:
            body = {"message": event.seq, "sentiment": as_json(mood_of(event.body["text"], embedder))}
            scored.append((event, Draft("message.scored", SYSTEM, new_id("evt"), at, body)))
    return scored


def _append_scores(connection: Connection, workspace: str, events: Sequence[Event], scored: Scored) -> None:
    for event, draft in scored:
        here = (
            (event_table.c.workspace == workspace) & (event_table.c.conversation == event.conversation) & (event_table.c.seq == event.seq)
        )
        # Erased between reading and writing: a score of it would outlive it.
        if not connection.execute(select(event_table.c.erased).where(here)).scalar_one():
            append(connection, workspace, event.conversation, draft)
