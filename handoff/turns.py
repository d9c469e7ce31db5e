"""How a conversation goes, turn by turn: whether the customer is dissatisfied with what was just said, and whether the bot's words fit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p
from typing import Literal

import numpy as np

from handoff.heads import Vector, head
from handoff.mood_cues import cues
from handoff.mood_words import KINDS, mood_words
from handoff.wording import fold

DIMENSION = 384
ALARM = 0.5
Role = Literal["customer", "bot"]
# How much is left of earlier trouble two turns on, and how much one turn counts: a single one is no alarm.
KEPT = 0.6
COUNTED: dict[Role, float] = {"customer": 0.6, "bot": 0.2}


@dataclass(frozen=True)
class Spoken:
    """vector: MiniLM's, or None."""

    role: Role
    text: str
    vector: Vector | None = None


_BOT_FAILED = re.compile(
    r"\b(?:unable|could ?n[o']?t|cannot|can't|can not|fail(?:ed|s)?|unsuccessful|not (?:able|available|possible|find|found|work\w*)|"
    r"no (?:available|more|other|such|results?|\w+ (?:available|found))|isn't|is not|aren't|does(?: not|n't)|do(?: not|n't)|unfortunately|"
    r"error|problem|unavailable|sold out|fully booked|full)\b"
)
_BOT_SORRY = re.compile(r"\b(?:sorry|apolog\w+|unfortunately|regret|afraid)\b")
_REFUSES = re.compile(r"^\W*(?:no|nope|nah|not|neither|none|never|actually|wait|hmm+|sorry|oh no|but|well)\b")
_OTHER = re.compile(r"\b(?:others?|else|another|different|instead|rather|alternative|change|switch|any more|something)\b")
_CORRECTS = re.compile(
    r"\b(?:wrong|incorrect|mistake|not (?:right|correct|what)|i (?:said|meant|mean|asked|already|told|wanted)|should be|supposed|"
    r"make (?:that|it)|you (?:said|didn't|don't|are not|never)|(?:that's|that is|it's) not|"
    r"too (?:bad|expensive|far|late|early|long|much|high|low)|rather not|don't (?:like|want|think)|"
    r"not (?:a fan|into|interested|sure|really|good|my))\b"
)
_AGREES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|ok|okay|alright|correct|right|exactly|absolutely|definitely|of course|great|perfect|that|"
    r"sounds|awesome)\b"
)
# Set by hand, not fitted: the public ratings of dialogues may be measured, not shipped (evals/suites/handoff.py prints how it does).
_WEIGHTS = {
    "negated": 2.0, "valence": -1.5, "refuses": 0.7, "corrects": 0.7, "other": 0.5, "bot_failed": 0.4, "bot_sorry": 0.4, "agrees": -0.4,
    "late": 0.5, "said_before": 1.0, "trouble": 0.5,
}  # fmt: skip
_BIAS = -2.0
_LATE = 30
_UNKNOWING = re.compile(r"don't know|not sure|don't understand|no idea|sorry|what do you mean")
_CURT = re.compile(r"\W*(?:yes|no|ok|okay|sure|yeah)\b")
_PUZZLED = re.compile(r"\b(?:what|huh|why|you said|wrong|makes? (?:no )?sense|confus\w*|random|weird|not what|answer)")


def dissatisfied(before: Sequence[Spoken], message: Spoken) -> float:
    """0…1: the customer's message finds fault with what came before it. 0 without a word of the bot before. English."""
    said = next((turn for turn in reversed(before) if turn.role == "bot"), None)
    if said is None:
        return 0.0
    plain, bot = fold(message.text), fold(said.text)
    words = dict(zip(KINDS, mood_words(message.text), strict=True))
    mine = [turn for turn in before if turn.role == "customer"][-3:]
    heard = {
        "negated": words["negated"], "trouble": words["trouble"], "valence": cues(message.text, True)["compound"],
        "refuses": bool(_REFUSES.search(plain)), "corrects": bool(_CORRECTS.search(plain)), "other": bool(_OTHER.search(plain)),
        "agrees": bool(_AGREES.search(plain)), "bot_failed": bool(_BOT_FAILED.search(bot)), "bot_sorry": bool(_BOT_SORRY.search(bot)),
        "late": min(len(before), _LATE) / _LATE,
        "said_before": max(0.0, max((_cosine(message, turn) for turn in mine), default=0.0) - 0.5),
    }  # fmt: skip
    return 1 / (1 + exp(-(_BIAS + sum(weight * heard[name] for name, weight in _WEIGHTS.items()))))


def breakdown(before: Sequence[Spoken], reply: Spoken) -> float:
    """0…1: after these words of the bot it is hard to go on. A logistic regression fitted on DBDC3, which is small talk
    (evals/fitting/breakdown.py); 0 without a vector."""
    if reply.vector is None or reply.vector.shape != (DIMENSION,):
        return 0.0
    return head("breakdown", "reply").probability(breakdown_vector(before, reply), breakdown_cues(before, reply))


def breakdown_vector(before: Sequence[Spoken], reply: Spoken) -> Vector:
    """[768]: the reply's vector, and how it agrees with the message it answers, direction by direction."""
    assert reply.vector is not None
    asked = next((turn.vector for turn in reversed(before) if turn.role == "customer"), None)
    agreed = reply.vector * asked if asked is not None else np.zeros(DIMENSION, np.float32)
    return np.concatenate([3 * reply.vector, 20 * agreed]).astype(np.float32)


def breakdown_cues(before: Sequence[Spoken], reply: Spoken) -> list[float]:
    mine = [turn for turn in before if turn.role == "bot"]
    theirs = [turn for turn in before if turn.role == "customer"]
    asked = theirs[-1] if theirs else Spoken("customer", "")
    said, heard, count = _words(reply.text), _words(asked.text), len(reply.text.split())
    known = set().union(*(_words(turn.text) for turn in before))
    recent = [*mine, *theirs][-6:]
    plain = reply.text.lower()
    return [
        _cosine(reply, asked),
        max((_cosine(reply, turn) for turn in mine), default=0.0),
        max((_cosine(reply, turn) for turn in theirs), default=0.0),
        sum(_cosine(reply, turn) for turn in recent) / max(1, len(recent)),
        len(said & heard) / max(1, len(said | heard)),
        len(said & known) / max(1, len(said)),
        min(count, 40) / 40,
        log1p(count) / 3,
        float("?" in reply.text),
        float("?" in asked.text),
        min(len(before), _LATE) / _LATE,
        float(bool(_UNKNOWING.search(plain))),
        float(count < 4),
        float(any(turn.text.strip() == reply.text.strip() for turn in mine)),
        float(bool(_CURT.match(plain))),
        min(len(asked.text.split()), 40) / 40,
        float(bool(_PUZZLED.search(asked.text.lower()))),
    ]


def trouble(turns: Sequence[tuple[Role, float]]) -> float:
    """0…1, from who spoke and each turn's `dissatisfied` or `breakdown` up to now: it adds up, and fades while all goes well."""
    level = 0.0
    for role, one in turns:
        level = 1 - (1 - KEPT**0.5 * level) * (1 - COUNTED[role] * one)
    return level


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z']{2,}", text.lower()))


def _cosine(one: Spoken, other: Spoken) -> float:
    if one.vector is None or other.vector is None or one.vector.shape != other.vector.shape:
        return 0.0
    return float(np.dot(one.vector, other.vector))
