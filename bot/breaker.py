"""Stops asking an endpoint that keeps failing, so that customers do not wait for it one by one."""

import time
from collections import deque
from collections.abc import Callable


class Breaker:
    """Open for `open_s` after `failures` within `window_s`; then one call tries, and its failure opens it again."""

    def __init__(self, failures: int = 5, window_s: float = 30.0, open_s: float = 30.0, now: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._window_s, self._open_s, self._now = failures, window_s, open_s, now
        self._failed: deque[float] = deque(maxlen=failures)
        self._open_until = 0.0
        self._trying = False

    @property
    def open(self) -> bool:
        return self._now() < self._open_until

    def may_call(self) -> bool:
        if self.open:
            return False
        if self._open_until and self._trying:
            return False
        self._trying = bool(self._open_until)
        return True

    def succeeded(self) -> None:
        self._failed.clear()
        self._open_until, self._trying = 0.0, False

    def failed(self) -> None:
        now = self._now()
        self._failed.append(now)
        full = len(self._failed) == self._limit and now - self._failed[0] <= self._window_s
        if self._trying or full:
            self._open_until = now + self._open_s
        self._trying = False

    def let_go(self) -> None:
        """A call ended without telling anything about the endpoint."""
        self._trying = False
