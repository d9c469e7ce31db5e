"""Whether a customer asks the same thing again."""

import re
from typing import Protocol

import numpy as np

from handoff.heads import Vector
from handoff.wording import listed, words
from retrieval.words import terms_of

_NUMBER = re.compile(r"\d+")
# Said again without asking again.
_NO_QUESTION = listed(
    """yes no ok okay yeah yep nope sure thanks thank you please hi hello hey great good fine cool and so well right what huh pardon
    sorry help me i need
    ja nein danke bitte hallo gut oui non merci bonjour bien si gracias hola bueno por favor por"""
)
# Two questions that differ in one of these are two questions, however near their vectors: add / change my VAT number, higher / lower.
_OPPOSED = listed(
    """add change update edit remove delete cancel return exchange refund import export higher lower increase decrease enable disable
    with without
    before after upgrade downgrade open close block unblock start stop send receive buy sell activate deactivate first last old
    new"""
)


def is_question(text: str) -> bool:
    """Whether there is something in the text to be asked again: a word beyond courtesies."""
    return any(word not in _NO_QUESTION for word in words(text))


class Said(Protocol):
    """read: the text's vector as the threshold was chosen on, or None; may have to embed it."""

    @property
    def text(self) -> str: ...

    def read(self) -> Vector | None: ...


def same_question(message: Said, earlier: Said, threshold: float) -> bool:
    """The same words, or a cosine of at least `threshold`. Another order number, amount or size makes it another question, and so does
    having no word in common: then the vectors, which may have to be made first, are not looked at."""
    if not (is_question(message.text) and is_question(earlier.text)):
        return False
    if words(message.text) == words(earlier.text):
        return True
    if _particulars(message.text) != _particulars(earlier.text):
        return False
    asked, before_asked = set(terms_of(message.text)), set(terms_of(earlier.text))
    if asked and before_asked and not asked & before_asked:
        return False
    vector, before = message.read(), earlier.read()
    if vector is None or before is None or vector.shape != before.shape:
        return False
    return float(np.dot(vector, before)) >= threshold


def _particulars(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text)) | (_OPPOSED & frozenset(words(text)))
