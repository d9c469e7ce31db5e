"""`order_status`: where an order is. Whoever is signed in sees their own; everybody else names the order and the address it was made with,
and both must match. An order of somebody else's is answered exactly as one that does not exist: the same call, the same words."""

import hmac
import re
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from pydantic import Field

from bot.tools import tries
from bot.tools.order_source import Order, OrderSource, SourceFailed, ask_orders
from bot.tools.registry import Arguments, Tool, failed
from bot.tools.result import Errand, Fact, Means, Result
from bot.tools.words import day, say

NAME = "order_status"
SHOWN = 3
_DONE = frozenset({"delivered", "refunded", "cancelled", "canceled", "returned", "return_received", "completed", "closed"})
_ON_ITS_WAY = frozenset({"shipped", "sent", "dispatched", "in_transit", "out_for_delivery", "in_customs", "delivered", "ready_to_collect"})
_SENT_ASKED = re.compile(r"\b(shipped|sent|dispatched|left|verschickt|versandt|unterwegs|exp[eé]di[eé]e|partie|enviado)\b", re.IGNORECASE)


class OrderArguments(Arguments):
    number: str = Field("", max_length=40, description="The order number, as the customer wrote it; empty if they gave none.")
    email: str = Field("", max_length=320, description="The email address of the order, as the customer wrote it; empty if they gave none.")


def order_tool(means: Means, source: OrderSource) -> Tool:
    says = "Looks up where an order of this customer is: status, dates, tracking. Not for returns, refunds, changes or cancellations."
    return Tool(NAME, says, OrderArguments, partial(_run, means, source), own_words=frozenset({"number", "email"}))


async def _run(means: Means, source: OrderSource, asked: OrderArguments, errand: Errand) -> Result:
    try:
        if errand.signed:
            return await _of_account(means, source, asked, errand)
        return await _of_number(means, source, asked, errand)
    except SourceFailed as error:
        return failed(errand, f"order source: {error}")


async def _of_account(means: Means, source: OrderSource, asked: OrderArguments, errand: Errand) -> Result:
    assert errand.signed is not None
    whose = {"customer": errand.signed.sub} | ({"email": errand.signed.email} if errand.signed.email else {})
    found = await ask_orders(means, source, **whose, **({"number": asked.number} if asked.number else {}))
    mine = [order for order in found if _is_of_account(order, errand)]
    if asked.number:
        mine = [order for order in mine if _same_number(order.number, asked.number)]
    if mine:
        return _told(mine, source, errand)
    if asked.number:
        return Result("ask", say("no_order_signed", errand.language), missing="number", source=source.host)
    return Result("facts", say("no_orders", errand.language), (Fact("orders", "0"),), source.host)


async def _of_number(means: Means, source: OrderSource, asked: OrderArguments, errand: Errand) -> Result:
    known = {name: value for name, value in (("number", asked.number), ("email", asked.email)) if value}
    for name in ("number", "email"):
        if name not in known:
            return Result("ask", say(f"ask_{name}", errand.language), missing=name, arguments=known)
    guess = tries.Guess(errand.contact, asked.number, asked.email)
    if await means.database.read(tries.used_up, errand.workspace, guess, errand.now):
        return Result("failed", say("too_often", errand.language), failure="too many tries at an order number and address")
    found = await ask_orders(means, source, number=asked.number, email=asked.email.lower())
    mine = [order for order in found if _same_number(order.number, asked.number) and _same(order.email, asked.email)]
    if mine:
        return replace(_told(mine[:1], source, errand), effect=tries.right(guess))
    return Result("ask", say("no_order", errand.language), missing="number", source=source.host, effect=tries.wrong(guess))


def _is_of_account(order: Order, errand: Errand) -> bool:
    """The source's own filter is not relied on."""
    assert errand.signed is not None
    if order.customer:
        # To the letter: `jonas` and `Jonas` may be two accounts.
        return hmac.compare_digest(order.customer.encode(), errand.signed.sub.encode())
    return bool(errand.signed.email) and _same(order.email, errand.signed.email)


def _same(one: str, other: str) -> bool:
    return bool(one) and hmac.compare_digest(one.strip().casefold().encode(), other.strip().casefold().encode())


def _same_number(stored: str, asked: str) -> bool:
    """`10482` names `HL-10482`: the letters in front may be left out, no digit may."""
    full, part = tries.bare(stored), tries.bare(asked)
    return full == part or (part.isdigit() and re.fullmatch(rf"[A-Z]*{part}", full) is not None)


def _told(orders: list[Order], source: OrderSource, errand: Errand) -> Result:
    """The newest, unless several are under way."""
    under_way = [order for order in orders if order.status.lower() not in _DONE]
    shown = (under_way or orders)[:SHOWN] if len(under_way) != 1 else under_way
    shown = shown if under_way else shown[:1]
    opening = _opening(shown, errand)
    texts = [_text(order, errand.language) for order in shown]
    facts = tuple(fact for order in shown for fact in _facts(order))
    card = {"kind": "orders", "lead": opening or texts[0].partition("\n")[0], "orders": [_card(order) for order in shown]}
    return Result("facts", "\n\n".join([*([opening] if opening else []), *texts]), facts, source.host, card)


def _opening(shown: list[Order], errand: Errand) -> str:
    """Yes or no, where that was asked of one order."""
    if len(shown) > 1:
        return say("orders", errand.language, len(shown))
    if not _SENT_ASKED.search(errand.text):
        return ""
    sent = shown[0].shipped is not None or shown[0].status.lower() in _ON_ITS_WAY
    return say("yes_sent" if sent else "not_sent", errand.language)


def _text(order: Order, language: str) -> str:
    lines = [say("order", language, order.number, order.status_text or order.status.replace("_", " "))]
    if order.delivered:
        lines.append(say("delivered", language, day(order.delivered, language)))
    else:
        if order.shipped and order.carrier:
            lines.append(say("shipped_by", language, day(order.shipped, language), order.carrier))
        elif order.shipped:
            lines.append(say("shipped", language, day(order.shipped, language)))
        if order.expected:
            lines.append(say("expected", language, day(order.expected, language)))
    if order.tracking:
        lines.append(say("tracking", language, order.tracking))
    if order.note:
        lines.append(order.note)
    return "\n".join(lines)


def _facts(order: Order) -> list[Fact]:
    named = ("number", "status", "status_text", "placed", "shipped", "expected", "delivered", "carrier", "tracking", "note")
    return [Fact(name, str(value)) for name in named if (value := getattr(order, name))]


def _card(order: Order) -> dict[str, Any]:
    days = {name: _iso(getattr(order, name)) for name in ("placed", "shipped", "expected", "delivered")}
    items = [{"name": item.name, "quantity": item.quantity} for item in order.items[:10]]
    return {
        "number": order.number, "status": order.status_text or order.status.replace("_", " "), **days,
        "carrier": order.carrier or None, "tracking": order.tracking or None,
        "note": order.note or None, "items": items,
    }  # fmt: skip


def _iso(when: date | None) -> str | None:
    return when.isoformat() if when else None
