"""The passages of a small shop, for searches."""

from collections.abc import Callable

from retrieval.passages import NewPassage, Replaced

SHOP = {
    "article:returns": ("Returns", "You can send anything back within 30 days. The refund reaches your card after five days."),
    "article:shipping": ("Shipping", "Parcels leave our warehouse the same day. Delivery takes two days in Germany."),
    "article:sizing": ("Sizing", "Our boots run small. Order one size up when you are between two sizes."),
    "article:gifts": ("Gift cards", "A gift card is valid for three years. Its balance is shown at checkout."),
    "article:repairs": ("Repairs", "We mend broken zips and torn seams for free during the first year."),
}

Publish = Callable[..., Replaced]


def passage(text: str, title: str = "", collection: str = "col_shop", **rest: object) -> NewPassage:
    return NewPassage(text, title, (), collection, **rest)  # type: ignore[arg-type]
