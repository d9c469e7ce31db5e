"""An article becomes passages of at most 150 words, each under its heading path, cut where a reader would cut."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.render import Block, blocks

LIMIT_WORDS = 150
# A piece that stands alone with less is put under the heading above it, where there is room.
SMALL_WORDS = 150
# Text without spaces counts too: a word of English has about six characters.
_CHARS_PER_WORD = 12


@dataclass(frozen=True)
class Piece:
    heading: tuple[str, ...]
    text: str


def split(title: str, markdown: str) -> list[Piece]:
    """In reading order. Code, tables and lists stay whole when they fit, else they are cut between lines, rows (the header comes again)
    and items. A heading equal to the title is not repeated. Only visible text: link addresses, reference definitions and the like go."""
    pieces: list[Piece] = []
    for path, section in _sections(title, blocks(markdown)):
        for text in _pack(section):
            last = pieces[-1] if pieces else None
            if last and _small(last.text, text) and _akin(last.heading, path):
                pieces[-1] = Piece(last.heading, f"{last.text}\n\n{_inside(last.heading, path)}{text}")
            else:
                pieces.append(Piece(path, text))
    return pieces


def words(text: str) -> int:
    return max(len(text.split()), len(text) // _CHARS_PER_WORD)


def _sections(title: str, found: list[Block]) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    path: list[tuple[int, str]] = []
    section: list[Block] = []
    for block in found:
        if block.kind != "heading":
            section.append(block)
            continue
        if section:
            yield tuple(text for _, text in path), section
            section = []
        path = [above for above in path if above[0] < block.level]
        if block.text.casefold() != title.casefold():
            path.append((block.level, block.text))
    if section:
        yield tuple(text for _, text in path), section


def _pack(section: list[Block]) -> list[str]:
    packed: list[list[str]] = [[]]
    for text in (text for block in section for text in _fitting(block)):
        if packed[-1] and words("\n\n".join([*packed[-1], text])) > LIMIT_WORDS:
            # "Do this:" goes with what it announces.
            announces = packed[-1].pop() if len(packed[-1]) > 1 and packed[-1][-1].endswith(":") else None
            packed.append([announces] if announces and words(f"{announces}\n\n{text}") <= LIMIT_WORDS else [])
            if announces and not packed[-1]:
                packed[-2].append(announces)
        packed[-1].append(text)
    return ["\n\n".join(texts) for texts in packed if texts]


def _fitting(block: Block) -> list[str]:
    """The block's text in Markdown, in as few parts as fit."""
    if words(block.text) <= LIMIT_WORDS:
        return [_marked(block, block.parts)]
    if len(block.parts) < 2:
        return _cut(block.text)
    texts: list[str] = []
    group: list[str] = []
    for part in block.parts:
        if words("\n".join([block.lead, *group, part])) <= LIMIT_WORDS:
            group.append(part)
            continue
        if group:
            texts.append(_marked(block, tuple(group)))
        fits = words(f"{block.lead}\n{part}") <= LIMIT_WORDS
        group = [part] if fits else []
        texts += [] if fits else _cut(part)
    return texts + ([_marked(block, tuple(group))] if group else [])


def _marked(block: Block, parts: tuple[str, ...]) -> str:
    if block.kind == "code":
        return "\n".join(["```", *parts, "```"])
    if block.kind == "table":
        return "\n".join(f"| {row} |" for row in (block.lead, *parts))
    return "\n".join(parts) or block.text


def _cut(text: str) -> list[str]:
    from knowledge.cut import cut

    return cut(text, LIMIT_WORDS, words)


def _small(above: str, below: str) -> bool:
    return min(words(above), words(below)) < SMALL_WORDS and words(above) + words(below) <= LIMIT_WORDS


def _akin(above: tuple[str, ...], below: tuple[str, ...]) -> bool:
    """Siblings, or a part and its own first subsection."""
    return above == below or above == below[:-1] or (bool(above) and bool(below) and above[:-1] == below[:-1])


def _inside(above: tuple[str, ...], below: tuple[str, ...]) -> str:
    return f"{below[-1]}\n\n" if above != below else ""
