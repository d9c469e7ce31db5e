"""The log's events as the turns that handoff judges. Blocking: a message that was never embedded is embedded here."""

from collections.abc import Sequence

from chat.events import Event
from handoff.mood import score
from handoff.signals import EpisodeTurn
from retrieval.embedder import Embedder


def turns_of(events: Sequence[Event], embedder: Embedder) -> list[EpisodeTurn]:
    """events: messages of one stretch of the episode, oldest first."""
    return [
        _turn(event, embedder) for event in events if event.kind == "message.added" and event.author.kind in ("customer", "bot", "agent")
    ]


def _turn(event: Event, embedder: Embedder) -> EpisodeTurn:
    text = event.body["text"]
    if event.author.kind == "customer":
        vector = embedder.vector(text)
        return EpisodeTurn("customer", text, vector, score(text, vector))
    if event.author.kind == "agent":
        return EpisodeTurn("agent", text)
    decision = event.body.get("decision") or {}
    sources = tuple(dict.fromkeys(f"article:{one['article']}" for one in event.body.get("citations") or ()))
    return EpisodeTurn("bot", text, action=event.body.get("ending"), confidence=decision.get("confidence"), sources=sources)
