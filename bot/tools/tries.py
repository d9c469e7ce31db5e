"""How often somebody may be wrong about whose an order is: five times a customer, ten times an order number, within a day."""

import hashlib

from sqlalchemy import Connection, select

from bot.lease import Claim
from bot.tables import tool_failure
from bot.tools.result import Effect
from chat.events import Author
from core.database import insert

WINDOW_MS = 24 * 3_600_000
TRIES = 5
TRIES_OF_A_NUMBER = 10


def used_up(connection: Connection, workspace: str, contact: str, number: str, now: int) -> bool:
    counted = select(tool_failure.c.of, tool_failure.c.failures).where(
        tool_failure.c.workspace == workspace,
        tool_failure.c.of.in_([_contact(contact), _number(number)]),
        tool_failure.c.since > now - WINDOW_MS,
    )
    counts = {row.of: row.failures for row in connection.execute(counted)}
    return counts.get(_contact(contact), 0) >= TRIES or counts.get(_number(number), 0) >= TRIES_OF_A_NUMBER


def count_try(contact: str, number: str) -> Effect:
    """Counted in the transaction that says so: who does not read the answer has learned nothing."""

    def effect(connection: Connection, mine: Claim, author: Author, at: int) -> None:
        for of in sorted((_contact(contact), _number(number))):
            _count(connection, mine.workspace, of, at)

    return effect


def _count(connection: Connection, workspace: str, of: str, at: int) -> None:
    here = (tool_failure.c.workspace == workspace) & (tool_failure.c.of == of)
    row = connection.execute(select(tool_failure).where(here)).one_or_none()
    fresh = row is None or row.since <= at - WINDOW_MS
    values = {"failures": 1, "since": at} if fresh or row is None else {"failures": row.failures + 1, "since": row.since}
    upsert = insert(connection, tool_failure).values(workspace=workspace, of=of, **values)
    connection.execute(upsert.on_conflict_do_update(index_elements=["workspace", "of"], set_=values))


def _contact(contact: str) -> str:
    return f"contact:{contact}"


def _number(number: str) -> str:
    """Hashed: what was asked for need not be stored to be counted."""
    return f"number:{hashlib.sha256(bare(number).encode()).hexdigest()[:40]}"


def bare(number: str) -> str:
    """`# hl-10482` → `HL10482`."""
    return "".join(letter for letter in number.upper() if letter.isalnum())
