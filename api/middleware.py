"""What surrounds every request: a request id and one access-log line, security headers, and a body that was read safely.

Pure ASGI, so that streams pass through unbuffered.
"""

import json
import re
import time
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import structlog
from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.intake import BIGGEST_INT
from api.problems import Malformed, UnsupportedMediaType, problem_of
from core.errors import NotFound, TooLarge, WarmlineError
from core.ids import new_id
from core.log import log

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SURROGATE = re.compile("[\ud800-\udfff]")
JSON_DEPTH: Final = 32
# Addresses whose bodies are files; their routes stream and cap them.
UPLOADS: Final = ("/v1/imports",)
# Addresses that answer a valid session with 200 whatever is asked: their routes take what the address says as it comes.
STREAM: Final = re.compile(r"/v1/(conversations/[^/]*|agents/me)/events")
# Addresses whose bodies may carry an article.
CONTENT: Final = ("/v1/articles", "/v1/preview", "/v1/answers", "/v1/data-sets")
QUIET: Final = ("/livez", "/readyz", "/metrics")

REQUESTS: Final = Histogram("warmline_request_seconds", "Requests, streams apart", ["method", "route", "status"])

API_CSP: Final = "default-src 'none'; frame-ancestors 'none'"
CONSOLE_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; "
    "media-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"
)
HELP_CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def widget_csp(origins: tuple[str, ...]) -> str:
    """For `GET /widget`: only the inbox's own sites may frame it. origins: exact, such as `https://shop.example`."""
    ancestors = " ".join(origins) if origins else "'none'"
    return CONSOLE_CSP.replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")


class RequestLog:
    """Outermost. Takes the caller's X-Request-Id when it is harmless. Logs the path, never the query string, headers or body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("x-request-id", "")
        request_id = asked if _REQUEST_ID.fullmatch(asked) else new_id("req")
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                note_request(scope, status, time.perf_counter() - started)


def note_request(scope: Scope, status: int, seconds: float) -> None:
    """One log line and one measurement. The measurement names the route, not the path: paths carry ids."""
    if scope["path"] in QUIET:
        return
    log.info("request", method=scope["method"], path=scope["path"][:200], status=status, ms=round(seconds * 1000, 1))
    route = getattr(scope.get("route"), "path", "none")
    if not route.endswith("/events"):
        REQUESTS.labels(scope["method"] if route != "none" else "none", route, f"{status // 100}xx").observe(seconds)


class SecurityHeaders:
    """Sets what a response does not set itself."""

    def __init__(self, app: ASGIApp, https: bool = False) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in headers_for(scope["path"], self.https).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def headers_for(path: str, https: bool) -> dict[str, str]:
    """By surface: JSON is never framed, cached or sniffed; pages get their own policy; the loader may be read from any site."""
    headers = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
    headers |= {"Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()"}
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if path == "/warmline.js":
        return headers | {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if path.startswith("/assets/"):
        return headers
    if path.startswith("/console"):
        return headers | {"Content-Security-Policy": CONSOLE_CSP, "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-cache"}
    if path.startswith("/widget"):
        return headers | {"Content-Security-Policy": widget_csp(()), "Cache-Control": "no-cache"}
    if path.startswith("/help"):
        return headers | {"Content-Security-Policy": HELP_CSP, "Cache-Control": "no-cache"}
    return headers | {"Content-Security-Policy": API_CSP, "Cache-Control": "no-store", "X-Frame-Options": "DENY"}


class SafeBody:
    """Reads a body once, up to the cap, and refuses what would hurt anything behind: see `read_json`."""

    def __init__(self, app: ASGIApp, limit: int, content_limit: int) -> None:
        self.app = app
        self.limit = limit
        self.content_limit = content_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if STREAM.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        try:
            check_address(scope)
            inner = receive if scope["path"].startswith(UPLOADS) else await self._read(scope, receive)
        except WarmlineError as error:
            response = problem_of(error).response(scope["state"]["request_id"])
            # What is left of the body is not read; the connection cannot be used again.
            response.headers["Connection"] = "close"
            await response(scope, receive, send)
            return
        await self.app(scope, inner, send)

    async def _read(self, scope: Scope, receive: Receive) -> Receive:
        headers = Headers(scope=scope)
        limit = self.content_limit if scope["path"].startswith(CONTENT) else self.limit
        length = headers.get("content-length", "")
        if length.isdigit() and int(length[:20]) > limit:
            raise TooLarge(f"a request body has at most {limit // 1024} kB")
        if (not length and "transfer-encoding" not in headers) or length == "0":
            return receive
        body = await Request(scope, _capped(receive, limit)).body()
        if body:
            check_body(headers.get("content-type", ""), body)
        return _replay(body, receive)


def check_address(scope: Scope) -> None:
    """A path or query with NUL or bytes that are no UTF-8 names nothing."""
    raw: bytes = scope.get("raw_path") or b""
    for part, refusal in ((raw, NotFound()), (scope["query_string"], Malformed("the query string is not UTF-8"))):
        decoded = unquote_to_bytes(part.replace(b"+", b" "))
        if b"\x00" in decoded or not _is_utf8(decoded):
            raise refusal


def check_body(content_type: str, body: bytes) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedMediaType()
    read_json(body)


def read_json(body: bytes) -> Any:
    """Raises Malformed for what a JSON parser lets through and a database does not take: NaN, numbers past 2^53, NUL and lone surrogates in
    strings and names, a name twice, deep nesting, a BOM, bytes that are no UTF-8.
    """
    try:
        value = _STRICT.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Malformed("the body is not UTF-8") from None
    except RecursionError:
        raise Malformed(f"JSON is nested more than {JSON_DEPTH} deep") from None
    except ValueError as error:
        raise Malformed(f"the body is not JSON: {error}"[:200]) from None
    _check_depth_and_text(value)
    return value


def _check_depth_and_text(value: Any) -> None:
    open_values = [(value, 1)]
    while open_values:
        one, depth = open_values.pop()
        if depth > JSON_DEPTH:
            raise Malformed(f"JSON is nested more than {JSON_DEPTH} deep")
        if isinstance(one, str):
            if "\x00" in one or _SURROGATE.search(one):
                raise Malformed("text may contain neither NUL nor half a surrogate pair")
        elif isinstance(one, dict):
            open_values += [(part, depth + 1) for part in (*one.keys(), *one.values())]
        elif isinstance(one, list):
            open_values += [(part, depth + 1) for part in one]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > BIGGEST_INT:
        raise ValueError("a whole number may not be larger than 2^53")
    return int(digits)


def _decimal(digits: str) -> float:
    number = float(digits)
    if abs(number) > 1e300:
        raise ValueError("a number is too large")
    return number


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name is there twice in one object")
    return named


_STRICT = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole, parse_float=_decimal, object_pairs_hook=_named)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _capped(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def next_message() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge(f"a request body has at most {limit // 1024} kB")
        return message

    return next_message


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def next_message() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_message
