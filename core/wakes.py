"""Wake-up flags by topic. Announcing is thread-safe; waiting is async. A wake carries no data: whoever wakes reads the log."""

import asyncio
import threading
from collections import defaultdict, deque
from types import TracebackType

RANGES = 1000


class Wakes:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: dict[str, set[Subscription]] = defaultdict(set)
        # By workspace, ranges of positions that this process committed and has announced. Those forgotten cost a needless wake-up.
        self._own: dict[str, deque[tuple[int, int]]] = defaultdict(lambda: deque(maxlen=RANGES))

    def gave(self, workspace: str, first: int, last: int) -> None:
        with self._lock:
            ranges = self._own[workspace]
            if ranges and ranges[-1][1] + 1 == first:
                first = ranges.pop()[0]
            ranges.append((first, last))

    def all_own(self, workspace: str, after: int, until: int) -> bool:
        """Whether each position > after and ≤ until is of this process."""
        with self._lock:
            return any(first <= after + 1 and until <= last for first, last in self._own[workspace])

    def forget_own(self, workspace: str, until: int) -> None:
        with self._lock:
            ranges = self._own[workspace]
            self._own[workspace] = deque((one for one in ranges if one[1] > until), maxlen=RANGES)

    def wake(self, *topics: str) -> None:
        with self._lock:
            hit = {subscription for topic in topics for subscription in self._subscribers.get(topic, ())}
        for subscription in hit:
            subscription.set()

    def wake_all(self) -> None:
        with self._lock:
            topics = list(self._subscribers)
        self.wake(*topics)

    def subscribe(self, *topics: str) -> "Subscription":
        """Call on the event loop that will wait."""
        return Subscription(self, topics)

    def _add(self, subscription: "Subscription", topic: str) -> None:
        with self._lock:
            self._subscribers[topic].add(subscription)

    def _remove(self, subscription: "Subscription", topic: str) -> None:
        with self._lock:
            self._subscribers[topic].discard(subscription)
            if not self._subscribers[topic]:
                del self._subscribers[topic]


class Subscription:
    """One flag for any number of topics. Set before wait() means wait() returns at once: no wake is lost between reading and waiting."""

    def __init__(self, wakes: Wakes, topics: tuple[str, ...]) -> None:
        self._wakes = wakes
        self._topics: set[str] = set()
        self._loop = asyncio.get_running_loop()
        self._flag = asyncio.Event()
        for topic in topics:
            self.add(topic)

    def add(self, topic: str) -> None:
        if topic not in self._topics:
            self._topics.add(topic)
            self._wakes._add(self, topic)

    def set(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._flag.set)
        except RuntimeError:
            # The loop has ended; there is nobody left to wake.
            pass

    async def wait(self, at_most: float | None = None) -> bool:
        """True when woken, False after at_most seconds. Clears the flag."""
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with a wake.
            async with asyncio.timeout(at_most):
                await self._flag.wait()
        except TimeoutError:
            return False
        self._flag.clear()
        return True

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for topic in self._topics:
            self._wakes._remove(self, topic)
        self._topics.clear()
