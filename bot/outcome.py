"""What a turn comes to: an answer, a handoff, or both. Everything slow happens here, outside any transaction."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote as url_quote

from sqlalchemy import Connection

from bot.answer import Answer, Answerer, begin_anew, corrected, without_sources
from bot.episode import Story, found_in, judged, story_of, turns_of
from bot.lease import Claim
from bot.procedure import due_step
from bot.question import Citation, Page, Procedure, Question, Turn
from bot.rulebook import own_policy
from bot.tools.desk import Desk, Served
from bot.tools.result import Effect
from chat import log
from chat.events import Event
from chat.inboxes import Inbox, find_inbox
from core.database import Database
from core.scope import system_scope
from handoff.decide import Signals, Thresholds, decide
from handoff.scoring import as_json
from handoff.signals import ANSWERED, EpisodeTurn, gather, with_answer
from handoff.why import why
from knowledge.find import addresses
from people.budget import ModelBudget
from retrieval.embedder import Embedder
from retrieval.search import Filters

Show = Callable[[str], None]
QUOTE_CHARS = 300


@dataclass(frozen=True)
class Tools:
    """What turns are made with."""

    database: Database
    answerer: Answerer
    embedder: Embedder
    budget: ModelBudget
    desk: Desk | None = None


@dataclass(frozen=True)
class Outcome:
    """message: body of the bot's message, or None. reason: of a handoff, or None. At least one of the two is there. effect: of a tool, done
    in the same transaction."""

    assistant: str
    message: dict[str, Any] | None
    reason: str | None
    reason_text: str
    decision: dict[str, Any]
    sentiment: dict[str, Any] | None = None
    effect: Effect | None = None


async def reach_outcome(tools: Tools, mine: Claim, read: tuple[Inbox, Sequence[Event]], show: Show) -> Outcome:
    """read: what `read_for` gave."""
    inbox, story = read[0], story_of(mine.state, read[1])
    thresholds = Thresholds.of(inbox.thresholds)
    # First on the customer's words alone: who asks for a person is not kept waiting for an answer.
    past, now, signals = await asyncio.to_thread(_listen, story, mine.state.signals_from, tools.embedder, thresholds)
    reason = decide(signals, thresholds)
    if reason is not None:
        return _handoff(inbox, None, reason, signals, thresholds, now, {"action": "handoff", "intent": "handoff"})
    question = _question(mine, inbox, story)
    # The company's own steps come first: the number that one of them asked for would else be taken for an order to look up.
    served = await _serve(tools, mine, inbox, story, show) if due_step(question) is None else None
    citations: list[dict[str, Any]] = []
    if served:
        answer = served.answer
    else:
        # Quotes of the company's own articles break no rule of its own.
        policy = await tools.database.read(own_policy, mine.workspace) if tools.answerer.writer else ""
        answer, citations = await _answer(tools, mine, replace(question, policy=policy), show)
    signals = with_answer(signals, past, now, _as_turn(answer), _passages(answer))
    reason = answer.reason if answer.action == "handoff" else decide(signals, thresholds)
    if answer.action == "handoff" and reason == "low_confidence":
        # Withheld by the risk dial, so among no answers given.
        signals = replace(signals, confidences=(*signals.confidences, answer.confidence))
        thresholds = replace(thresholds, confidence_threshold=answer.decision["needed"])
    decision = {**answer.decision, "action": answer.action, "confidence": round(answer.confidence, 4), "reason": reason}
    message: dict[str, Any] | None = None
    if answer.action != "handoff" and (reason is None or answer.action in ANSWERED):
        # An answer that was shown stays; that a person is asked all the same comes after it.
        message = {"text": answer.text, "citations": citations, "ending": answer.action}
        if served and served.card:
            message["card"] = dict(served.card)
    # Whatever is said, a wrong try counts; what was booked counts only if it is said.
    effect = served.effect if served and (message is not None or not served.card) else None
    if reason is None:
        return Outcome(inbox.assistant, message, None, "", decision, as_json(now.sentiment) if now.sentiment else None, effect)
    return replace(_handoff(inbox, message, reason, signals, thresholds, now, decision), effect=effect)


async def _serve(tools: Tools, mine: Claim, inbox: Inbox, story: Story, show: Show) -> Served | None:
    if tools.desk is None:
        return None
    purse = tools.budget.purse(system_scope(mine.workspace, "bot"), mine.state.id)
    served = await tools.desk.serve(mine, inbox, story, purse)
    if served and served.answer.action != "handoff" and served.effect is None:
        # With an effect it is true once that is done, and read with the message.
        show(served.answer.text)
    return served


def read_for(connection: Connection, mine: Claim) -> tuple[Inbox, list[Event]]:
    """All that a turn reads of its conversation."""
    inbox = find_inbox(connection, system_scope(mine.workspace, "bot"), mine.state.inbox)
    return inbox, log.read(connection, mine.workspace, mine.state.id)


def _listen(story: Story, signals_from: int, embedder: Embedder, thresholds: Thresholds) -> tuple[list[EpisodeTurn], EpisodeTurn, Signals]:
    past, now = turns_of(story, signals_from, embedder)
    return past, now, gather(past, now, thresholds=thresholds)


async def _answer(tools: Tools, mine: Claim, question: Question, show: Show) -> tuple[Answer, list[dict[str, Any]]]:
    """With its citations as customers get them. An article may be taken away between search and answer: then it is answered once more, from
    what is there now and with a word of correction, and a mark that leads nowhere is never posted."""
    purse, withdrawn = tools.budget.purse(system_scope(mine.workspace, "bot"), mine.state.id), ""
    for _ in range(2):
        answer = await tools.answerer.answer(question, show, purse=purse, withdrawn=withdrawn)
        citations = await tools.database.read(citations_of, mine.workspace, answer.citations)
        if len(citations) == len(answer.citations):
            return answer, citations
        withdrawn = answer.text
    answer = without_sources(answer, question.language)
    begin_anew(question.language, show)
    show(answer.text)
    return corrected(answer, question.language), []


def outcome_of_failure(failure: str) -> Outcome:
    """The last fallback is a person, never silence."""
    decision = {"action": "handoff", "reason": "bot_unavailable", "failure": failure}
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


def _question(mine: Claim, inbox: Inbox, story: Story) -> Question:
    history = tuple(Turn(event.author.kind, event.body["text"], found=found_in(event)) for event in story.before)  # type: ignore[arg-type]
    page = Page(story.page["url"], story.page.get("title") or "", story.page.get("product") or "") if story.page else None
    filters = Filters(mine.workspace, frozenset(inbox.collections))
    procedures = tuple(Procedure.of(one) for one in inbox.procedures)
    return Question(story.text, filters, history, page, inbox.language, guidance=inbox.guidance, procedures=procedures)


def _as_turn(answer: Answer) -> EpisodeTurn:
    sources = tuple(dict.fromkeys(citation.source for citation in answer.citations))
    action = judged(answer.action, answer.decision)
    return EpisodeTurn("bot", answer.text, action=action, confidence=answer.confidence, sources=sources)


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
