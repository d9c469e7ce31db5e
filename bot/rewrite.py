"""A follow-up as one question that stands on its own, worded by the model for the search alone: it is shown to nobody, and chooses nothing
but the order of what the customer may read anyway."""

import re

from bot.call import ModelFailure
from bot.grounds import NAME
from bot.question import Question
from bot.words import content, numbers
from core.mask import mask
from core.render import strip_hidden

# The customer waits for it before anything is searched.
PATIENCE_S = 4.0
LONGEST = 300
# Of its words of meaning, at most this share may be said by nobody in the conversation.
STRANGE = 0.5
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)


def standalone(said: str, question: Question) -> str:
    """What the model said, as a question. Raises ModelFailure where it is none, or leaves out or adds what matters."""
    text = " ".join(strip_hidden(_THOUGHT.sub("", said)).split()).strip("\"'`*“”«» ")
    if not text:
        raise ModelFailure("empty")
    if len(text) > LONGEST:
        raise ModelFailure("too_long", f"more than {LONGEST} characters")
    asked = mask(question.text)
    told = "\n".join((asked, *(turn.text for turn in question.history), question.page.product if question.page else ""))
    terms, kept = set(content(text)), {term for name in NAME.findall(asked) for term in content(name)}
    strange = terms - set(content(told))
    if not kept <= terms or not numbers(asked) <= numbers(text) <= numbers(told) or len(strange) > STRANGE * len(terms):
        raise ModelFailure("unfaithful")
    return text
