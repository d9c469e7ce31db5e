"""What happens right now and is never stored: an answer under way, who types. State, no queue: a stream sends what it has not sent yet."""

import time
from dataclasses import dataclass, field

from core.wakes import Wakes

TYPING_S = 6.0


@dataclass(frozen=True)
class AnswerUnderWay:
    """turn: names this text; one that is withdrawn and begun anew gets another name, by which readers know to throw the old one away.
    epoch: that the turn was claimed under; shown only while the conversation still has it."""

    turn: str
    epoch: int
    text: str = ""


@dataclass
class Now:
    answer: AnswerUnderWay | None = None
    # (author kind, name) → monotonic moment at which it lapses
    typing: dict[tuple[str, str], float] = field(default_factory=dict)


class Live:
    """Of this process. Used on the event loop only."""

    def __init__(self, wakes: Wakes) -> None:
        self._wakes = wakes
        self._now: dict[str, Now] = {}

    def begin(self, conversation: str, turn: str, epoch: int) -> None:
        self._at(conversation).answer = AnswerUnderWay(turn, epoch)
        self._announce(conversation)

    def write(self, conversation: str, turn: str, piece: str) -> None:
        now = self._now.get(conversation)
        if now and now.answer and now.answer.turn == turn:
            now.answer = AnswerUnderWay(turn, now.answer.epoch, now.answer.text + piece)
            self._announce(conversation)

    def end(self, conversation: str, turn: str) -> None:
        now = self._now.get(conversation)
        if now and now.answer and now.answer.turn == turn:
            now.answer = None
            self._tidy(conversation)
            self._announce(conversation)

    def answer(self, conversation: str) -> AnswerUnderWay | None:
        now = self._now.get(conversation)
        return now.answer if now else None

    def type(self, conversation: str, kind: str, name: str, on: bool) -> None:
        if on:
            self._at(conversation).typing[kind, name] = time.monotonic() + TYPING_S
        elif conversation in self._now:
            self._now[conversation].typing.pop((kind, name), None)
            self._tidy(conversation)
        self._announce(conversation)

    def typing(self, conversation: str) -> frozenset[tuple[str, str]]:
        now = self._now.get(conversation)
        if not now or not now.typing:
            return frozenset()
        moment = time.monotonic()
        now.typing = {who: until for who, until in now.typing.items() if until > moment}
        current = frozenset(now.typing)
        self._tidy(conversation)
        return current

    def _at(self, conversation: str) -> Now:
        return self._now.setdefault(conversation, Now())

    def _tidy(self, conversation: str) -> None:
        now = self._now.get(conversation)
        if now and now.answer is None and not now.typing:
            del self._now[conversation]

    def _announce(self, conversation: str) -> None:
        self._wakes.wake(f"conversation {conversation}", f"live {conversation}")
