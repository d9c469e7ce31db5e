"""A customer's mood from one message."""

from dataclasses import dataclass
from typing import Literal

from handoff.heads import Vector, head
from handoff.mood_cues import CUES, cues
from handoff.wording import is_english

Word = Literal["upset", "tense", "calm", "happy"]
UPSET = 0.7
TENSE = 0.45
HAPPY = 0.45
DIMENSION = 384
# How sure a cue alone makes us; several add up as independent evidence. Set by hand: goemotions holds no customers' threats.
_CERTAINTY = {"threat": 0.7, "outrage": 0.6, "more_outrage": 0.4, "swearing": 0.5, "shouting": 0.5, "exclaiming": 0.25}


@dataclass(frozen=True)
class Sentiment:
    """score −1 (angry) … 1 (delighted), 0 is matter-of-fact; negative: the probability that a reader would call the message negative."""

    score: float
    negative: float
    word: Word


def score(text: str, vector: Vector | None) -> Sentiment:
    """The mood of one message; `vector` is its MiniLM vector, which is read for English only. A fault told calmly is calm.

    None, or a vector of another width, leaves the wording alone to decide; so does another language (de, fr, es; elsewhere neutral).
    """
    english = is_english(text)
    heard = cues(text, english)
    if not english:
        return _sentiment(_certainty({**heard, "threat": heard["threat"] or heard["outrage"]}), 0.6 * heard["thanks"])
    usable = vector is not None and vector.shape == (DIMENSION,)
    which = "" if usable else "_by_wording"
    features = [heard[cue] for cue in CUES]
    negative = head("mood", "negative" + which).probability(vector if usable else None, features)
    positive = head("mood", "positive" + which).probability(vector if usable else None, features)
    return _sentiment(max(negative, _certainty(heard)), positive)


def _certainty(heard: dict[str, float]) -> float:
    if heard["compound"] > 0.5 and not heard["threat"]:
        return 0.0  # "this is fucking awesome!!!"
    doubt = 1.0
    for cue, sure in _CERTAINTY.items():
        doubt *= 1 - sure * heard[cue]
    return 1 - doubt


def _sentiment(negative: float, positive: float) -> Sentiment:
    overall = max(-1.0, min(1.0, positive * (1 - negative) - negative))
    return Sentiment(overall, negative, _word(negative, overall))


def _word(negative: float, overall: float) -> Word:
    if negative >= UPSET:
        return "upset"
    if negative >= TENSE:
        return "tense"
    return "happy" if overall >= HAPPY else "calm"
