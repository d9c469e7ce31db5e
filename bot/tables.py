"""Table of bot: the lease on a turn, and nothing else. That a turn is owed is computed from the log."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from core.tables import metadata, ms, workspace_column

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
