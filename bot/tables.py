"""Tables of bot: the lease on a turn (that one is owed is computed from the log), fits of the confidence, settings of the dial, and what
its tools look up, count and book."""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKeyConstraint, Index, Integer, String, Table, UniqueConstraint

from core.tables import json_type, metadata, ms, workspace_column

turn = Table(
    "turn",
    metadata,
    workspace_column(),
    Column("conversation", String(40), primary_key=True),
    # The customer's last seq when it was claimed: a newer message starts the count of attempts anew.
    Column("covers", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    # Raised by each claim; what a worker appends is refused when another has claimed since.
    Column("fence", BigInteger, nullable=False),
    Column("boot", String(64), nullable=False),
    # On the clock of core.lease, in ms: until when it is held, or when it may be tried again.
    Column("deadline", BigInteger, nullable=False),
    ms("started_at"),
)

# Only added to: the newest that is kept serves, the others tell what was tried.
confidence_fit = Table(
    "confidence_fit",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    # Version (model and date) of the shipped confidence that it was fitted near.
    Column("model", String(80), nullable=False),
    # Whether it foretold this workspace's labels better than the shipped confidence does.
    Column("kept", Boolean, nullable=False),
    Column("heads", json_type, nullable=False),
    # [[confidence, right], …] of the labelled answers, each confidence from a fit that had not seen that answer.
    Column("scored", json_type, nullable=False),
    Column("figures", json_type, nullable=False),
    ms("fitted_at"),
)

# Only added to: the newest holds.
risk_dial = Table(
    "risk_dial",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    # Share of the answers given; null: turned off.
    Column("wrong_at_most", Float),
    Column("threshold", Float, nullable=False),
    # What the threshold was found on: own (labels of this workspace) or shipped (public sets).
    Column("source", String(10), nullable=False),
    Column("set_by", String(40), nullable=False),
    ms("set_at"),
)

# Where an inbox's orders are looked up.
order_source = Table(
    "order_source",
    metadata,
    workspace_column(),
    Column("inbox", String(40), primary_key=True),
    Column("url", String(2000), nullable=False),
    # Sealed (people/sealed.py); empty: none is sent.
    Column("secret", String(2000), nullable=False),
    ms("changed_at"),
    ForeignKeyConstraint(["workspace", "inbox"], ["inbox.workspace", "inbox.id"]),
)

tool_failure = Table(
    "tool_failure",
    metadata,
    workspace_column(),
    # `contact:con_…`, or `number:` or `address:` and a hash of what was asked for.
    Column("of", String(120), primary_key=True),
    Column("failures", Integer, nullable=False),
    ms("since"),
)

appointment = Table(
    "appointment",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("inbox", String(40), nullable=False),
    Column("conversation", String(40), nullable=False),
    Column("contact", String(40), nullable=False),
    ms("starts_at"),
    ms("ends_at"),
    # The same as starts_at while it stands, null once it is cancelled: no two that stand begin at the same time.
    ms("slot", nullable=True),
    ms("created_at"),
    ms("cancelled_at", nullable=True),
    ForeignKeyConstraint(["workspace", "conversation"], ["conversation.workspace", "conversation.id"]),
    ForeignKeyConstraint(["workspace", "inbox"], ["inbox.workspace", "inbox.id"]),
    UniqueConstraint("workspace", "inbox", "slot", name="uq_appointment_slot"),
    Index("ix_appointment_contact", "workspace", "contact", "starts_at"),
)

# What a workspace changes of bot/policy.toml, in the same form.
policy = Table(
    "policy",
    metadata,
    workspace_column(),
    Column("text", String(20_000), nullable=False),
    Column("changed_by", String(40), nullable=False),
    ms("changed_at"),
)
