"""From a question in its context to what is searched for."""

import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit

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
# Pages that are about no one thing.
_GENERAL_WORDS = """
home homepage index page start startseite welcome cart basket bag checkout payment warenkorb kasse panier cesta shop store products
product collection collections category categories catalog catalogue search results account konto login signin sign in register orders
order help faq contact about us blog news pricing price prices plans sale new all men women kids returns shipping terms privacy default
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())
_PAGE_PARTS = re.compile(r"\s+[|–—·:-]\s+")
LIMIT_NAME = 80
HISTORY_TURNS = 3
LONGEST_POINTER = 6


def query_of(question: Question) -> Query:
    """The question without its greeting; on a product's page with the product's name when the question points at it without naming it, and
    on a page that names none with what its title or address says, when the question can mean nothing else. Earlier customer turns go along
    as history."""
    history = tuple(turn.text for turn in question.history if turn.role == "customer")[-HISTORY_TURNS:]
    text = without_greeting(question.text)
    named = product_of(question.page)
    if named and _points_at(text, named, first=not history):
        text = f"{text.rstrip()} {named}"
    elif not named and not history and (topic := topic_of(question.page)) and _points_here(text, topic):
        text = f"{text.rstrip()} {topic}"
    return Query(text=text, history=history)


def rewritten(query: Query, whole: str) -> Query:
    """whole: the same as one question that stands on its own; it takes the place of what was said before. 67 such questions of mtrag dev,
    put by hand: nDCG@5 .581 as they are, .573 with the whole question in their place, .632 with it before them."""
    return replace(query, history=(whole,))


def product_of(page: Page | None) -> str:
    """The product's name in plain words."""
    if page is None or not page.product.strip():
        return ""
    return _plain(page.product)[0]


def topic_of(page: Page | None) -> str:
    """What a page is about that names no product: the part of its title that its address names too, else the title's first part, else the
    address itself in words; nothing for a cart or a home page."""
    last = _last_segment(page.url) if page else ""
    if page is None or not last or last.casefold() in _GENERAL:
        return ""
    address = _plain(" ".join(word for word in re.split(r"[-_+ ]+", last) if word.isalpha()))[0]
    part = max(_plain(page.title), key=lambda name: len(set(content(name)) & set(content(address))))
    return next((name for name in (part, address) if _about_one_thing(name)), "")


def _plain(text: str) -> list[str]:
    """The parts of a title, the first first."""
    name = " ".join(strip_hidden(text).split())[:LIMIT_NAME]
    return [part.strip(" \"'`<>[]{}()*_#|") for part in _PAGE_PARTS.split(name)]


def _last_segment(url: str) -> str:
    """Of the path, without an ending such as .html."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    return re.sub(r"\.[a-z]{2,5}$", "", path.rstrip("/").rpartition("/")[2])[:LIMIT_NAME]


def _about_one_thing(name: str) -> bool:
    spoken = words(name)
    return len(spoken) >= 2 and bool(content(name)) and not set(spoken) <= _GENERAL


def _points_here(text: str, topic: str) -> bool:
    """Stricter than for a product: "it" has to be there, what is asked of it has to be a property of a thing, and next to nothing else may
    be spoken of: none of the 1,797 first questions of the public sets is taken for one about a page."""
    spoken = words(text)
    besides = set(content(" ".join(word for word in spoken if word not in _OF_A_PRODUCT)))
    points = bool(_DEICTIC & set(spoken) and _OF_A_PRODUCT & set(spoken))
    return points and len(spoken) <= LONGEST_POINTER and len(besides) <= 1 and not set(content(text)) & set(content(topic))


def _points_at(text: str, product: str, *, first: bool) -> bool:
    spoken = set(words(text))
    if set(content(product)) & set(content(text)):
        return False
    if spoken & _OF_A_PRODUCT:
        return bool(spoken & _DEICTIC) or len(content(text)) <= 4
    # Later in a conversation "it" is more often what was spoken of than what is on the page.
    return first and bool(spoken & _DEICTIC) and len(content(text)) <= 5
