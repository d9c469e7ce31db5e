"""Whether the customer asks for a person, in any wording."""

import re

from handoff import asked_english, asked_languages
from handoff.asked_words import KNOWN
from handoff.heads import Vector, head
from handoff.wording import fold, is_english, mended

DIMENSION = 384
# Chosen out of fold: catches half of the wordings that the rules miss, and 1 in 2,000 other questions (evals/fitting/asked.py).
SURE = 0.7
_LONGEST = 1200
_YES = re.compile(
    r"^(?:(?:oh|ok|okay|well|um|hi|hello) )*(?:yes|yeah|yep|yup|ya|yea|sure|please(?: do)?|of course|definitely|absolutely|go ahead|do "
    r"(?:it|that|so)|that would be (?:great|nice|good|helpful)|"
    r"i (?:would|do)(?: like that)?|okay|ok|ja|gerne|bitte|jawohl|oui|volontiers|d'accord|si|claro|vale|por supuesto)"
    r"(?: (?:yes|please|pls|plz|do|go|ahead|sure|thanks|thank you|that|would|be|great|good|i|would|like|love|to|it|a|person|someone|"
    r"someone "
    r"please|now|bitte|gerne|gern|danke|merci|svp|"
    r"s'il vous plait|avec plaisir|bien sur|por favor|gracias|okay|ok))*$"
)


def asks_for_human(text: str, vector: Vector | None) -> bool:
    """True when this message wants a person: asked to be connected, a person wished for, or the bot refused (en, de, fr, es).

    Questions about contact details, opening hours or "customer service", reports of earlier talks and refusals are False.
    `vector` is the text's MiniLM vector (read for English only); None, or another width, leaves the rules alone to decide.
    """
    text = _ends(text)
    if not is_english(text):
        return asked_languages.asks(fold(text))
    english = mended(text, KNOWN)
    if asked_english.asks(english) or asked_languages.asks(fold(text)):
        return True
    if vector is None or vector.shape != (DIMENSION,) or asked_english.refuses(english):
        return False
    return head("asked", "human").probability(vector, []) >= SURE


def accepts_offer(text: str) -> bool:
    """Whether the text says no more than yes: the answer to "Would you like me to bring in a person?"."""
    return bool(_YES.match(" ".join(re.sub(r"[.!?,;:]", " ", fold(text)).split())))


def _ends(text: str) -> str:
    """Nobody hides the wish in the middle of a pasted log, and patterns cost by length."""
    return text if len(text) <= 2 * _LONGEST else f"{text[:_LONGEST]}\n{text[-_LONGEST:]}"
