"""Structured log. Never a message body, a query string, a token or a password: `redact` drops them by key, and masks cards, IBANs and
secrets in whatever is left, tracebacks included."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from core.mask import mask, mask_all

_SECRET_KEYS = ("password", "token", "secret", "authorization", "cookie", "api_key", "text", "body", "markdown")

log: structlog.stdlib.BoundLogger = structlog.get_logger("warmline")


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in event:
        event[key] = "[redacted]" if key in _SECRET_KEYS else mask_all(event[key])
    return event


def masked_line(_: Any, __: str, line: Any) -> str:
    """The finished line: what was rendered late, such as an exception's own words."""
    return mask(line)


def set_up_log(level: str = "info", as_json: bool = False) -> None:
    # The default shows local variables with each exception: passwords and messages in the log, and seconds of work for one traceback.
    plain = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = structlog.processors.JSONRenderer() if as_json else plain
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if as_json else structlog.processors.StackInfoRenderer(),
            redact,
            renderer,
            masked_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # httpx and openai log whole addresses at INFO; ours is the only access log.
    for name in ("httpx", "httpx2", "openai", "dbos", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
