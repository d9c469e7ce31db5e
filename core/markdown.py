"""Markdown as a tree: one parser for what people see (core/render.py) and for what is indexed; neither holds text that the other hides."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.errors import Invalid

LIMIT_CHARS = 500_000
# nh3 is quadratic in depth (100,000 nested elements: 16 s) and markdown-it drops, without a word, what is nested deeper than its own limit.
LIMIT_DEPTH = 100

_parser = MarkdownIt("commonmark", {"html": False, "maxNesting": LIMIT_DEPTH}).enable(["table", "strikethrough"])
# What is not allowed is unwrapped to its text afterwards; markdown-it's own refusal would show the source of the link.
_parser.validateLink = lambda url: True  # type: ignore[method-assign]

# Everything but ranges that hold no invisible character, so that ordinary text costs one scan.
_SUSPECT = re.compile(
    r"[^\t\n -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u1e00-\u1fff\u2010-\u2027\u2030-\u205e"
    r"\u20a0-\u20c0\u2190-\u21ff\u3000-\u9fff\uac00-\ud7a3]+"
)
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Block:
    """One visible piece of a document, as plain text. `parts`: the lines at which it may be cut (list items, table rows, lines of code);
    `lead`: the line to repeat after a cut (a table's header). Joining `lead` and `parts` with newlines gives `text`."""

    kind: Literal["heading", "paragraph", "list", "table", "code"]
    text: str
    level: int = 0
    parts: tuple[str, ...] = ()
    lead: str = ""


def strip_hidden(text: str) -> str:
    """Removes what a reader cannot see but a model can: control, format, private-use and surrogate characters, variation selectors
    that smuggle bytes. A single joiner between two letters stays: Persian, Hindi and emoji sequences need it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _SUSPECT.sub(_visible, text)


def _visible(match: re.Match[str]) -> str:
    return "".join(char for at, char in enumerate(match[0], match.start()) if _shown(match.string, at))


def _shown(text: str, at: int) -> bool:
    char = text[at]
    if char in _JOINERS:
        return 0 < at < len(text) - 1 and _joins(text[at - 1]) and _joins(text[at + 1])
    return unicodedata.category(char)[0] != "C" and not 0xE0100 <= ord(char) <= 0xE01EF


def _joins(char: str) -> bool:
    return char > "\u0500" and unicodedata.category(char)[0] in "LMS"


def parse(text: str) -> list[Token]:
    """Raises Invalid when the text is too long or nested too deeply."""
    if len(text) > LIMIT_CHARS:
        raise Invalid(f"The text is longer than {LIMIT_CHARS:,} characters; split it into several articles.")
    tokens = _parser.parse(strip_hidden(text))
    for token in tokens:
        depth = token.level
        for child in token.children or ():
            depth += child.nesting
            if depth >= LIMIT_DEPTH:
                break
        # markdown-it stops two levels before its limit: a list opens two at once.
        if depth >= LIMIT_DEPTH - 2:
            raise Invalid(f"The text is nested more than {LIMIT_DEPTH - 2} levels deep.")
    return tokens


def to_html(tokens: list[Token]) -> str:
    """Not safe by itself: core/render.py cleans it."""
    return str(_parser.renderer.render(tokens, _parser.options, {}))


def inline_text(token: Token) -> str:
    pieces = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            pieces.append(child.content)
        elif child.type == "image":
            pieces.append(inline_text(child))
        elif child.type == "softbreak":
            pieces.append(" ")
        elif child.type == "hardbreak":
            pieces.append("\n")
    return "".join(pieces).strip()


def blocks(text: str) -> list[Block]:
    """The document's visible text in reading order; quotes are opened up. Raises Invalid as `parse` does."""
    return _blocks(parse(text))


def plain_text(text: str) -> str:
    """What a reader of the rendered text sees, without Markdown. Raises Invalid as `parse` does."""
    return "\n\n".join(block.text for block in blocks(text))


def _blocks(tokens: list[Token]) -> list[Block]:
    found: list[Block] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _end(tokens, at)
        inside = tokens[at + 1 : end]
        if token.type == "heading_open":
            found.append(Block("heading", inline_text(inside[0]).replace("\n", " "), level=int(token.tag[1])))
        elif token.type == "paragraph_open":
            found.append(Block("paragraph", inline_text(inside[0])))
        elif token.type in ("fence", "code_block"):
            code = token.content.rstrip("\n")
            found.append(Block("code", code, parts=tuple(code.split("\n"))))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            items = _items(token, inside)
            found.append(Block("list", "\n".join(items), parts=items))
        elif token.type == "table_open":
            found.append(_table(inside))
        elif token.type == "blockquote_open":
            found.extend(_blocks(inside))
        at = end + 1
    return [block for block in found if block.text]


def _end(tokens: list[Token], start: int) -> int:
    if tokens[start].nesting != 1:
        return start
    level = tokens[start].level
    return next(at for at in range(start + 1, len(tokens)) if tokens[at].level == level and tokens[at].nesting == -1)


def _items(list_open: Token, inside: list[Token]) -> tuple[str, ...]:
    number: Any = list_open.attrGet("start") or 1 if list_open.type == "ordered_list_open" else None
    items: list[str] = []
    at = 0
    while at < len(inside):
        end = _end(inside, at)
        text = "\n".join(block.text for block in _blocks(inside[at + 1 : end])).replace("\n", "\n  ")
        mark = "-" if number is None else f"{int(number) + len(items)}."
        if text:
            items.append(f"{mark} {text}")
        at = end + 1
    return tuple(items)


def _table(inside: list[Token]) -> Block:
    rows: list[list[str]] = []
    for token in inside:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(inline_text(token).replace("\n", " "))
    lines = [" | ".join(cells) for cells in rows]
    return Block("table", "\n".join(lines), parts=tuple(lines[1:]), lead=lines[0])
