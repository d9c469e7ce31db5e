"""The log's events as the turns that handoff judges. Blocking: a message that was never embedded is embedded here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chat.events import Event
from chat.state import Conversation
from handoff.heads import vector_of
from handoff.mood import Sentiment, score
from handoff.signals import EpisodeTurn
from retrieval.embedder import Embedder

# Messages that old signals are gathered from.
LOOK_BACK = 40


@dataclass(frozen=True)
class Story:
    """asked: the customer's messages that nobody has answered, however long ago they came. before: what was said besides, in order, those
    of the bot's that were written after them but answer others included. page: where the customer was last."""

    asked: tuple[Event, ...]
    before: tuple[Event, ...]
    scored: Mapping[int, Mapping[str, Any]]
    page: Mapping[str, Any] | None

    @property
    def text(self) -> str:
        """Messages sent one after the other are one question."""
        return "\n".join(event.body["text"] for event in self.asked)


def story_of(state: Conversation, events: Sequence[Event]) -> Story:
    """Of the episode that the conversation is in, as far as `state` knows it."""
    episode = [event for event in events if event.episode == state.episode and not event.erased]
    spoken = [event for event in episode if event.kind == "message.added" and event.author.kind in ("customer", "bot", "agent")]
    asked = tuple(e for e in spoken if e.author.kind == "customer" and state.covered_seq < e.seq <= state.last_customer_seq)
    before = tuple(e for e in spoken if e.author.kind != "customer" or e.seq <= state.covered_seq)
    scored = {e.body["message"]: e.body["sentiment"] for e in episode if e.kind == "message.scored"}
    page = next((e.body["page"] for e in reversed(episode) if e.body.get("page")), None)
    return Story(asked, before, scored, page)


def found_in(event: Event) -> tuple[str, ...]:
    """What of a message a tool found."""
    done = (event.body.get("decision") or {}).get("tool") or {}
    return tuple(fact["value"] for fact in done.get("facts") or ())


def turns_of(story: Story, signals_from: int, embedder: Embedder) -> tuple[list[EpisodeTurn], EpisodeTurn]:
    """(what came before, the message at hand). Old messages are not embedded: their mood is in the log, and their vectors are made when one
    of them may have asked the same."""
    past = [_past(event, story, embedder) for event in story.before if event.seq > signals_from][-LOOK_BACK:]
    asked = [_at_hand(event.body["text"], embedder) for event in story.asked] or [EpisodeTurn("customer", "")]
    return [*past, *asked[:-1]], asked[-1]


def _at_hand(text: str, embedder: Embedder) -> EpisodeTurn:
    vector = vector_of(text, embedder)
    return EpisodeTurn("customer", text, vector, score(text, vector))


def _past(event: Event, story: Story, embedder: Embedder) -> EpisodeTurn:
    text = event.body["text"]
    if event.author.kind == "customer":
        return EpisodeTurn(
            "customer", text, sentiment=_mood(text, story.scored.get(event.seq), embedder), embed=partial(vector_of, embedder=embedder)
        )
    if event.author.kind == "agent":
        return EpisodeTurn("agent", text)
    decision = event.body.get("decision") or {}
    sources = tuple(dict.fromkeys(f"article:{one['article']}" for one in event.body.get("citations") or ()))
    action = judged(event.body.get("ending"), decision)
    return EpisodeTurn("bot", text, action=action, confidence=decision.get("confidence"), sources=sources)


def judged(action: Any, decision: Mapping[str, Any]) -> Any:
    """Asking for what a tool needs, or what a procedure asks, is no failed attempt to understand; having to ask it again is one."""
    asked = decision.get("procedure") and action == "clarify" and not decision.get("asked_again")
    return None if decision.get("pending") or asked else action


def _mood(text: str, known: Mapping[str, Any] | None, embedder: Embedder) -> Sentiment:
    if known is not None and "negative" in known:
        return Sentiment(known["score"], known["negative"], known["word"])
    return score(text, vector_of(text, embedder))
