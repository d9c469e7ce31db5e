"""Which tool a message asks for, without a model: few patterns, on the safe side. A question that tools do not answer must not meet one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.tools import patterns
from bot.tools.result import Call
from bot.words import EMAIL
from handoff.wording import fold, listed, mended

ASKED_AT_MOST = 2
# Longer messages that do not hold what was asked for are about something else.
SHORT_WORDS = 8
# This runs before each answer: a wish is told in few words, and slips are looked for in fewer.
SCANNED, MENDED_WORDS = 600, 16

# Words that a slip of the finger does not hide.
_KNOWN = listed(
    """where order orders package packages parcel parcels delivery shipment purchase purchases status track tracking locate locating check
    arrive arrived deliver delivered shipped bestellung lieferung sendung paket commande colis pedido paquete"""
)


@dataclass(frozen=True)
class Pending:
    """What the bot asked for with its last message, as its decision holds it. asked: how often in a row."""

    tool: str
    missing: str
    arguments: Mapping[str, str]
    offered: tuple[str, ...] = ()
    asked: int = 1

    @classmethod
    def of(cls, decision: Mapping[str, Any] | None) -> "Pending | None":
        found = (decision or {}).get("pending")
        if not found:
            return None
        return cls(found["tool"], found["missing"], dict(found["arguments"]), tuple(found.get("offered", ())), int(found.get("asked", 1)))


def choose(text: str, tools: Sequence[str] | Mapping[str, Any]) -> Call | None:
    """None: no tool is meant."""
    text = text[:SCANNED]
    folded = fold(text)
    if "order_status" in tools and _asks_for_order(text, folded):
        return Call("order_status", order_arguments(text))
    if "my_appointments" in tools and patterns.MY_BOOKING.search(folded):
        return Call("my_appointments", {})
    if "book_appointment" in tools and patterns.BOOKING.search(folded) and not patterns.NOT_BOOKING.search(folded):
        return Call("book_appointment", {"when": text[:200]})
    return None


def concerns(text: str) -> bool:
    """Whether it is worth asking a model about tools: wide, as the model may still want none."""
    text = text[:SCANNED]
    folded = fold(text)
    if patterns.CONCERNS.search(folded) or patterns.NUMBERED.search(text):
        return True
    return len(folded.split()) <= MENDED_WORDS and patterns.CONCERNS.search(mended(text, _KNOWN)) is not None


def declined(text: str) -> bool:
    return patterns.NO.match(fold(text)) is not None


def order_arguments(text: str, *, asked_for_number: bool = False) -> dict[str, str]:
    """What of an order's number and address the text holds. A bare number counts only where one was asked for."""
    found: dict[str, str] = {}
    email = EMAIL.search(text)
    if email:
        found["email"] = email.group().rstrip(".")
        text = text.replace(email.group(), " ")
    number = (
        patterns.AFTER_ORDER.search(text)
        or patterns.NUMBERED.search(text)
        or (patterns.ANY_NUMBER.search(text) if asked_for_number else None)
    )
    if number:
        found["number"] = (number.group(1) if number.re is not patterns.NUMBERED else number.group()).lstrip("#")
    return found


def _asks_for_order(text: str, folded: str) -> bool:
    if patterns.BARE_NUMBER.fullmatch(text):
        return True
    if patterns.NOT_ORDER.search(folded):
        return False
    if len(order_arguments(text)) == 2:
        # Whoever gives both an order's number and its address wants it looked up.
        return True
    if patterns.ORDER.search(folded):
        return True
    return len(folded.split()) <= MENDED_WORDS and patterns.ORDER.search(mended(text, _KNOWN)) is not None


def is_short(text: str) -> bool:
    """Short enough to be an answer to what was asked, though it holds none."""
    return len(text.split()) <= SHORT_WORDS and "?" not in text
