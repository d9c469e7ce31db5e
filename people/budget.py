"""How many model tokens a workspace may spend a day, and one conversation in all. Kept in the database, so that a restart forgets nothing.

Before each call as many tokens are taken as it may cost at most, and settled after it by what it did cost: spending does not pass the
limit, whatever runs at once, unless a server counts more than was asked of it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from core.clock import Clock
from core.database import Database, insert
from core.scope import Scope
from core.settings import Settings
from people.tables import model_spend


@dataclass(frozen=True)
class Allowance:
    """Tokens; 0 means no limit."""

    per_day: int
    per_conversation: int


def take(connection: Connection, scope: Scope, conversation: str | None, tokens: int, allowance: Allowance, at: int) -> bool:
    """Reserves tokens if both limits allow it; else takes nothing and returns False."""
    purses = [(_day(at), allowance.per_day)]
    if conversation:
        purses.append((f"conversation:{conversation}", allowance.per_conversation))
    for of, _ in purses:
        empty = insert(connection, model_spend).values(workspace=scope.workspace, of=of, tokens=0, calls=0, changed_at=at)
        connection.execute(empty.on_conflict_do_nothing(index_elements=["workspace", "of"]))
    # Rows are always locked in the same order: the day, then the conversation.
    rows = [_spent(connection, scope, of) for of, _ in purses]
    if any(limit and spent + tokens > limit for spent, (_, limit) in zip(rows, purses, strict=True)):
        return False
    for of, _ in purses:
        _add(connection, scope, of, tokens, at, calls=1)
    return True


def settle(connection: Connection, scope: Scope, conversation: str | None, taken: int, used: int, at: int, taken_at: int) -> None:
    """Puts what was really used in place of the estimate. taken_at: a call that ran over midnight counts for the day it began."""
    for of in (_day(taken_at), f"conversation:{conversation}" if conversation else None):
        if of:
            _add(connection, scope, of, used - taken, at)


def spent_today(connection: Connection, scope: Scope, at: int) -> int:
    query = select(model_spend.c.tokens).where(model_spend.c.workspace == scope.workspace, model_spend.c.of == _day(at))
    return connection.scalar(query) or 0


@dataclass(frozen=True)
class Taken:
    tokens: int
    at: int


class ModelBudget:
    """`take` before a call, `settle` after it, whatever came of it."""

    def __init__(self, database: Database, clock: Clock, allowance: Allowance) -> None:
        self._database = database
        self._clock = clock
        self._allowance = allowance

    @classmethod
    def of(cls, settings: Settings, database: Database, clock: Clock) -> "ModelBudget":
        return cls(database, clock, Allowance(settings.llm_tokens_per_day, settings.llm_tokens_per_conversation))

    def purse(self, scope: Scope, conversation: str | None = None) -> "Purse":
        return Purse(self, scope, conversation)

    async def take(self, scope: Scope, conversation: str | None, tokens: int) -> Taken | None:
        """None: the budget is spent; answer without the model."""
        now = self._clock.now()
        given = await self._database.write(take, scope, conversation, tokens, self._allowance, now)
        return Taken(tokens, now) if given else None

    async def settle(self, scope: Scope, conversation: str | None, taken: Taken, used: int) -> None:
        await self._database.write(settle, scope, conversation, taken.tokens, used, self._clock.now(), taken.at)


@dataclass(frozen=True)
class Purse:
    """The budget as one asker may use it. conversation: None where there is none, so that the day alone counts."""

    budget: ModelBudget
    scope: Scope
    conversation: str | None

    async def take(self, tokens: int) -> Taken | None:
        return await self.budget.take(self.scope, self.conversation, tokens)

    async def settle(self, taken: Taken, used: int) -> None:
        await self.budget.settle(self.scope, self.conversation, taken, used)


def _day(at: int) -> str:
    return "day:" + datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def _spent(connection: Connection, scope: Scope, of: str) -> int:
    mine = select(model_spend.c.tokens).where(model_spend.c.workspace == scope.workspace, model_spend.c.of == of)
    return connection.scalar(mine.with_for_update()) or 0


def _add(connection: Connection, scope: Scope, of: str, tokens: int, at: int, calls: int = 0) -> None:
    mine = (model_spend.c.workspace == scope.workspace) & (model_spend.c.of == of)
    more = {"tokens": model_spend.c.tokens + tokens, "calls": model_spend.c.calls + calls, "changed_at": at}
    connection.execute(update(model_spend).where(mine).values(more))
