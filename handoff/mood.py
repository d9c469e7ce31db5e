"""A customer's mood from one message."""

from dataclasses import dataclass
from typing import Literal

from handoff.heads import Vector, head
from handoff.mood_cues import CUES, cues
from handoff.mood_words import KINDS, mood_words
from handoff.wording import is_english

Word = Literal["upset", "tense", "calm", "happy"]
UPSET = 0.7
TENSE = 0.45
HAPPY = 0.45
PRAISED = 0.08
DIMENSION = 384
# How sure a cue alone makes us; several add up as independent evidence. Set by hand: goemotions holds no customers' threats.
_CERTAINTY = {"threat": 0.7, "outrage": 0.6, "more_outrage": 0.4, "swearing": 0.5, "shouting": 0.5, "exclaiming": 0.25}


@dataclass(frozen=True)
class Sentiment:
    """score −1 (angry) … 1 (delighted), 0 is matter-of-fact; negative: the probability that a reader would call the message negative;
    anger: that a reader would call it angry or annoyed, None where nobody asked."""

    score: float
    negative: float
    word: Word
    anger: float | None = None


def score(text: str, vector: Vector | None) -> Sentiment:
    """The mood of one message; `vector` is its MiniLM vector, which is read for English only. A fault told calmly is calm.

    None, or a vector of another width, leaves the wording alone to decide; so does another language (de, fr, es; elsewhere neutral).
    """
    english = is_english(text)
    heard = cues(text, english)
    if not english:
        certain = _certainty({**heard, "threat": heard["threat"] or heard["outrage"]})
        return _sentiment(certain, 0.6 * heard["thanks"], certain)
    usable = vector is not None and vector.shape == (DIMENSION,)
    which = "" if usable else "_by_wording"
    words = mood_words(text)
    if _praises(heard) and not words[KINDS.index("trouble")]:
        heard = {**heard, "swearing": 0.0}  # "this fucking thing is amazing!!!!": it stresses the praise
    features = [*(heard[cue] for cue in CUES), *words]
    negative, positive, anger = (
        head("mood", name + which).probability(vector if usable else None, features) for name in ("negative", "positive", "anger")
    )
    return _sentiment(max(negative, _certainty(heard)), positive, anger)


def _praises(heard: dict[str, float]) -> bool:
    return heard["compound"] > 0.5 and not heard["threat"]


def _certainty(heard: dict[str, float]) -> float:
    if _praises(heard):
        return 0.0
    if not any(heard[cue] for cue in _CERTAINTY if cue != "exclaiming"):
        return 0.0
    doubt = 1.0
    for cue, sure in _CERTAINTY.items():
        doubt *= 1 - sure * heard[cue]
    return 1 - doubt


def _sentiment(negative: float, positive: float, anger: float) -> Sentiment:
    # Praise counts only where hardly anybody would hear a complaint: "thanks for nothing" is none.
    overall = max(-1.0, min(1.0, positive * max(0.0, 1 - negative / PRAISED) - negative))
    return Sentiment(overall, negative, _word(negative, overall), anger)


def _word(negative: float, overall: float) -> Word:
    if negative >= UPSET:
        return "upset"
    if negative >= TENSE:
        return "tense"
    return "happy" if overall >= HAPPY else "calm"
