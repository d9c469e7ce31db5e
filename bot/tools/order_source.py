"""An inbox's orders: the company's own HTTP API, asked with a bearer secret. What it answers is checked field by field and is data, not
text: docs/orders.md is the contract."""

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy import Connection, delete, select

from bot.policy import plain
from bot.tables import order_source
from bot.tools.result import Means
from core.database import insert
from core.errors import WarmlineError
from core.fetch import fetch
from core.mask import mask
from core.scope import Scope
from people.sealed import unseal

DEADLINE_S = 8.0
LIMIT_BYTES = 256 * 1024
ORDERS = 20
# What is shown of a text, and what is looked at for it: cleaning long ones takes long.
LINE, READ = 160, 2000


class SourceFailed(Exception):
    """What went wrong, for the agent and the log; the customer reads only that it could not be looked up."""


@dataclass(frozen=True)
class OrderSource:
    """sealed: the bearer secret as it is stored; empty: none."""

    inbox: str
    url: str
    sealed: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.url


class Item(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str
    quantity: int = Field(1, ge=1, le=9999)

    @field_validator("name")
    @classmethod
    def _tidy(cls, text: str) -> str:
        return line(text)


class Order(BaseModel):
    """Dates come as ISO 8601, a time behind them is cut off. customer, email: whose it is."""

    model_config = ConfigDict(extra="ignore")

    number: str = Field(min_length=1, max_length=60)
    status: str = Field(min_length=1, max_length=60)
    status_text: str = ""
    email: str = ""
    customer: str = ""
    placed: date | None = None
    shipped: date | None = None
    expected: date | None = None
    delivered: date | None = None
    carrier: str = ""
    tracking: str = ""
    note: str = ""
    items: list[Item] = Field(default_factory=list, max_length=100)

    @field_validator("number", "status", "status_text", "carrier", "tracking", "note", mode="before")
    @classmethod
    def _tidy(cls, text: Any) -> Any:
        return line(text) if isinstance(text, str) else "" if text is None else text

    @field_validator("email", "customer", mode="before")
    @classmethod
    def _owner(cls, text: Any) -> Any:
        return "" if text is None else text

    @field_validator("placed", "shipped", "expected", "delivered", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        return value[:10] if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}T", value) else value or None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    orders: list[Order] = Field(max_length=200)


def line(text: str) -> str:
    """Another system's words, as words: one line, no markup, no address, no card."""
    return mask(" ".join(plain(text[:READ]).split()))[:LINE]


def keep_source(connection: Connection, scope: Scope, source: OrderSource, at: int) -> None:
    row = {"url": source.url, "secret": source.sealed, "changed_at": at}
    upsert = insert(connection, order_source).values(workspace=scope.workspace, inbox=source.inbox, **row)
    connection.execute(upsert.on_conflict_do_update(index_elements=["workspace", "inbox"], set_=row))


def drop_source(connection: Connection, scope: Scope, inbox: str) -> None:
    connection.execute(delete(order_source).where(order_source.c.workspace == scope.workspace, order_source.c.inbox == inbox))


def source_of(connection: Connection, workspace: str, inbox: str) -> OrderSource | None:
    query = select(order_source).where(order_source.c.workspace == workspace, order_source.c.inbox == inbox)
    row = connection.execute(query).one_or_none()
    return OrderSource(row.inbox, row.url, row.secret) if row else None


async def ask_orders(means: Means, source: OrderSource, **asked: str) -> list[Order]:
    """One call, whatever is asked. Raises SourceFailed."""
    joint = "&" if urlsplit(source.url).query else "?"
    headers = {"Accept": "application/json"}
    try:
        if source.sealed:
            headers["Authorization"] = f"Bearer {unseal(means.secret(), source.sealed)}"
        rules = replace(means.rules, deadline_s=min(DEADLINE_S, means.rules.deadline_s), limit_bytes=LIMIT_BYTES, redirects=2)
        answer = await fetch(f"{source.url}{joint}{urlencode(asked)}", rules, headers=headers)
    except WarmlineError as error:
        raise SourceFailed(error.code) from error
    if answer.status == 404:
        return []
    if answer.status != 200:
        raise SourceFailed(f"status {answer.status}")
    return _read(answer.content)


def _read(content: bytes) -> list[Order]:
    try:
        found = _Answer.model_validate(json.loads(content.decode("utf-8"))).orders
    except (ValidationError, ValueError, RecursionError) as error:
        raise SourceFailed("unreadable answer") from error
    oldest = date(1, 1, 1)
    return sorted(found, key=lambda order: order.placed or oldest, reverse=True)[:ORDERS]
