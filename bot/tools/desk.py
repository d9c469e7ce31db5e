"""Tools tried before articles are searched: one call from the turn. What is asked for is remembered nowhere but in the log."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.call import ModelFailure, Usage
from bot.episode import Story
from bot.injection import CERTAIN, injection_in
from bot.intent import intent_of
from bot.lease import Claim
from bot.question import Answer
from bot.rulebook import named
from bot.tools.booking import BOOK, booking_tools
from bot.tools.hours import choice_of, wish_of
from bot.tools.order_source import source_of
from bot.tools.orders import NAME as ORDER
from bot.tools.orders import order_tool
from bot.tools.registry import Refused, Registry, failed
from bot.tools.result import Call, Effect, Errand, Means, Result
from bot.tools.rules import ASKED_AT_MOST, SCANNED, Pending, choose, concerns, declined, is_short, order_arguments
from bot.tools.words import say
from chat.inboxes import Inbox
from core.log import log
from core.mask import mask_all
from core.scope import Signed
from people.budget import Purse


@dataclass(frozen=True)
class Served:
    """effect: to be done with the message."""

    answer: Answer
    card: Mapping[str, Any] | None = None
    effect: Effect | None = None


@dataclass(frozen=True)
class Chosen:
    """What a model came to: the call it made last and what came of it."""

    call: Call
    result: Result


class Chooser(Protocol):
    """A model that may choose tools."""

    async def choose(self, registry: Registry, errand: Errand, story: Story, usage: Usage) -> Chosen | None:
        """None: it wants none. Raises ModelFailure."""
        ...


@dataclass(frozen=True)
class Desk:
    """chooser: None, and rules choose alone."""

    means: Means
    chooser: Chooser | None = None

    async def serve(self, mine: Claim, inbox: Inbox, story: Story, purse: Purse | None = None) -> Served | None:
        """None when no tool is meant: then the articles are asked."""
        pending = pending_of(story)
        if intent_of(story.text) != "question" and not (pending and declined(story.text)):
            return None
        if not pending and not concerns(story.text):
            # Most messages: nothing is read for them.
            return None
        registry = await self.means.database.read(self.registry, mine.workspace, inbox)
        if not registry:
            return None
        work = _Work(registry, errand_of(mine, inbox, story, self.means.clock.now()), pending, Usage(purse), self.chooser is not None)
        if work.pending and declined(story.text):
            return work.served(Call(work.pending.tool, {}, "pending"), Result("facts", say("never_mind", inbox.language)))
        if (again := work.asked_again()) is not None:
            return again
        chosen = await self._by_model(work, story)
        if chosen is None:
            call = work.continued() or choose(story.text, registry.tools)
            if call is None:
                return None
            chosen = Chosen(call, await _run(work, call))
        return work.served(chosen.call, chosen.result)

    def registry(self, connection: Connection, workspace: str, inbox: Inbox) -> Registry:
        """Those that this inbox offers."""
        source = source_of(connection, workspace, inbox.id)
        orders = (order_tool(self.means, source),) if source else ()
        bookings = booking_tools(self.means) if inbox.slot_minutes > 0 and any(inbox.hours.values()) else ()
        return Registry.of(*orders, *bookings)

    def not_here(self, connection: Connection, workspace: str, inboxes: Sequence[Inbox], text: str) -> Answer | None:
        """Where no customer is: that one of these inboxes would do it for one, and nothing is done. None when no tool is meant."""
        if intent_of(text) != "question" or not concerns(text):
            return None
        for inbox in inboxes:
            registry = self.registry(connection, workspace, inbox)
            if call := choose(text, registry.tools):
                work = _Work(
                    registry, Errand(workspace, inbox, "", "", None, (text,), inbox.language, self.means.clock.now()), None, Usage()
                )
                return work.served(Call(call.tool, {}), Result("not_here", say("not_here", inbox.language))).answer
        return None

    async def _by_model(self, work: "_Work", story: Story) -> Chosen | None:
        """None also when it fails: rules can do the same."""
        if self.chooser is None or not (work.pending or concerns(story.text)):
            return None
        if injection_in(story.text, None) >= CERTAIN:
            # Who gives the bot orders is served by rules, which obey nobody.
            work.fallback = "injection"
            return None
        try:
            return await self.chooser.choose(work.registry, work.errand, story, work.usage)
        except (ModelFailure, TimeoutError) as failure:
            work.fallback = failure.kind if isinstance(failure, ModelFailure) else "deadline"
            log.info("tool_model_failed", conversation=work.errand.conversation, kind=work.fallback)
            return None


async def _run(work: "_Work", call: Call) -> Result:
    try:
        return await work.registry.run(call, work.errand)
    except Refused as error:
        return failed(work.errand, f"refused: {error}")


class _Work:
    """One message at the desk. obeying: there is a model, which what is found could give orders to."""

    def __init__(self, registry: Registry, errand: Errand, pending: Pending | None, usage: Usage, obeying: bool = False) -> None:
        self.registry, self.errand, self.usage, self._obeying = registry, errand, usage, obeying
        self.pending = pending if pending and pending.tool in registry.tools else None
        self.fallback: str | None = None
        self._began = time.monotonic()

    def continued(self) -> Call | None:
        """The answer to what was asked, if the message holds it."""
        pending, text = self.pending, self.errand.text[:SCANNED]
        if pending is None:
            return None
        if pending.tool == ORDER:
            found = order_arguments(text, asked_for_number=pending.missing == "number")
            return Call(ORDER, {**pending.arguments, **found}, "pending") if found else None
        when = _when(text, pending, self.errand) if pending.tool == BOOK else None
        return Call(BOOK, {"when": when[:200]}, "pending") if when else None

    def asked_again(self) -> Served | None:
        """Once more for what a short message should have held and does not."""
        pending, text = self.pending, self.errand.text
        if pending is None or pending.tool != ORDER or not is_short(text) or pending.asked >= ASKED_AT_MOST:
            return None
        if self.continued() or choose(text, self.registry.tools):
            return None
        words = say(f"ask_again_{pending.missing}", self.errand.language)
        result = Result("ask", words, missing=pending.missing, arguments=pending.arguments, offered=pending.offered)
        return self.served(Call(pending.tool, pending.arguments, "pending"), result, asked=pending.asked + 1)

    def served(self, call: Call, result: Result, asked: int = 1) -> Served:
        action, reason = _ENDINGS[result.kind]
        if not result.source and not result.facts and result.kind == "facts":
            action = "small_talk"
        decision = self._decision(call, result, asked) | {"action": action, "reason": reason}
        return Served(Answer(action, result.text, (), 1.0, reason, decision), result.card, result.effect)

    def _decision(self, call: Call, result: Result, asked: int) -> dict[str, Any]:
        """As an answer's: what was done, with what, and why."""
        pending = None
        if result.kind == "ask":
            pending = {"tool": call.tool, "missing": result.missing, "arguments": dict(result.arguments), "asked": asked}
            pending |= {"offered": list(result.offered)} if result.offered else {}
        facts = [{"name": fact.name, "value": fact.value} for fact in result.facts]
        done = {"name": call.tool, "by": call.by, "arguments": mask_all(dict(call.arguments)), "outcome": result.kind, "facts": facts}
        done |= {"source": result.source or None, "failure": result.failure or None}
        if self._obeying and facts:
            done["injection"] = round(max(injection_in(fact.value, None) for fact in result.facts), 4)
        ms = round((time.monotonic() - self._began) * 1000, 1)
        return {
            "policy": named(), "intent": "tool", "answerer": "tool", "fallback": self.fallback, "fallback_detail": None, "model": None,
            "dropped_sentences": 0, "tokens": self.usage.as_json(), "timings": {"tool_ms": ms, "total_ms": ms}, "tool": done,
            "pending": pending, "passages": [], "signals": {},
        }  # fmt: skip


_ENDINGS: dict[str, tuple[Any, str | None]] = {
    "facts": ("answer", None),
    "ask": ("clarify", None),
    "failed": ("handoff", "tool_failure"),
    "not_here": ("no_answer", None),
}


def _when(text: str, pending: Pending, errand: Errand) -> str | None:
    choice = choice_of(text, len(pending.offered))
    if choice is not None:
        return pending.offered[choice]
    wish = wish_of(text, errand.local(errand.now).date())
    if wish is None:
        return None
    if wish.clock and not wish.day:
        # "at ten": of the times that were just offered, if one of them is.
        meant = [label for label in pending.offered if label.endswith(f"{wish.clock:%H:%M}")]
        if len(meant) == 1:
            return meant[0]
    return text


def pending_of(story: Story) -> Pending | None:
    """What the bot's last word asked for; nobody may have spoken since but the customer."""
    last = next((event for event in reversed(story.before) if event.author.kind != "customer"), None)
    return Pending.of(last.body.get("decision")) if last is not None and last.author.kind == "bot" else None


def errand_of(mine: Claim, inbox: Inbox, story: Story, now: int) -> Errand:
    earlier = [event.body["text"] for event in story.before if event.author.kind == "customer"]
    return Errand(mine.workspace, inbox, mine.state.id, mine.state.contact, _signed(story), (*earlier, story.text), inbox.language, now)


def _signed(story: Story) -> Signed | None:
    """The same for every message at hand, or nobody."""
    stamps = {tuple(sorted((event.body.get("signed") or {}).items())) for event in story.asked}
    if len(stamps) != 1:
        return None
    stamp = dict(stamps.pop())
    return Signed(stamp["sub"], stamp.get("email", "")) if stamp.get("sub") else None
