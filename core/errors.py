"""The error tree. Each error has a stable `code`; `api/problems.py` is the only place that turns one into HTTP."""

from typing import Any


class WarmlineError(Exception):
    code = "internal"
    title = "Something went wrong on our side"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra = extra


class NotFound(WarmlineError):
    """Unknown, or not yours: the two are never told apart."""

    code = "not_found"
    title = "Not found"


class Invalid(WarmlineError):
    code = "invalid"
    title = "That input is not valid"


class Conflict(WarmlineError):
    code = "conflict"
    title = "That conflicts with the present state"


class Unauthenticated(WarmlineError):
    code = "unauthenticated"
    title = "Sign in first"


class Forbidden(WarmlineError):
    code = "forbidden"
    title = "You may not do that"


class TooManyRequests(WarmlineError):
    """extra `retry_after`: seconds."""

    code = "too_many_requests"
    title = "Too many requests"


class TooLarge(WarmlineError):
    code = "too_large"
    title = "That is too large"


class Unavailable(WarmlineError):
    code = "unavailable"
    title = "Not available right now"


class StorageFull(Unavailable):
    code = "storage_full"
    title = "The disk is full or cannot be written; nothing was changed. Reading still works"


class Misconfigured(WarmlineError):
    """Ends the start of a process with one line that says what to do."""

    code = "misconfigured"
    title = "Warmline is not set up"
