"""Procedures of an inbox: "for refunds first ask for the order number". Which step is due is read off the conversation each time, nothing
is remembered, and the step is taken whether a model words the answers or not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.question import Procedure, Question, Step, Turn
from bot.words import EMAIL, content

_FORMS: dict[str, re.Pattern[str]] = {
    "order_number": re.compile(r"(?<![\w@.])(?:#\s?[\w-]{0,30}\d[\w-]{0,30}|[A-Z]{1,5}-?\d{3,30}[\w-]{0,30}|\d{4,60})(?![\w@])"),
    "email": EMAIL,
    "number": re.compile(r"\d+(?:[.,]\d+)*"),
    "date": re.compile(
        r"\b\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?\b|\b(?:today|yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
        r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b"
        r"|\b\d{1,2}\.? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
        re.IGNORECASE,
    ),
    "yes_no": re.compile(r"\b(?:yes|yeah|yep|no|nope|ja|nein|oui|non|sí|si)\b", re.IGNORECASE),
}


@dataclass(frozen=True)
class Due:
    """begun: the message that set the procedure off. known: what the customer has said to each question asked."""

    procedure: Procedure
    step: Step
    begun: str
    known: tuple[tuple[str, str], ...] = ()


def due_step(question: Question) -> Due | None:
    """The step that the message at hand has come to; None where no procedure applies or all of it is done."""
    turns = (*question.history, Turn("customer", question.text))
    for procedure in question.procedures:
        begun = _begun(procedure, turns)
        if begun is not None:
            return _due(procedure, turns[begun:])
    return None


def _begun(procedure: Procedure, turns: Sequence[Turn]) -> int | None:
    """The turn that set the procedure off, as long as it is under way: the message at hand itself, or one since which it has asked."""
    starts = [at for at, turn in enumerate(turns) if turn.role == "customer" and _applies(procedure, turn.text)]
    if not starts:
        return None
    if starts[-1] == len(turns) - 1 and not _asking(procedure, turns[-2:-1]):
        return starts[-1]
    first = next((at for at in reversed(starts) if at + 1 < len(turns) and _asking(procedure, turns[at + 1 : at + 2])), None)
    return first if first is not None and _asking(procedure, turns[-2:-1]) else None


def _applies(procedure: Procedure, text: str) -> bool:
    said = set(content(text))
    return any(wanted and wanted <= said for wanted in (set(content(phrase)) for phrase in procedure.when))


def _asking(procedure: Procedure, turns: Sequence[Turn]) -> bool:
    return any(turn.role == "bot" and turn.text == step.text for turn in turns for step in procedure.steps if step.kind == "ask")


def _due(procedure: Procedure, turns: Sequence[Turn]) -> Due | None:
    known: list[tuple[str, str]] = []
    for step in procedure.steps:
        if step.kind != "ask":
            return None if step.kind == "answer" and not known else Due(procedure, step, turns[0].text, tuple(known))
        said = _answer_to(step, turns)
        if said is None:
            return Due(procedure, step, turns[0].text, tuple(known))
        known.append((step.text, said))
    return Due(procedure, Step("answer"), turns[0].text, tuple(known))


def _answer_to(step: Step, turns: Sequence[Turn]) -> str | None:
    """What the customer said of that form; of free text, what came right after the question."""
    form = _FORMS.get(step.expects)
    if form is None:
        return next((turn.text for before, turn in pairwise(turns) if before.text == step.text), None)
    after = next((at for at, turn in enumerate(turns) if turn.text == step.text), None)
    # A bare number, date or yes means something only as a reply.
    places = range(len(turns)) if step.expects in ("order_number", "email") else range((after or len(turns)) + 1, len(turns))
    matches = (form.search(turns[at].text) for at in places if turns[at].role == "customer")
    return next((match.group().strip() for match in matches if match), None)
