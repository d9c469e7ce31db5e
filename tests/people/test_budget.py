"""The model budget: never over, whatever runs at once."""

import asyncio

from core.clock import FrozenClock
from core.database import Database
from core.scope import system_scope
from people.budget import Allowance, ModelBudget, spent_today
from tests.conftest import NOW, WORKSPACE

SCOPE = system_scope(WORKSPACE, "bot")


def test_taken_together_never_over_the_day(database: Database) -> None:
    budget = ModelBudget(database, FrozenClock(NOW), Allowance(per_day=1000, per_conversation=0))

    async def all_at_once() -> list[object]:
        return await asyncio.gather(*(budget.take(SCOPE, f"cnv_{n}", 100) for n in range(25)))

    taken = [one for one in asyncio.run(all_at_once()) if one]
    assert len(taken) == 10
    assert database.read_now(spent_today, SCOPE, NOW) == 1000


def test_per_conversation_and_settling(database: Database) -> None:
    clock = FrozenClock(NOW)
    budget = ModelBudget(database, clock, Allowance(per_day=0, per_conversation=300))

    async def talk() -> None:
        first = await budget.take(SCOPE, "cnv_1", 200)
        assert await budget.take(SCOPE, "cnv_1", 200) is None
        clock.advance(86_400_000)
        await budget.settle(SCOPE, "cnv_1", first, 50)
        assert await budget.take(SCOPE, "cnv_1", 250)
        assert await budget.take(SCOPE, "cnv_1", 1) is None
        assert await budget.take(SCOPE, "cnv_2", 300)

    asyncio.run(talk())
    assert database.read_now(spent_today, SCOPE, NOW) == 50
    assert database.read_now(spent_today, SCOPE, NOW + 86_400_000) == 550
