"""From a question in its context to what is searched for."""

import re

from bot.intent import without_greeting
from bot.question import Page, Question
from bot.words import content, words
from core.render import strip_hidden
from retrieval.search import Query

_DEICTIC_WORDS = """
it its it's this that these those they them one ones es das dies diese dieser il elle ça ce cette ceci esto este esta eso lo
"""
_DEICTIC = frozenset(_DEICTIC_WORDS.split())
_OF_A_PRODUCT_WORDS = """
size sizing fit fits small smaller large larger big tight loose narrow wide true length waist colour color colours colors material
fabric made leather wool cotton vegan waterproof water resistant warm thick thin heavy weigh weight dimensions dimension stock
available availability price cost costs washable wash machine care clean battery compatible work works warranty shrink stretch run
runs größe grösse material farbe taille couleur matière talla material color
"""
_OF_A_PRODUCT = frozenset(_OF_A_PRODUCT_WORDS.split())
_PAGE_PARTS = re.compile(r"\s+[|–—·:-]\s+")
LIMIT_NAME = 80
HISTORY_TURNS = 3


def query_of(question: Question) -> Query:
    """The question without its greeting; on a product's page with the product's name when the question points at it without naming it.
    Earlier customer turns go along as history."""
    history = tuple(turn.text for turn in question.history if turn.role == "customer")[-HISTORY_TURNS:]
    text = without_greeting(question.text)
    product = product_of(question.page)
    if product and _points_at(text, product, first=not history):
        text = f"{text.rstrip()} {product}"
    return Query(text=text, history=history)


def product_of(page: Page | None) -> str:
    """The product's name in plain words; the title's first part is taken only where the page names a product."""
    if page is None or not page.product.strip():
        return ""
    name = " ".join(strip_hidden(page.product).split())[:LIMIT_NAME]
    return _PAGE_PARTS.split(name)[0].strip(" \"'`<>[]{}()*_#|")


def _points_at(text: str, product: str, *, first: bool) -> bool:
    spoken = set(words(text))
    if set(content(product)) & set(content(text)):
        return False
    if spoken & _OF_A_PRODUCT:
        return bool(spoken & _DEICTIC) or len(content(text)) <= 4
    # Later in a conversation "it" is more often what was spoken of than what is on the page.
    return first and bool(spoken & _DEICTIC) and len(content(text)) <= 5
