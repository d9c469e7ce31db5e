"""Reads a model's output while it arrives: the typed decision, then whole sentences. The text itself never decides anything."""

import re
from typing import Literal, cast

Decision = Literal["answer", "partial", "clarify", "handoff"]

LONGEST_DECISION = 40
_CHOICE = r"(?:answer|partial|clarify|handoff)"
_DECISION = re.compile(rf"^\W*decision\W{{1,6}}({_CHOICE})\b(?:\s*[|/]\s*{_CHOICE})*\W*", re.IGNORECASE)
_STRAY = re.compile(r"^\W*(?:decision\W*)?(?:answer|partial|clarify|handoff)\W*(?:\||$)", re.IGNORECASE)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]*]*(?:\s*\[\d{1,2}\])*(?=\s)|\n+")
_CONFIRMED = re.compile(r"^\W*(\d{1,2})\W+yes\b", re.IGNORECASE | re.MULTILINE)
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|nr|no|mr|mrs|ms|dr|z\.b|bzw|ca)|\b[A-Za-z]|(?:^|\n)\s*\d{1,2})\.$", re.IGNORECASE
)


class Sentences:
    """Cuts arriving text after sentence ends and lines; each sentence keeps the white space that follows it."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> list[str]:
        self._rest += piece
        found: list[str] = []
        start = 0
        for end in _SENTENCE_END.finditer(self._rest):
            # The last character may still become part of something longer ("3." "5"), so an end needs what follows it.
            if end.end() >= len(self._rest) or _ABBREVIATED.search(self._rest[start : end.end()].rstrip()):
                continue
            stop = end.end() + (len(self._rest[end.end() :]) - len(self._rest[end.end() :].lstrip(" ")))
            found.append(self._rest[start:stop])
            start = stop
        self._rest = self._rest[start:]
        return found

    def end(self) -> list[str]:
        rest, self._rest = self._rest, ""
        return [rest] if rest.strip() else []


class Reader:
    """A first line `DECISION: answer|partial|clarify|handoff`, then the text; a reply without it answers. feed returns the sentences
    that a piece completes, end what is left."""

    def __init__(self) -> None:
        self.decision: Decision | None = None
        self._head: str | None = ""
        self._sentences = Sentences()

    def feed(self, piece: str) -> list[str]:
        if self._head is None:
            return self._sentences.feed(piece)
        self._head = _THOUGHT.sub("", self._head + piece) if "</think>" in self._head + piece else self._head + piece
        return self._begin() if _readable(self._head) else []

    def end(self) -> list[str]:
        begun = self._begin() if self._head is not None else []
        return begun + self._sentences.end()

    def _begin(self) -> list[str]:
        head, self._head = (self._head or "").lstrip(), None
        first, _, rest = head.partition("\n")
        matched = _DECISION.match(first)
        if matched:
            self.decision = cast(Decision, matched.group(1).lower())
            rest = f"{first[matched.end() :]}\n{rest}" if first[matched.end() :].strip() else rest
        elif not _STRAY.match(first):
            rest = head
        return self._sentences.feed(rest.lstrip("\n"))


def confirmed_in(reply: str) -> frozenset[int]:
    """Numbers of the lines `n: yes`."""
    return frozenset(int(number) for number in _CONFIRMED.findall(_THOUGHT.sub("", reply)))


def _readable(head: str) -> bool:
    """Whether the start of a reply shows if it begins with a decision."""
    begun = re.sub(r"^\W+", "", head).lower()
    if not begun or head.lstrip().startswith("<think>") or "<think>".startswith(head.strip()):
        return False
    if not "decision".startswith(begun[:8]):
        return True
    return "\n" in head.strip() or len(begun) > LONGEST_DECISION
