"""The answerer that needs no model: it quotes the best contiguous window of the passages found, word for word.

At most 90 words, marks included, whether of one window or of two. A contiguous window costs nothing in token overlap with people's answers
against stitched sentences or against two short windows (.402 mean F1 over five sets either way), and it reads as somebody wrote it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.question import Citation
from bot.readable import Piece
from bot.reading import Sentences
from bot.windows import LIMIT_WORDS, Asked, Window, length_of

SECOND_COVER, SECOND_COSINE = 0.3, 0.8
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?= [A-ZÄÖÜÀ-Þ\d])")


def quoted(asked: Asked, windows: Sequence[Window], limit: int = LIMIT_WORDS) -> list[Window]:
    """The windows to show: the best, and a second one when it holds words of the question that the best lacks. They share the limit; what
    one does not need is the other's. Each has a mark. limit: words, marks included."""
    if not windows:
        return []
    first, room = windows[0], limit - 2
    missing = _with_what_is_missing(asked, windows)
    if missing:
        first = _cut(first, max(room // 2, room - missing.length))
        return [first, _cut(missing, room - first.length)]
    return [_cut(first, limit - 1)]


def _with_what_is_missing(asked: Asked, windows: Sequence[Window]) -> Window | None:
    if len(windows) < 2:
        return None
    first, second = windows[0], windows[1]
    missing = {term: weight for term, weight in asked.weights.items() if term not in first.terms}
    gained = sum(weight for term, weight in missing.items() if term in second.terms)
    return second if gained >= SECOND_COVER * asked.mass and second.cosine >= SECOND_COSINE * first.cosine else None


def _cut(window: Window, room: int) -> Window:
    """As much as fits, with the sentence nearest to the question in it: the end goes first, then the beginning, then the rest of that
    sentence."""
    begin, end, pieces = 0, len(window.pieces), window.pieces
    while length_of(pieces[begin:end]) > room and end - 1 > window.nearest:
        end -= 1
    while length_of(pieces[begin:end]) > room and begin < window.nearest:
        begin += 1
    # What only announces something must not come last.
    while end - begin > 1 and pieces[end - 1].text.endswith(":"):
        end -= 1
    left = pieces[begin:end]
    if length_of(left) > room:
        left = (_shortened(left[0], room),)
    return replace(window, pieces=left, nearest=min(window.nearest - begin, len(left) - 1))


def _shortened(piece: Piece, room: int) -> Piece:
    """To its last whole sentence if that is at least half of what fits, else to its last whole word."""
    head = " ".join(piece.text.split()[: room - bool(piece.mark)])
    ends = [match.end() for match in _SENTENCE_END.finditer(head)]
    if ends and ends[-1] >= len(head) / 2:
        return replace(piece, text=head[: ends[-1]])
    return replace(piece, text=head.rstrip(" ,;:–—-("), cut=True)


def compose(windows: Sequence[Window]) -> tuple[list[str], tuple[Citation, ...]]:
    """(the answer in the pieces it is streamed in, each window followed by its mark; the citations)."""
    pieces: list[str] = []
    for n, window in enumerate(windows, 1):
        cut = Sentences()
        pieces += [*(["\n\n"] if pieces else []), *cut.feed(window.text), *cut.end(), f" [{n}]"]
    return pieces, tuple(Citation(n, w.hit.source, w.hit.passage, w.hit.title, w.quote) for n, w in enumerate(windows, 1))
