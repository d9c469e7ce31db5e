"""Tables of bot: the lease on a turn (that a turn is owed is computed from the log), fits of the confidence, settings of the dial."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, String, Table

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
    # Of the embedder whose numbers it reads.
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
