"""The one MetaData, shared column kinds, and the tables of core."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

json_type = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def ms(name: str, nullable: bool = False, **kw: Any) -> Column[int]:
    """A moment: ms since the epoch."""
    return Column(name, BigInteger, nullable=nullable, **kw)


def workspace_column() -> Column[str]:
    return Column("workspace", String(40), primary_key=True)


workspace = Table(
    "workspace",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    # The commit-ordered number of the newest event; given out as the last statement of a transaction (DESIGN: two cursors).
    Column("position", BigInteger, nullable=False, default=0),
    Column("demo", Boolean, nullable=False, default=False),
    ms("created_at"),
)

follower = Table(
    "follower",
    metadata,
    workspace_column(),
    Column("name", String(80), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    workspace_column(),
    Column("actor", String(80), primary_key=True),
    Column("route", String(300), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("response", json_type),
    # Set when a conversation holds what was made, so that erasing it erases the key too.
    Column("conversation", String(40), index=True),
    ms("at"),
)

job = Table(
    "job",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("args", json_type, nullable=False),
    Column("actor", json_type, nullable=False),
    Column("total", Integer, nullable=False, default=0),
    Column("done", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("detail", json_type),
    Column("error", String(2000)),
    Column("runner", String(80)),
    ms("heartbeat_at", nullable=True),
    ms("created_at"),
    ms("finished_at", nullable=True),
)

file = Table(
    "file",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    ms("created_at"),
)
