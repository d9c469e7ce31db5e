"""Whether a customer asks the same thing again."""

import re

import numpy as np

from handoff.heads import Vector
from handoff.wording import listed, words

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


def same_question(text: str, vector: Vector | None, earlier: str, earlier_vector: Vector | None, threshold: float) -> bool:
    """The same words, or a cosine of at least `threshold`. Another order number, amount or size makes it another question."""
    if not (is_question(text) and is_question(earlier)):
        return False
    if words(text) == words(earlier):
        return True
    if _particulars(text) != _particulars(earlier):
        return False
    if vector is None or earlier_vector is None or vector.shape != earlier_vector.shape:
        return False
    return float(np.dot(vector, earlier_vector)) >= threshold


def _particulars(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text)) | (_OPPOSED & frozenset(words(text)))
