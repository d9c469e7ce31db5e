"""Marks a quoted passage in finished HTML, however its words are spread over elements."""

import re
from bisect import bisect_right
from html import escape, unescape

LIMIT_QUOTE = 2000
_PIECE = re.compile(r"(<[^>]*>)")
_WORD = re.compile(r"\w+")
_LIST_MARK = re.compile(r"(?m)^\s*(?:[-*•]|\d{1,3}[.)])\s+")


def highlight(html: str, quote: str) -> str:
    """`html` (well-formed, as core.render makes it) with the quote inside `<mark>`; unchanged when the quote is not there.

    The first mark has the id `quote` and takes the focus, which scrolls to it without a script. Case, spaces, punctuation and list numbers
    do not count."""
    pieces = _PIECE.split(html)
    starts, text = _text_of(pieces)
    span = _find(text, quote[:LIMIT_QUOTE])
    if span is None:
        return html
    first = True
    for number in range(max(0, bisect_right(starts, span[0]) - 1), len(starts)):
        if starts[number] >= span[1]:
            break
        raw = unescape(pieces[number * 2])
        start, end = max(0, span[0] - starts[number]), min(len(raw), span[1] - starts[number])
        if end <= start or not raw[start:end].strip():
            continue
        opening = '<mark id="quote" tabindex="-1" autofocus>' if first else "<mark>"
        first = False
        pieces[number * 2] = f"{escape(raw[:start], False)}{opening}{escape(raw[start:end], False)}</mark>{escape(raw[end:], False)}"
    return "".join(pieces)


def _text_of(pieces: list[str]) -> tuple[list[int], str]:
    """Where each text piece starts in the joined text, and that text. A block's end parts words, an inline element's does not."""
    starts, texts, at = [], [], 0
    for number in range(0, len(pieces), 2):
        starts.append(at)
        text = unescape(pieces[number])
        tag = pieces[number + 1] if number + 1 < len(pieces) else ""
        gap = "" if re.match(r"</?(?:a|em|strong|s|code|mark)\b", tag) else "\n"
        texts += [text, gap]
        at += len(text) + len(gap)
    return starts, "".join(texts)


def _find(text: str, quote: str) -> tuple[int, int] | None:
    spots = [(match.group().casefold(), match.start(), match.end()) for match in _WORD.finditer(text)]
    words = [word for word, _, _ in spots]
    for wanted in (_words(_LIST_MARK.sub("", quote)), _words(quote)):
        if not wanted:
            return None
        at = _run(words, wanted)
        if at is not None:
            return spots[at][1], spots[at + len(wanted) - 1][2]
    ends = _ends(words, _words(quote))
    return (spots[ends[0]][1], spots[ends[1]][2]) if ends else None


def _words(text: str) -> list[str]:
    return [match.group().casefold() for match in _WORD.finditer(text)]


def _run(words: list[str], wanted: list[str], start: int = 0) -> int | None:
    while True:
        try:
            start = words.index(wanted[0], start)
        except ValueError:
            return None
        if words[start : start + len(wanted)] == wanted:
            return start
        start += 1


def _ends(words: list[str], wanted: list[str]) -> tuple[int, int] | None:
    """First and last word of a quote that was joined over list numbers or shortened: three words in a row near each end must be there."""
    for head in range(max(0, min(len(wanted) - 2, 8))):
        start = _run(words, wanted[head : head + 3])
        if start is not None:
            break
    else:
        return None
    last = min(len(words), start + len(wanted) + 5)
    for tail in range(len(wanted), max(head + 2, len(wanted) - 12), -1):
        near = words[start:last]
        at = _run(near, wanted[tail - 3 : tail])
        if at is not None:
            return start, start + at + 2
    return start, min(start + 2, len(words) - 1)
