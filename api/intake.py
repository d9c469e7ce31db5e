"""What text and numbers may come in: cleaned once, here, at the edge.

    class NewMessage(Body):
        text: Text10k

`clean_text` refuses NUL and lone surrogates, makes NFC, and takes out control, bidi-override, invisible-tag and noncharacter code points.
"""

import re
import unicodedata
from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

BIGGEST_INT: Final = 2**53 - 1
TEXT_LIMIT: Final = 10_000

# C0 without tab and newline, DEL and C1; bidi embeddings, overrides and isolates; interlinear anchors; noncharacters; tag characters (an
# invisible alphabet for prompt injection).
_TAKEN_OUT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_IDENTIFIER: Final = r"^[A-Za-z0-9_-]{1,80}$"


def clean_text(text: str) -> str:
    """Raises ValueError for NUL and lone surrogates; otherwise the same text in NFC without what no reader sees."""
    if "\x00" in text:
        raise ValueError("text may not contain the character NUL")
    if _SURROGATE.search(text):
        raise ValueError("text may not contain half a surrogate pair")
    return unicodedata.normalize("NFC", _TAKEN_OUT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def clean_line(text: str) -> str:
    """As clean_text, on one line, without spaces around it."""
    return " ".join(clean_text(text).split())


def _clean(text: object) -> object:
    return clean_text(text) if isinstance(text, str) else text


def _clean_line(text: object) -> object:
    return clean_line(text) if isinstance(text, str) else text


def _as_sent(text: object) -> object:
    _clean(text)
    return text


def _no_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("text may not be empty")
    return text


# The BeforeValidator that stands last runs first: text is cleaned, then measured.
Text10k = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT), BeforeValidator(_clean), AfterValidator(_no_blank)]
Text100k = Annotated[str, StringConstraints(max_length=100_000), BeforeValidator(_clean)]
Text1M = Annotated[str, StringConstraints(min_length=1, max_length=1_000_000), BeforeValidator(_clean)]
Line40 = Annotated[str, StringConstraints(min_length=1, max_length=40), BeforeValidator(_clean_line)]
Line200 = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(_clean_line)]
Line2000 = Annotated[str, StringConstraints(min_length=1, max_length=2000), BeforeValidator(_clean_line)]
# Passwords are compared byte by byte: checked, never changed.
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(_as_sent)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]
Identifier = Annotated[str, StringConstraints(pattern=_IDENTIFIER)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=320), BeforeValidator(_clean_line)]
Count = Annotated[int, Field(ge=0, le=BIGGEST_INT)]

# In paths and queries
PathId = Annotated[str, Path(pattern=_IDENTIFIER)]
Before = Annotated[int | None, Query(ge=0, le=BIGGEST_INT)]
# `next` of the page before.
PageMark = Annotated[str, Query(max_length=100, pattern=r"^(?:\d{1,15}\.[a-z0-9_]{1,80})?$")]
Limit = Annotated[int, Query(ge=1, le=200)]


# Of a stream, which is never refused for what is asked of it: what is no cursor is one beyond every log, what is no id names nothing, and
# both are answered with `reset`.
def cursor_of(sent: object) -> int:
    """Nothing sent is 0: from the beginning."""
    text = str(sent)
    if re.fullmatch("[0-9]{0,16}", text):
        return min(int(text or 0), BIGGEST_INT)
    return BIGGEST_INT


def _id_of(sent: object) -> str:
    return sent if isinstance(sent, str) and re.fullmatch(_IDENTIFIER, sent) else "none"


Cursor = Annotated[int, Query(ge=0, le=BIGGEST_INT, description="The last `id` that was seen."), BeforeValidator(cursor_of)]
StreamId = Annotated[str, Path(pattern=_IDENTIFIER), BeforeValidator(_id_of)]


class Body(BaseModel):
    """Base of every request body: unknown fields are refused, so that a typing mistake is never silently ignored."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
