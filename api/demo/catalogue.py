"""What the demo shop sells and has sold: products, shipping prices, help articles and orders, read from demo/shop."""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

SHOP = "Holm & Lark"
FOLDER = Path(__file__).resolve().parents[2] / "demo"

STATUS = {
    "received": "Received. You can still change it for 60 minutes.",
    "packing": "Being packed.",
    "shipped": "On its way.",
    "in_customs": "With customs. Duties are paid.",
    "out_for_delivery": "Out for delivery, until 20:00.",
    "ready_to_collect": "Ready to collect in our store.",
    "delivered": "Delivered.",
    "no_scan": "No scan by the carrier lately.",
    "return_received": "Your return is in our warehouse.",
    "refunded": "Returned and refunded.",
    "cancelled": "Cancelled.",
}


@dataclass(frozen=True)
class Zone:
    """Where a parcel goes, what it costs in euros, and the value of goods from which it is free."""

    name: str
    countries: tuple[str, ...]
    price: float
    free_from: int
    days: str


ZONES = (
    Zone("Germany", ("Germany",), 4.90, 75, "2–3 working days"),
    Zone("Neighbours", ("Austria", "Belgium", "Denmark", "Luxembourg", "Netherlands"), 6.90, 100, "3–4 working days"),
    Zone(
        "Rest of the European Union",
        (
            *("Bulgaria", "Croatia", "Cyprus", "Czechia", "Estonia", "Finland", "France", "Greece", "Hungary", "Ireland", "Italy"),
            *("Latvia", "Lithuania", "Malta", "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden"),
        ),
        9.90,
        150,
        "4–7 working days",
    ),
    Zone("Switzerland, Norway, United Kingdom", ("Switzerland", "Norway", "United Kingdom"), 14.90, 200, "5–8 working days"),
)


@dataclass(frozen=True)
class HelpArticle:
    slug: str
    title: str
    collection: str
    language: str
    audience: str
    markdown: str


@cache
def products() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads((FOLDER / "shop" / "products.json").read_text("utf-8")))


def product(product_id: str) -> dict[str, Any] | None:
    return next((item for item in products() if item["id"] == product_id), None)


@cache
def _orders() -> dict[str, dict[str, Any]]:
    return {order["number"]: order for order in json.loads((FOLDER / "shop" / "orders.json").read_text("utf-8"))}


def find_order(number: str, email: str, today: date) -> dict[str, Any] | None:
    """An order for whoever knows both its number and its email address; None for anyone else. Dates are ISO strings."""
    order = _orders().get(number.strip().upper())
    if order is None or order["email"] != email.strip().lower():
        return None
    return _shown(order, today)


def orders_of(email: str, today: date) -> list[dict[str, Any]]:
    """All that a customer has ordered."""
    return [_shown(order, today) for order in _orders().values() if order["email"] == email.strip().lower()]


def _shown(order: dict[str, Any], today: date) -> dict[str, Any]:
    dates = {
        name: (today + timedelta(days=order[f"{name}_day"])).isoformat() if order[f"{name}_day"] is not None else None
        for name in ("placed", "shipped", "expected", "delivered")
    }
    kept = {name: value for name, value in order.items() if not name.endswith("_day")}
    items = [item | {"name": (product(item["product"]) or {}).get("name", item["product"])} for item in order["items"]]
    return kept | {"status_text": STATUS[order["status"]], "items": items, "currency": "EUR"} | dates


@dataclass(frozen=True)
class Shopper:
    """sub: what the shop calls them."""

    sub: str
    name: str
    email: str


@cache
def shoppers() -> tuple[Shopper, ...]:
    """Whom a visitor of the demo can be signed in as."""
    wanted = ("HL-10482", "HL-10491", "HL-10474", "HL-10455")
    return tuple(_shopper(_orders()[number]) for number in wanted)


def shopper(sub: str) -> Shopper | None:
    return next((one for one in shoppers() if one.sub == sub), None)


def _shopper(order: dict[str, Any]) -> Shopper:
    return Shopper(order["email"].partition("@")[0], order["name"], order["email"])


@cache
def help_articles() -> tuple[HelpArticle, ...]:
    files = sorted((FOLDER / "shop" / "articles").glob("*.md"))
    return tuple(read_article(file.read_text("utf-8")) for file in files)


def read_article(text: str) -> HelpArticle:
    match = re.fullmatch(r"---\n(.+?)\n---\n(.+)", text, re.S)
    if match is None:
        raise ValueError("an article of the demo begins with its front matter")
    head = dict(line.split(": ", 1) for line in match[1].splitlines())
    return HelpArticle(**head, markdown=match[2].strip() + "\n")
