"""How often somebody may be wrong about whose an order is, within a day: five times a customer, ten times an order number, ten times an
address. A right guess that comes too late is told no more than a wrong one."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, case, select

from bot.lease import Claim, Overtaken
from bot.tables import tool_failure
from bot.tools.result import Effect
from chat.events import Author
from core.database import insert

WINDOW_MS = 24 * 3_600_000
TRIES = 5
TRIES_OF_A_NUMBER = 10
TRIES_OF_AN_ADDRESS = 10


@dataclass(frozen=True)
class Guess:
    """Whose an order is, as a customer says."""

    contact: str
    number: str
    email: str

    @property
    def limits(self) -> dict[str, int]:
        """By what is counted. Hashed: what was asked for need not be stored to be counted."""
        return {
            f"contact:{self.contact}": TRIES,
            f"number:{_hashed(bare(self.number))}": TRIES_OF_A_NUMBER,
            f"address:{_hashed(self.email.strip().casefold())}": TRIES_OF_AN_ADDRESS,
        }


def used_up(connection: Connection, workspace: str, guess: Guess, now: int) -> bool:
    limits = guess.limits
    counted = select(tool_failure.c.of, tool_failure.c.failures).where(
        tool_failure.c.workspace == workspace, tool_failure.c.of.in_(limits), tool_failure.c.since > now - WINDOW_MS
    )
    return any(row.failures >= limits[row.of] for row in connection.execute(counted))


def right(guess: Guess) -> Effect:
    """Looked at once more in the transaction that says so: many guess at the same moment."""

    def effect(connection: Connection, mine: Claim, author: Author, at: int) -> None:
        if used_up(connection, mine.workspace, guess, at):
            raise Overtaken()

    return effect


def wrong(guess: Guess) -> Effect:
    """Counted in the transaction that says so: who does not read the answer has learned nothing."""

    def effect(connection: Connection, mine: Claim, author: Author, at: int) -> None:
        # In one order, so that two that count the same do not wait for each other.
        for of, most in sorted(guess.limits.items()):
            if _count(connection, mine.workspace, of, at) > most:
                raise Overtaken()

    return effect


def _count(connection: Connection, workspace: str, of: str, at: int) -> int:
    """One statement, which Postgres runs for one at a time."""
    over = tool_failure.c.since <= at - WINDOW_MS
    values = {"failures": case((over, 1), else_=tool_failure.c.failures + 1), "since": case((over, at), else_=tool_failure.c.since)}
    first = insert(connection, tool_failure).values(workspace=workspace, of=of, failures=1, since=at)
    counted = first.on_conflict_do_update(index_elements=["workspace", "of"], set_=values).returning(tool_failure.c.failures)
    return int(connection.scalars(counted).one())


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def bare(number: str) -> str:
    """`# hl-10482` → `HL10482`."""
    return "".join(letter for letter in number.upper() if letter.isalnum())
