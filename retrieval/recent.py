"""A small cache that forgets what was used longest ago; safe to share between threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)

    def fill(self, keys: Sequence[Key], load: Callable[[list[Key]], dict[Key, Value]]) -> dict[Key, Value]:
        """Values of keys; those not cached come from one `load`. A key that load lacks is left out and asked for again next time."""
        found = {key: value for key in keys if (value := self.get(key)) is not None}
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            for key, value in load(missing).items():
                self.put(key, value)
                found[key] = value
        return found
