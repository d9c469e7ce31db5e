"""Tables of handoff: who is at their desk, and whose stream is open right now."""

from sqlalchemy import BigInteger, Column, String, Table

from core.tables import metadata, ms, workspace_column

desk = Table(
    "desk",
    metadata,
    workspace_column(),
    Column("person", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("availability", String(10), nullable=False),
    ms("changed_at"),
    # For "longest idle": the last time that a conversation was accepted or finished.
    ms("busy_at", nullable=True),
)

presence = Table(
    "presence",
    metadata,
    workspace_column(),
    Column("person", String(40), primary_key=True),
    Column("stream", String(40), primary_key=True),
    Column("boot", String(64), nullable=False),
    Column("deadline", BigInteger, nullable=False),
)
