"""Time. Inside Warmline a moment is an int: milliseconds since the epoch, UTC. ISO 8601 appears only at the HTTP wall."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """The present moment in ms since the epoch."""


class SystemClock:
    def now(self) -> int:
        return time.time_ns() // 1_000_000


class FrozenClock:
    """A clock that moves only when told; for tests and for replaying a demo month."""

    def __init__(self, now: int = 1_767_225_600_000) -> None:
        self.moment = now

    def now(self) -> int:
        return self.moment

    def advance(self, ms: int) -> None:
        self.moment += ms


def now_ms() -> int:
    return SystemClock().now()


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> int:
    """Raises ValueError on anything that is not ISO 8601; a time without a zone counts as UTC."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
