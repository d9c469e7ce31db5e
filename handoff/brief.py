"""The brief: what the agent reads first. Extractive, so that nothing in it is invented; every item names the message (seq) it came from."""

import re
from collections.abc import Sequence
from typing import Any

from chat.events import Event

WANTS_CHARS = 400
TRIED = 5
FACTS = 12
# Of one message, and messages of an episode: this runs in the writer, on text that a customer chose.
SCANNED_CHARS = 2000
SCANNED_MESSAGES = 20
# Every repetition is bounded and every pattern begins at the edge of a word, so that the cost grows with the text and no faster.
_FACTS = (
    ("e-mail", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")),
    ("order", re.compile(r"(?<![\w-])#?(?:[A-Z]{2,4}-\d{3,10}|\d{6,16})(?![\w-])")),
    ("phone", re.compile(r"(?<![\w-])\+\d[\d ()/-]{7,18}\d")),
    ("name", re.compile(r"(?i:\b(?:my name is|i am called|i'm called))\s{1,3}([A-Z][\w'-]{1,40}(?:\s[A-Z][\w'-]{1,40}){0,2})")),
    ("amount", re.compile(r"[€$£]\s?\d{1,9}(?:[.,]\d{1,3}){0,4}|(?<![\d.,])\d{1,9}(?:[.,]\d{1,3}){0,4}\s?(?:€|EUR|USD|GBP)")),
)


def build_brief(events: Sequence[Event], reason: str, sentiment: dict[str, Any] | None = None) -> dict[str, Any]:
    """events: of one episode, in order. sentiment: of the newest customer message when it is not in the log yet."""
    messages = [e for e in events if e.kind == "message.added" and not e.erased]
    customer = [e for e in messages if e.author.kind == "customer"]
    return {
        "reason": reason,
        "wants": _wants(messages, customer, reason),
        "tried": _tried(messages),
        "mood": _mood(events, customer, sentiment),
        "page": _page(events),
        "facts": _facts(customer),
    }


def bare_brief(reason: str) -> dict[str, Any]:
    """Nothing but the reason: for a handoff that must come about although the story cannot be told."""
    return build_brief((), reason)


def _wants(messages: Sequence[Event], customer: Sequence[Event], reason: str) -> dict[str, Any] | None:
    """The newest message. "Let me talk to someone" is not what they want: then the last question that the bot worked on."""
    worked_on = [e for e in messages if e.author.kind == "bot" and e.body.get("ending") in ("answer", "partial", "clarify", "no_answer")]
    candidates = list(customer)
    if worked_on and reason == "asked_for_human":
        last = worked_on[-1]
        candidates = [e for e in customer if e.seq <= (last.covers or last.seq)] or candidates
    return {"text": candidates[-1].body["text"][:WANTS_CHARS], "seq": candidates[-1].seq} if candidates else None


def _tried(messages: Sequence[Event]) -> list[dict[str, Any]]:
    answers = [e for e in messages if e.author.kind == "bot" and e.body.get("ending") != "small_talk"]
    return [
        {
            "text": e.body["text"][:WANTS_CHARS],
            "seq": e.seq,
            "sources": [{"title": c["title"], "url": c["url"]} for c in e.body.get("citations") or ()],
            "confidence": (e.body.get("decision") or {}).get("confidence"),
        }
        for e in answers[-TRIED:]
    ]


def _mood(events: Sequence[Event], customer: Sequence[Event], newest: dict[str, Any] | None) -> dict[str, Any] | None:
    """trend: the newest score minus the first of the episode, so below 0 is getting worse."""
    scored = [(e.body["message"], e.body["sentiment"]) for e in events if e.kind == "message.scored" and not e.erased]
    if newest and customer and (not scored or scored[-1][0] < customer[-1].seq):
        scored.append((customer[-1].seq, newest))
    if not scored:
        return None
    seq, last = scored[-1]
    return {"word": last["word"], "score": last["score"], "trend": round(last["score"] - scored[0][1]["score"], 2), "seq": seq}


def _page(events: Sequence[Event]) -> dict[str, Any] | None:
    for event in reversed(events):
        page = event.body.get("page") if not event.erased else None
        if page and event.author.kind == "customer":
            return {"url": page["url"], "title": page.get("title") or page["url"], "product": page.get("product"), "seq": event.seq}
    return None


def _facts(customer: Sequence[Event]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], int] = {}
    for event in customer[-SCANNED_MESSAGES:]:
        text = event.body["text"][:SCANNED_CHARS]
        for name, pattern in _FACTS:
            for match in pattern.finditer(text):
                found.setdefault((name, (match.group(1) if match.groups() else match.group()).strip()), event.seq)
        if len(found) >= FACTS:
            break
    return [{"name": name, "value": value, "seq": seq} for (name, value), seq in list(found.items())[:FACTS]]
