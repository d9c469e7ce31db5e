"""What a turn comes to: an answer, a handoff, or both. Everything slow happens here, outside any transaction."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as url_quote

from sqlalchemy import Connection

from bot.answer import Answer, Answerer
from bot.episode import turns_of
from bot.lease import Claim
from bot.question import Citation, Page, Question, Turn
from chat.events import Event
from chat.inboxes import Inbox, find_inbox
from core.database import Database
from core.scope import system_scope
from handoff.decide import Signals, Thresholds, decide
from handoff.scoring import as_json
from handoff.signals import EpisodeTurn, gather
from handoff.why import why
from knowledge.find import addresses
from people.budget import ModelBudget
from retrieval.embedder import Embedder
from retrieval.search import Filters

Show = Callable[[str], None]
QUOTE_CHARS = 300
# Messages of the episode that signals are gathered from: after a restart each of them is embedded anew.
LOOK_BACK = 40
# Tokens reserved before a model call; what it really used is settled after it.
ESTIMATE = 4000


@dataclass(frozen=True)
class Tools:
    """What turns are made with."""

    database: Database
    answerer: Answerer
    embedder: Embedder
    budget: ModelBudget


@dataclass(frozen=True)
class Outcome:
    """message: body of the bot's message, or None. reason: of a handoff, or None. At least one of the two is there."""

    assistant: str
    message: dict[str, Any] | None
    reason: str | None
    reason_text: str
    decision: dict[str, Any]
    sentiment: dict[str, Any] | None = None


async def reach_outcome(tools: Tools, mine: Claim, events: Sequence[Event], show: Show) -> Outcome:
    database = tools.database
    inbox = await database.read(find_inbox, system_scope(mine.workspace, "bot"), mine.state.inbox)
    episode = [e for e in events if e.episode == mine.state.episode and not e.erased]
    heard = [e for e in episode if e.kind == "message.added" and e.seq <= mine.covers]
    thresholds = Thresholds.of(inbox.thresholds)
    recent = [e for e in heard if e.seq > mine.state.signals_from][-LOOK_BACK:]
    turns = await asyncio.to_thread(turns_of, recent, tools.embedder)
    past, now = turns[:-1], turns[-1]
    # First on the customer's words alone: who asks for a person is not kept waiting for an answer.
    signals = gather(past, now, thresholds=thresholds)
    reason = decide(signals, thresholds)
    if reason is not None:
        return _handoff(inbox, None, reason, signals, thresholds, now, {"action": "handoff", "intent": "handoff"})
    answer = await _answer(tools, mine, _question(mine, inbox, episode, heard), show)
    signals = gather(past, now, _as_turn(answer), _passages(answer), thresholds=thresholds)
    reason = answer.reason if answer.action == "handoff" else decide(signals, thresholds)
    decision = {**answer.decision, "action": answer.action, "confidence": round(answer.confidence, 4), "reason": reason}
    message = None
    if answer.action != "handoff" and (reason is None or answer.action == "answer"):
        # An answer that was shown stays; that a person is asked all the same comes after it.
        citations = await database.read(citations_of, mine.workspace, answer.citations)
        message = {"text": answer.text, "citations": citations, "ending": answer.action}
    if reason is None:
        return Outcome(inbox.assistant, message, None, "", decision, as_json(now.sentiment) if now.sentiment else None)
    return _handoff(inbox, message, reason, signals, thresholds, now, decision)


async def _answer(tools: Tools, mine: Claim, question: Question, show: Show) -> Answer:
    """With the model as long as its budget lasts, else with the embedded answerer."""
    scope = system_scope(mine.workspace, "bot")
    taken = await tools.budget.take(scope, mine.state.id, ESTIMATE) if tools.answerer.has_model else None
    answer = await tools.answerer.answer(question, show, use_model=taken is not None)
    if taken is not None:
        spent = answer.decision.get("tokens") or {}
        await tools.budget.settle(scope, mine.state.id, taken, int(spent.get("input_tokens", 0)) + int(spent.get("output_tokens", 0)))
    return answer


def outcome_of_failure(error: Exception) -> Outcome:
    """The last fallback is a person, never silence."""
    decision = {"action": "handoff", "reason": "bot_unavailable", "failure": type(error).__name__}
    text = why("bot_unavailable", Signals(bot_available=False), Thresholds()).customer
    return Outcome("", None, "bot_unavailable", text, decision)


def citations_of(connection: Connection, workspace: str, citations: Collection[Citation]) -> list[dict[str, Any]]:
    """As customers get them. A citation whose article is not public any more is left out."""
    named = addresses(connection, workspace, {_article(one.source) for one in citations})
    shown = []
    for one in citations:
        address = named.get(_article(one.source))
        if address is not None and address.public:
            url = f"/help/{address.slug}?quote={url_quote(one.quote[:QUOTE_CHARS])}#quote"
            shown.append(
                {"n": one.n, "article": address.article, "title": address.title, "passage": one.passage, "quote": one.quote,
                 "url": url, "original": address.original}
            )  # fmt: skip
    return shown


def _article(source: str) -> str:
    return source.partition(":")[2]


def _question(mine: Claim, inbox: Inbox, episode: Sequence[Event], heard: Sequence[Event]) -> Question:
    """Messages sent one after the other are one question."""
    answered = max((e.seq for e in heard if e.author.kind != "customer"), default=0)
    asked = [e for e in heard if e.seq > answered and e.author.kind == "customer"] or list(heard[-1:])
    before = [e for e in heard if e.seq < asked[0].seq and e.author.kind in ("customer", "bot", "agent")]
    history = tuple(Turn(e.author.kind, e.body["text"]) for e in before)  # type: ignore[arg-type]
    filters = Filters(mine.workspace, frozenset(inbox.collections))
    return Question("\n".join(e.body["text"] for e in asked), filters, history, _page(episode), inbox.language)


def _page(episode: Sequence[Event]) -> Page | None:
    for event in reversed(episode):
        if page := event.body.get("page"):
            return Page(page["url"], page.get("title") or "", page.get("product") or "")
    return None


def _as_turn(answer: Answer) -> EpisodeTurn:
    sources = tuple(dict.fromkeys(citation.source for citation in answer.citations))
    return EpisodeTurn("bot", answer.text, action=answer.action, confidence=answer.confidence, sources=sources)


def _passages(answer: Answer) -> list[str] | None:
    """The texts found, for error codes that no article holds; None when nothing was searched."""
    return list(answer.found) if answer.decision.get("intent") == "question" else None


def _handoff(
    inbox: Inbox,
    message: dict[str, Any] | None,
    reason: str,
    signals: Signals,
    thresholds: Thresholds,
    now: EpisodeTurn,
    decision: dict[str, Any],
) -> Outcome:
    explained = why(reason, signals, thresholds)
    decision = {**decision, "reason": reason, "why": explained.agent}
    return Outcome(inbox.assistant, message, reason, explained.customer, decision, as_json(now.sentiment) if now.sentiment else None)
