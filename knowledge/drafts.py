"""What a revision says, checked and cleaned before it comes near a transaction."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Literal
from urllib.parse import urlsplit

from core.errors import Invalid
from core.markdown import parse
from core.render import strip_hidden

Audience = Literal["public", "agents"]
AUDIENCES = ("public", "agents")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


@dataclass(frozen=True)
class Draft:
    """Made by `draft`. Dates: ms, from inclusive, until exclusive. sha256: over all other fields."""

    title: str
    markdown: str
    language: str
    audience: str
    original: str | None
    valid_from: int | None
    valid_until: int | None
    sha256: str


def draft(
    title: str,
    markdown: str,
    *,
    language: str = "en",
    audience: str = "public",
    original: str | None = None,
    valid: tuple[int | None, int | None] = (None, None),
) -> Draft:
    """Raises Invalid with a sentence for the editor. original: where the text was first published, an http(s) address."""
    title = " ".join(strip_hidden(title).split())
    if not 0 < len(title) <= 300:
        raise Invalid("A title has 1 to 300 characters.")
    # Hidden characters go here, so that the index, the model and the page all hold the same text.
    markdown = strip_hidden(markdown).strip("\n")
    parse(markdown)
    if not _LANGUAGE.fullmatch(language):
        raise Invalid(f"{language!r} is not a language tag such as en or de-CH.")
    if audience not in AUDIENCES:
        raise Invalid("An audience is public or agents.")
    if valid[0] is not None and valid[1] is not None and valid[0] >= valid[1]:
        raise Invalid("An article must be valid from a time before the one it is valid until.")
    made = Draft(title, markdown, language, audience, _address(original), *valid, sha256="")
    text = json.dumps(asdict(made), sort_keys=True, ensure_ascii=False)
    return Draft(**{**asdict(made), "sha256": hashlib.sha256(text.encode()).hexdigest()})


def _address(url: str | None) -> str | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or len(url) > 2000 or re.search(r"[\s<>\"\\]", url):
        raise Invalid("An original is an http or https address.")
    return url
