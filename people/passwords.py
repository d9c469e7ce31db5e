"""Password hashing: argon2id with 19 MiB, 2 passes, 1 lane (OWASP's figures; 77 ms a hash on the machine it was measured on).

At most two hashes run at once, so that a flood of sign-ins takes neither the memory nor the cores. Never called inside a unit.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

from core.errors import Invalid, TooManyRequests

T = TypeVar("T")

MIN_LENGTH = 10
MAX_LENGTH = 200

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
# What an unknown e-mail address is checked against: a refusal takes as long as for a known one.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))


@dataclass(frozen=True)
class Verdict:
    """new_hash: set when the stored hash was made with older parameters and should be replaced."""

    right: bool
    new_hash: str | None = None


def acceptable(password: str) -> str:
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Invalid(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
    return password


def generate_password() -> str:
    return secrets.token_urlsafe(15)


def hash_password(password: str) -> str:
    return _HASHER.hash(acceptable(password))


def check_password(stored: str | None, password: str) -> Verdict:
    """stored: None for an unknown account; costs the same and is never right."""
    try:
        _HASHER.verify(stored or _NOBODY, password[:MAX_LENGTH])
    except (Argon2Error, InvalidHashError):
        return Verdict(False)
    if stored is None:
        return Verdict(False)
    return Verdict(True, _HASHER.hash(password) if _HASHER.check_needs_rehash(stored) else None)


class Passwords:
    """The bounded pool that the server hashes in. Raises TooManyRequests when more than `queue` wait for it."""

    def __init__(self, workers: int = 2, queue: int = 100) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="password")
        self._queue = queue
        self._waiting = 0

    async def hash(self, password: str) -> str:
        acceptable(password)
        return await self._run(hash_password, password)

    async def check(self, stored: str | None, password: str) -> Verdict:
        return await self._run(check_password, stored, password)

    async def _run(self, work: Callable[..., T], *args: object) -> T:
        if self._waiting >= self._queue:
            raise TooManyRequests("too many people sign in at once; try again in a moment", retry_after=5)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
