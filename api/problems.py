"""The only table from error to HTTP: every refusal is an RFC 9457 problem document.

`{"type", "title", "status", "detail", "code", "request_id"}`, for bad fields also `"errors": [{"field", "message"}]`, and whatever an error
carries in `extra`. Codes are stable and listed in docs/errors.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from chat.events import Event
from chat.views import agent_view
from core import errors
from core.clock import iso
from core.fetch import FetchFailed
from core.log import log

MOST_FIELDS: Final = 20
MEDIA_TYPE = "application/problem+json"

STATUS: Final[dict[type[errors.WarmlineError], int]] = {
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.TooManyRequests: 429,
    errors.WarmlineError: 500,
    FetchFailed: 502,
    errors.Unavailable: 503,
    errors.StorageFull: 507,
}


class UnsupportedMediaType(errors.WarmlineError):
    code = "unsupported_media_type"
    title = "Send JSON with Content-Type: application/json"


class Malformed(errors.WarmlineError):
    """The body is not JSON that this server reads: encoding, syntax, depth, numbers or characters."""

    code = "malformed"
    title = "The request could not be read"


STATUS[UnsupportedMediaType] = 415
STATUS[Malformed] = 400

# What the framework itself refuses.
FRAMEWORK: Final = {
    400: ("malformed", Malformed.title),
    404: ("not_found", errors.NotFound.title),
    405: ("method_not_allowed", "This address does not take that method"),
    413: ("too_large", errors.TooLarge.title),
    415: ("unsupported_media_type", UnsupportedMediaType.title),
    422: ("invalid", errors.Invalid.title),
}


def status_of(error: errors.WarmlineError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


@dataclass(frozen=True)
class Problem:
    status: int
    code: str
    title: str
    detail: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, request_id: str) -> JSONResponse:
        body = {**self.extra, "type": f"/docs/errors#{self.code}", "title": self.title, "status": self.status}
        body.update(detail=self.detail or self.title, code=self.code, request_id=request_id)
        return JSONResponse(body, self.status, headers=dict(self.headers), media_type=MEDIA_TYPE)


INTERNAL: Final = Problem(500, "internal", errors.WarmlineError.title)


def problem_of(error: errors.WarmlineError) -> Problem:
    """Nothing inside a 500 leaves the server but its request id."""
    status = status_of(error)
    if status == 500:
        return INTERNAL
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if "retry_after" in error.extra:
        headers["Retry-After"] = str(max(1, int(error.extra["retry_after"])))
    extra = {name: shown(value) for name, value in error.extra.items()}
    return Problem(status, error.code, error.title, error.detail, extra, headers)


def shown(value: Any) -> Any:
    """What an error carries, as JSON: events as the people who work here see them, other records field by field."""
    if isinstance(value, Event):
        return agent_view(value)
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _field(one.name, getattr(value, one.name)) for one in fields(value)}
    return value


def _field(name: str, value: Any) -> Any:
    is_moment = isinstance(value, int) and (name == "at" or name.endswith("_at"))
    return iso(value) if is_moment else shown(value)


def request_id_of(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


async def _on_warmline_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.WarmlineError)
    if status_of(error) == 500:
        log.error("request_failed", code=error.code, exc_info=error)
    return problem_of(error).response(request_id_of(request))


async def _on_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    # A malformed id in the path names nothing: the same answer as for an unknown one.
    if any(fault["loc"][0] == "path" for fault in found):
        return problem_of(errors.NotFound()).response(request_id_of(request))
    wrong = [{"field": _place(fault["loc"]), "message": _plain(fault["msg"])} for fault in found]
    wrong = wrong[:MOST_FIELDS]
    detail = "; ".join(f"{one['field']}: {one['message']}" for one in wrong[:3])
    return Problem(422, errors.Invalid.code, errors.Invalid.title, detail, {"errors": wrong}).response(request_id_of(request))


async def _on_framework(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, title = FRAMEWORK.get(error.status_code, ("refused", "The request was refused"))
    return Problem(error.status_code, code, title, headers=error.headers or {}).response(request_id_of(request))


async def _on_bug(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, exc_info=error)
    return INTERNAL.response(request_id_of(request))


def answer_with_problems(app: FastAPI) -> None:
    app.add_exception_handler(errors.WarmlineError, _on_warmline_error)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_framework)
    app.add_exception_handler(Exception, _on_bug)


def _place(loc: Sequence[object]) -> str:
    """`("body", "page", "url")` → `page.url`; the body itself → `body`."""
    return ".".join(str(part) for part in loc[1:])[:200] or str(loc[0])


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")[:300]
