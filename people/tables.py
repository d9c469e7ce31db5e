"""The tables of people."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKeyConstraint, Index, Integer, String, Table

from core.tables import json_type, metadata, ms, workspace_column

person = Table(
    "person",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    # Lower case. Unique over all workspaces: signing in names no workspace.
    Column("email", String(320), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("password_hash", String(300), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    ms("created_at"),
)

session = Table(
    "session",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("person", String(40), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    ms("created_at"),
    ms("expires_at"),
    ms("seen_at"),
    ForeignKeyConstraint(["workspace", "person"], ["person.workspace", "person.id"], name="fk_session_person"),
    Index("ix_session_person", "workspace", "person"),
)

api_key = Table(
    "api_key",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    # The first characters of the key, so that its owner can tell keys apart.
    Column("prefix", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", json_type, nullable=False),
    Column("created_by", String(40), nullable=False),
    ms("created_at"),
    ms("revoked_at", nullable=True),
)

audit = Table(
    "audit",
    metadata,
    workspace_column(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("id", String(40), nullable=False, unique=True),
    ms("at"),
    Column("actor_kind", String(10), nullable=False),
    Column("actor", String(80)),
    Column("action", String(60), nullable=False),
    Column("object", String(80)),
    Column("detail", json_type),
    # Random; erased together with the body, so that what is left of an erased entry cannot be guessed back.
    Column("salt", String(64)),
    Column("body_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("erased", Boolean, nullable=False, default=False),
)

# The newest link of each chain: locked while the next one is made, and the proof that no tail was cut off.
audit_head = Table(
    "audit_head",
    metadata,
    workspace_column(),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

model_spend = Table(
    "model_spend",
    metadata,
    workspace_column(),
    # `day:2026-11-24` or `conversation:cnv_…`
    Column("of", String(60), primary_key=True),
    Column("tokens", BigInteger, nullable=False),
    Column("calls", Integer, nullable=False),
    ms("changed_at"),
)

identity_key = Table(
    "identity_key",
    metadata,
    workspace_column(),
    # The `kid` of a token's header.
    Column("id", String(40), primary_key=True),
    Column("inbox", String(40), nullable=False, index=True),
    Column("algorithm", String(10), nullable=False),
    # HS256: the secret, sealed. EdDSA: a public key in PEM.
    Column("material", String(2000), nullable=False),
    Column("created_by", String(40), nullable=False),
    ms("created_at"),
)
