"""From a question to an answer with its sources, within its time, whatever fails on the way."""

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.call import ModelFailure, Usage
from bot.confidence import Confidence, load_confidence
from bot.embedded import compose, quoted
from bot.injection import CERTAIN, injection_in, readable
from bot.intent import Intent, intent_of
from bot.look import Looked, look
from bot.phrases import no_language, phrase
from bot.procedure import Due, due_step
from bot.query import query_of, rewritten
from bot.question import Action, Answer, Citation, Page, Question, Turn
from bot.rulebook import named
from bot.tuned import Confidences
from bot.unclear import part_without_answer, two_meanings
from bot.windows import LIMIT_WORDS
from bot.worth import Worth, load_worth
from bot.writer import Writer
from core.log import log
from handoff.signals import ANSWERED
from people.budget import Purse
from retrieval.language import language_of
from retrieval.query import Hit, Query
from retrieval.question import leans
from retrieval.search import Searcher

__all__ = ["START_ANEW", "Action", "Answer", "Answerer", "Citation", "Page", "Question", "Turn"]

# Handed to on_delta when what was shown so far is withdrawn and the text begins again.
START_ANEW = ""
BUDGET_S = 40.0

Show = Callable[[str], None]


@dataclass(frozen=True)
class Found(Looked):
    """injection: how likely the question gives the bot orders; None where no model could obey."""

    confidence: float
    injection: float | None
    by: Confidence


@dataclass(frozen=True)
class Reply:
    """What is said. reason: a handoff's."""

    action: Action
    text: str
    citations: tuple[Citation, ...] = ()
    reason: str | None = None


@dataclass
class Trace:
    """Becomes the decision."""

    intent: Intent
    policy: str
    began: float = field(default_factory=time.monotonic)
    answerer: str = "none"
    fallback: str | None = None
    detail: str | None = None
    model: str | None = None
    dropped: int = 0
    withdrawn: str = ""
    procedure: str | None = None
    rewrite: dict[str, str | None] | None = None
    usage: Usage = field(default_factory=Usage)
    timings: dict[str, float] = field(default_factory=dict)

    def lap(self, name: str) -> None:
        self.timings[name] = round((time.monotonic() - self.began) * 1000, 1)


class Answerer:
    """One for the process. writer: the model; None: the embedded answerer alone. floor: overrides the fitted one; below it nothing is
    answered. budget_s: wall clock of everything before the embedded answer. worth: what sentences are worth; None takes the shipped one."""

    def __init__(
        self,
        searcher: Searcher,
        confidence: Confidences | None = None,
        writer: Writer | None = None,
        *,
        floor: float | None = None,
        budget_s: float = BUDGET_S,
        worth: Worth | None = None,
    ) -> None:
        self._searcher, self._writer, self._budget_s = searcher, writer, budget_s
        self._confidence = confidence or load_confidence()
        self._worth = worth or load_worth()
        self._floor = floor

    @property
    def writer(self) -> Writer | None:
        return self._writer

    def over(self, searcher: Any) -> "Answerer":
        """The same answerer over what searches as a Searcher does: for trying a draft."""
        return Answerer(searcher, self._confidence, self._writer, floor=self._floor, budget_s=self._budget_s, worth=self._worth)

    async def answer(self, question: Question, on_delta: Show, *, purse: Purse | None = None, withdrawn: str = "") -> Answer:
        """on_delta gets pieces of the text as they come, START_ANEW before a text that replaces what was shown and says so; it runs on the
        event loop. purse: what the model may cost; None is without limit. withdrawn: an answer that was shown and does not hold any more.
        Raises only what the search raises (Unavailable, a broken database)."""
        trace = Trace(intent_of(question.text), named(question.policy), usage=Usage(purse), withdrawn=withdrawn)
        if withdrawn:
            begin_anew(question.language, on_delta)
        answer = await self._answer(question, trace, on_delta)
        return corrected(answer, question.language) if trace.withdrawn else answer

    async def _answer(self, question: Question, trace: Trace, on_delta: Show) -> Answer:
        if trace.intent != "question":
            return _small_talk(question, trace, on_delta)
        due = due_step(question)
        if due is not None and due.step.kind != "answer":
            return _stepped(question, due, trace, on_delta)
        if due is not None:
            trace.procedure = due.procedure.name
            question = replace(question, text=due.begun, known=due.known)
        query = await self._rewritten(question, trace) if self._writer and question.history else None
        found = await asyncio.to_thread(self._look, question, query)
        trace.lap("search_ms")
        answer = None
        if self._writer and found.results.hits and found.confidence >= max(self._floor_of(found) / 2, found.by.needed):
            if (found.injection or 0.0) < CERTAIN:
                answer = await self._written(question, found, trace, on_delta)
            else:
                # Whoever gives orders gets what the articles say all the same, from the answerer that obeys nobody.
                trace.fallback = "injection"
        if answer is None:
            answer = self._quoted(question, found, trace, on_delta)
        return answer

    async def _rewritten(self, question: Question, trace: Trace) -> Query | None:
        """What is searched for when the model has put a follow-up as a whole question; None: the question as it is."""
        assert self._writer is not None
        query = query_of(question)
        if not leans(query) or await asyncio.to_thread(self._injection, question.text) >= CERTAIN:
            return None
        try:
            text, failure = await self._writer.rewrite(question, trace.usage), None
        except ModelFailure as error:
            text, failure = None, error.kind
            log.info("follow_up_not_rewritten", why=failure)
        if text is None and failure is None:
            return None
        trace.lap("rewrite_ms")
        trace.rewrite = {"text": text, "failure": failure}
        return rewritten(query, text) if text else None

    def _look(self, question: Question, query: Query | None) -> Found:
        looked = look(self._searcher, query or query_of(question), question.filters, self._worth)
        by = self._confidence.for_workspace(question.filters.workspace)
        confidence = by.of(looked.features, self._searcher.embedder.model) if looked.results.hits else 0.0
        injection = self._injection(question.text, looked.results.degraded) if self._writer else None
        return Found(**vars(looked), confidence=confidence, injection=injection, by=by)

    def _injection(self, text: str, degraded: bool = False) -> float:
        embedder = self._searcher.embedder
        return injection_in(text, None if degraded or not readable(embedder.model) else embedder.vector(text))

    def _floor_of(self, found: Found) -> float:
        return found.by.floor if self._floor is None else self._floor

    async def _written(self, question: Question, found: Found, trace: Trace, on_delta: Show) -> Answer | None:
        """None when the embedded answerer has to step in."""
        assert self._writer is not None
        shown: list[str] = []

        def show(piece: str) -> None:
            shown.append(piece)
            on_delta(piece)

        left = self._budget_s - (time.monotonic() - trace.began)
        try:
            async with asyncio.timeout(left):
                written = await self._writer.write(question, found.results.hits, trace.usage, show)
        except (ModelFailure, TimeoutError) as failure:
            named = failure if isinstance(failure, ModelFailure) else ModelFailure("deadline")
            trace.fallback, trace.detail = named.kind, named.detail
            if shown:
                trace.withdrawn = "".join(shown)
                begin_anew(question.language, on_delta)
            return None
        finally:
            trace.lap("model_ms")
        trace.answerer, trace.model, trace.dropped = "model", written.model, written.dropped
        if written.decision == "handoff":
            reply = Reply("handoff", phrase("handoff", question.language), (), "missing_knowledge")
        else:
            reply = Reply(written.decision, written.text, () if written.decision == "clarify" else written.citations)
        if reply.action not in ANSWERED:
            on_delta(reply.text)
        return self._done(found, trace, reply)

    def _quoted(self, question: Question, found: Found, trace: Trace, on_delta: Show) -> Answer:
        trace.answerer = "embedded"
        reply, pieces = self._quote(question, found)
        for piece in pieces or [reply.text]:
            on_delta(piece)
        return self._done(found, trace, reply)

    def _quote(self, question: Question, found: Found) -> tuple[Reply, list[str]]:
        """pieces: the text as it is shown bit by bit; empty: at once."""
        language = question.language
        if lacking := self._lacking(question, found.results.hits):
            return Reply("no_answer", no_language(lacking), (), "missing_knowledge"), []
        if not found.windows or found.confidence < self._floor_of(found):
            return Reply("no_answer", phrase("no_answer", language), (), "missing_knowledge"), []
        if found.confidence < found.by.needed:
            # Not sure enough for what the risk dial allows: nothing is shown that may be wrong.
            return Reply("handoff", phrase("handoff", language), (), "low_confidence"), []
        meanings = two_meanings(question.text, found.results.hits) if not question.history else None
        if meanings:
            return Reply("clarify", phrase("which", language, *(citation.title for citation in meanings)), meanings), []
        missing = part_without_answer(question.text, found.results.hits)
        note = f"\n\n{phrase('partial', language, missing)}" if missing else ""
        pieces, citations = compose(quoted(found.asked, found.windows, LIMIT_WORDS - len(note.split())))
        pieces = [piece for piece in (*pieces, note) if piece]
        return Reply("partial" if missing else "answer", "".join(pieces), citations), pieces

    def _lacking(self, question: Question, hits: Sequence[Hit]) -> str | None:
        """The customer's language when no article is in it, by its tag or by what was found: tags are often left as they came."""
        spoken = language_of(question.text)
        if spoken is None or spoken in self._searcher.languages(question.filters):
            return None
        return None if any(language_of(hit.text) == spoken for hit in hits) else spoken

    def _done(self, found: Found, trace: Trace, reply: Reply) -> Answer:
        trace.lap("total_ms")
        texts = tuple(hit.text for hit in found.results.hits)
        decision = self._decision(found, trace, reply)
        return Answer(reply.action, reply.text, reply.citations, found.confidence, reply.reason, decision, texts)

    def _decision(self, found: Found, trace: Trace, reply: Reply) -> dict[str, Any]:
        return (
            _base(trace, reply.action, reply.reason)
            | {
                "confidence": found.confidence,
                "floor": self._floor_of(found),
                "needed": found.by.needed,
                "confidence_model": f"{found.by.model} {found.by.fitted_at}",
                "confidence_head": found.by.head_for(found.features, self._searcher.embedder.model),
                "because": found.by.because(found.features, self._searcher.embedder.model) if found.results.hits else {},
                "degraded": found.results.degraded,
                "injection": None if found.injection is None else round(found.injection, 4),
                "passages": [_passage(hit) for hit in found.results.hits[:10]],
                "signals": {name: round(value, 4) for name, value in found.features.items()},
            }
            | ({"second_look": found.results.second_look} if found.results.second_look else {})
        )


def begin_anew(language: str, show: Show) -> None:
    """Takes back what was shown, and says so."""
    show(START_ANEW)
    show(_correction(language))


def corrected(answer: Answer, language: str) -> Answer:
    """The answer as it is shown after begin_anew."""
    return replace(answer, text=_correction(language) + answer.text)


def _correction(language: str) -> str:
    return f"{phrase('correction', language)}\n\n"


def without_sources(answer: Answer, language: str) -> Answer:
    """The same turn where the articles behind its answer have gone meanwhile: then nothing is known."""
    decision = {**answer.decision, "action": "no_answer", "reason": "missing_knowledge", "sources_gone": True}
    return replace(
        answer, action="no_answer", text=phrase("no_answer", language), citations=(), reason="missing_knowledge", decision=decision
    )


def _small_talk(question: Question, trace: Trace, on_delta: Show) -> Answer:
    text = phrase(trace.intent, question.language)
    # Asking back counts towards a handoff; a symbol is no failed attempt to be understood.
    action: Action = "clarify" if trace.intent == "empty" else "small_talk"
    on_delta(text)
    trace.lap("total_ms")
    return Answer(action, text, (), 1.0, None, _base(trace, action, None) | {"confidence": 1.0, "passages": [], "signals": {}})


def _stepped(question: Question, due: Due, trace: Trace, on_delta: Show) -> Answer:
    """A step of a procedure that needs no article."""
    trace.procedure = due.procedure.name
    action: Action = "clarify" if due.step.kind == "ask" else "handoff"
    reason, text = (None, due.step.text) if action == "clarify" else ("rule", phrase("handoff", question.language))
    on_delta(text)
    trace.lap("total_ms")
    again = any(turn.role == "bot" and turn.text == text for turn in question.history)
    known = {"known": [list(one) for one in due.known], "asked_again": again, "confidence": 1.0, "passages": [], "signals": {}}
    return Answer(action, text, (), 1.0, reason, _base(trace, action, reason) | known)


def _base(trace: Trace, action: Action, reason: str | None) -> dict[str, Any]:
    return {
        "policy": trace.policy,
        "intent": trace.intent,
        "action": action,
        "reason": reason,
        "answerer": trace.answerer,
        "fallback": trace.fallback,
        "fallback_detail": trace.detail,
        "model": trace.model,
        "dropped_sentences": trace.dropped,
        "withdrawn": trace.withdrawn or None,
        "procedure": trace.procedure,
        "tokens": trace.usage.as_json(),
        "timings": trace.timings,
    } | {name: value for name, value in (("said", trace.usage.said), ("rewrite", trace.rewrite)) if value}


def _passage(hit: Hit) -> dict[str, Any]:
    cosine = None if math.isnan(hit.cosine) else round(hit.cosine, 4)
    return {
        "passage": hit.passage, "source": hit.source, "title": hit.title, "heading": list(hit.heading),
        "score": round(hit.score, 4), "cosine": cosine, "lexical": round(hit.lexical, 4),
    }  # fmt: skip
