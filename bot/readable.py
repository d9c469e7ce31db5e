"""A passage as pieces that can be quoted: sentences, steps and rows, without the marks of Markdown."""

import re
from dataclasses import dataclass

_BLOCK_MARK = re.compile(
    r"^[ \t]*(?:>[ \t]?)*(?:(?P<number>\d{1,3})[.)][ \t]+|(?P<bullet>[-*+•])[ \t]+(?:\[[ xX]\][ \t]+)?|(?P<head>#{1,6})[ \t]+)?"
)
_IMAGE = re.compile(r"!\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_LINK = re.compile(r"\[([^\]\n]+)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_AUTOLINK = re.compile(r"<(?:https?|mailto):([^>\s]+)>")
_STRONG = re.compile(r"(\*\*\*|\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_CODE = re.compile(r"`+([^`\n]+?)`+")
_TAG = re.compile(r"</?(?:[a-zA-Z][\w-]*)(?:\s[^<>]*)?/?>")
_FURNITURE = re.compile(r"^[\s|:=_*+-]*$|^\s*(?:```|~~~|:::|\[[^\]]+\]:\s|\{[%:#]|---)")
_ENDS = (".", "!", "?", "…", "。", "！", "？", ":", ";", ".)", '."', ".”", "!)", "?)", ".'", ".’")


@dataclass(frozen=True)
class Piece:
    """`mark`: "1." or "-" before a list item. `opens`: it begins a new paragraph. `header`: a heading, or words that only announce a list.
    `index`: number of its sentence in the passage. `cut`: its text goes on in the passage."""

    index: int
    begin: int
    end: int
    text: str
    mark: str = ""
    opens: bool = False
    header: bool = False
    cut: bool = False

    @property
    def shown(self) -> str:
        text = f"{self.text}…" if self.cut else self.text
        return f"{self.mark} {text}" if self.mark else text

    @property
    def ended(self) -> bool:
        return self.text.endswith(_ENDS)


def clean(text: str) -> str:
    """One line of readable text: links become their text, images go, marks of emphasis and code go."""
    text = _IMAGE.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _CODE.sub(r"\1", text)
    for _ in range(2):
        text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    if text.lstrip().startswith("|"):
        text = " · ".join(cell.strip() for cell in text.strip().strip("|").split("|") if cell.strip())
    return " ".join(text.split())


def pieces_of(passage: str, spans: list[tuple[int, int]]) -> list[Piece]:
    """The passage's sentences as pieces, in order; furniture (rules, fences, reference definitions) is left out."""
    found: list[Piece] = []
    for index, (begin, end) in enumerate(spans):
        line = passage.rfind("\n", 0, begin) + 1
        # Sentences come without their list mark; it stands between the line's start and the sentence.
        before = passage[line:begin]
        mark = _BLOCK_MARK.match(before) if begin > line else _BLOCK_MARK.match(passage[begin:end])
        raw = passage[begin:end]
        own = _BLOCK_MARK.match(raw)
        if own and (own.group("number") or own.group("bullet") or own.group("head")):
            mark, raw = own, raw[own.end() :]
        text = clean(raw)
        if not text or _FURNITURE.match(raw):
            continue
        first = not before.strip() or _only_a_mark(before)
        found.append(
            Piece(
                index,
                begin,
                end,
                text,
                _mark(mark) if first else "",
                first and (line == 0 or passage[:line].endswith("\n\n")),
                _header(mark, text, passage, end),
            )
        )
    return found


def _only_a_mark(before: str) -> bool:
    matched = _BLOCK_MARK.match(before)
    return bool(matched) and not before[matched.end() :].strip() if matched else False


def _mark(mark: re.Match[str] | None) -> str:
    if mark is None:
        return ""
    if mark.group("number"):
        return f"{mark.group('number')}."
    return "-" if mark.group("bullet") else ""


def _header(mark: re.Match[str] | None, text: str, passage: str, end: int) -> bool:
    """A heading: marked as one, or a short block of its own that is no sentence."""
    if mark is not None and mark.group("head"):
        return True
    alone = passage[end:].startswith("\n\n") or not passage[end:].strip()
    return alone and mark is not None and not _mark(mark) and len(text.split()) <= 10 and not text.endswith(_ENDS)
