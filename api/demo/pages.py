"""Words and lists that the pages of the demo shop show."""

import gzip
import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from api.demo.catalogue import FOLDER, SHOP, HelpArticle

# The third is held by no article: the bot has to say so.
PROMPTS = (
    "What is your return policy?",
    "Does the Fjell Trail Shoe run small?",
    "Can I rent a tent for a weekend?",
    "Let me talk to someone",
)
DOCS_PROMPTS = (
    "How do I enable two-factor authentication?",
    "How do I cancel my subscription?",
    "How do I exclude my own visits?",
    "Let me talk to someone",
)

COLLECTIONS = (
    *(
        "Orders",
        "Shipping",
        "Returns",
        "Products & sizing",
        "Payment",
        "Gift cards & wrapping",
        "Repairs & warranty",
        "Account",
        "About us",
    ),
)
CART_LINKS = (("shipping-costs", "Shipping costs"), ("delivery-times", "Delivery times"), ("promo-codes", "Promo codes"))
REPAIRS = (
    ("New soles, Fjell Trail Shoe or Drift Canvas Sneaker", 49),
    ("New zip, jacket or daypack", 29),
    ("Waxing the Haven Wax Jacket", 39),
    ("Darning a hole in a blanket", 15),
    ("Seam or buckle", 12),
    ("New laces and insoles", 9),
)
SERVICES = (
    ("Express delivery within Germany", "€12.90", "by noon, there on the next working day"),
    ("Gift wrapping in linen", "€4.50", "per parcel, with a handwritten card"),
    ("Printed gift card by post", "€3", "by email it is free"),
    ("Return from the European Union", "free", "for 30 days, with our label"),
    ("Return from Switzerland, Norway, United Kingdom", "€9.90", "deducted from the refund"),
    ("Click & collect in Lübeck", "free", "ready within 2 opening hours"),
)
_DOCS_TITLES = {"": "Guides", "custom-props": "Custom properties", "proxy": "Proxying the script"}


def help_sections(articles: Iterable[HelpArticle]) -> list[tuple[str, list[HelpArticle]]]:
    public = [article for article in articles if article.audience == "public"]
    return [(name, [article for article in public if article.collection == name]) for name in COLLECTIONS]


@cache
def docs_articles() -> tuple[dict[str, str], ...]:
    """The pages of the documentation site: `{id, title, text, url}`."""
    with gzip.open(FOLDER / "plausible" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


def docs_sections() -> list[tuple[str, list[dict[str, str]]]]:
    sections: dict[str, list[dict[str, str]]] = {}
    for article in sorted(docs_articles(), key=lambda row: row["title"].lower()):
        folder, _, _ = article["id"].rpartition("/")
        sections.setdefault(folder.split("/")[0], []).append(article)
    return [(_DOCS_TITLES.get(name, name.capitalize()), rows) for name, rows in sorted(sections.items())]


def product_data(item: dict[str, Any], url: str) -> dict[str, Any]:
    """schema.org data, from which the widget tells the bot what the customer is looking at."""
    offer = {
        "@type": "Offer",
        "price": f"{item['price']:.2f}",
        "priceCurrency": item["currency"],
        "availability": "https://schema.org/InStock",
    }
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": item["name"],
        "sku": item["id"],
        "category": item["category"],
        "description": item["description"],
        "brand": {"@type": "Brand", "name": SHOP},
        "size": item["sizes"],
        "color": item["colours"],
        "url": url,
        "offers": offer,
    }
