"""Addresses of articles and collections: short, readable, one to a workspace."""

import re
import unicodedata

from sqlalchemy import Connection, Table, select

from core.errors import Conflict, Invalid

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ł": "l", "þ": "th"})
LIMIT = 80


class SlugTaken(Conflict):
    code = "slug_taken"
    title = "Another article has this address"


def slug_of(title: str) -> str:
    """ASCII where a letter has an ASCII base; other scripts stay as they are."""
    folded = unicodedata.normalize("NFKD", title.lower().translate(_LETTERS))
    words = re.findall(r"\w+", "".join(char for char in folded if not unicodedata.combining(char)))
    return "-".join(words).replace("_", "-")[:LIMIT].strip("-")


def free_slug(connection: Connection, workspace: str, table: Table, title: str, fallback: str) -> str:
    """`title` as a slug, with a number when it is taken."""
    base = slug_of(title) or fallback.replace("_", "-")
    near = select(table.c.slug).where(table.c.workspace == workspace, table.c.slug.startswith(base, autoescape=True))
    taken = set(connection.scalars(near))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug


def wanted_slug(connection: Connection, workspace: str, table: Table, slug: str, owner: str) -> str:
    """The slug that somebody typed, if it may be `owner`'s; raises Invalid or SlugTaken."""
    if slug != slug_of(slug):
        raise Invalid(f"An address is lower-case letters, digits and single hyphens; {slug_of(slug) or 'a word'!r} would do.")
    holder = connection.scalar(select(table.c.id).where(table.c.workspace == workspace, table.c.slug == slug))
    if holder not in (None, owner):
        raise SlugTaken(f"Another article already has the address /help/{slug}.")
    return slug
