"""Leases that a jump of the wall clock neither steals nor keeps: (boot, deadline in ms).

On SQLite every process is on this machine: its boot id and its monotonic clock. On Postgres: the server's own clock.
A theft is harmless all the same: what a lease protects is fenced.
"""

import time
from pathlib import Path

from sqlalchemy import Connection, text


def _boot_id() -> str:
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() else "boot"


_BOOT = _boot_id()


def lease_now(connection: Connection) -> tuple[str, int]:
    """(boot, now in ms) on the clock that leases of this database are measured by."""
    if connection.dialect.name == "postgresql":
        return "server", int(connection.execute(text("SELECT (extract(epoch from clock_timestamp()) * 1000)::bigint")).scalar_one())
    return _BOOT, time.monotonic_ns() // 1_000_000
