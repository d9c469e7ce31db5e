"""Where sentences begin and end, in Markdown or plain text."""

import re

Span = tuple[int, int]

LONGEST = 600
_MARKER = re.compile(r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)]|#{1,6}|>|:::\w*)[ \t]+)*")
_BLOCK = re.compile(r"[ \t]*(?:[-*+•>][ \t]|\d{1,3}[.)][ \t]|#{1,6}[ \t]|\||```|~~~|:::)")
# Whole lines: nothing that follows continues them.
_CLOSED = re.compile(r"[ \t]*(?:#{1,6}[ \t]|\||```|~~~|:::)")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
# The look-behind keeps a long row of dots from costing its length squared.
_END = re.compile(r"(?:(?<![.!?…])[.!?…]+[\"'”’)\]*_]*(?=\s)|[。！？]+)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|nr|fig|mr|mrs|ms|dr|prof|inc|ltd|corp|jr|sr|dept|est|z\.b|bzw|ca|usw|p\.ex)|\b[A-Za-z])\.$",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"\w")


def split_sentences(text: str) -> list[Span]:
    """Spans (start, end) of text in order, without list marks and surrounding blanks. Lines of a paragraph are joined; list items, headings
    and table rows stand alone; nothing is longer than 600 characters."""
    spans = [sentence for block in _blocks(text) for sentence in _sentences(text, *block)]
    return [part for span in spans if _SPEAKS.search(text, *span) for part in _cut(text, *span)]


def _blocks(text: str) -> list[Span]:
    """Paragraphs, list items, headings and rows."""
    blocks: list[list[int]] = []
    closed = True
    position = 0
    for line in text.splitlines(keepends=True):
        start, position = position, position + len(line)
        if not line.strip() or _FENCE.match(line):
            closed = True
            continue
        if closed or _BLOCK.match(line):
            mark = _MARKER.match(line)
            blocks.append([start + (mark.end() if mark else 0), position])
        else:
            blocks[-1][1] = position
        closed = _CLOSED.match(line) is not None
    return [(start, end) for start, end in blocks]


def _sentences(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    begin = start
    for stop in _END.finditer(text, start, end):
        if _ends(text, begin, stop.start() + 1, stop.end()):
            spans.append(_trimmed(text, begin, stop.end()))
            begin = stop.end()
    spans.append(_trimmed(text, begin, end))
    return [span for span in spans if span[0] < span[1]]


def _ends(text: str, begin: int, dot: int, after: int) -> bool:
    """Not after an abbreviation or an initial, nor before a small letter."""
    if text[dot - 1] != ".":
        return True
    following = text[after : after + 3].lstrip()[:1]
    return not following.islower() and not _ABBREVIATION.search(text[max(begin, dot - 12) : dot])


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, start: int, end: int) -> list[Span]:
    spans = []
    while end - start > LONGEST:
        blank = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        middle = blank if blank > 0 else start + LONGEST
        spans.append((start, middle))
        start, _ = _trimmed(text, middle, end)
    return [*spans, (start, end)]
