"""The model budget binds: what a call may cost is taken before it, what it did cost stays, and what nobody knows counts in full."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bot_endpoint import FakeEndpoint
from bot_house import House, Talk
from bot_stage import QUICK
from cast import NOW, WORKSPACE
from sqlalchemy import select

from bot.answer import Answerer
from bot.call import Meter, ModelFailure, Usage
from bot.endpoint import Endpoint
from bot.model import ModelWriter
from core.clock import FrozenClock
from core.database import Database
from core.scope import system_scope
from core.settings import Settings
from people.budget import Allowance, ModelBudget, spent_today
from people.tables import model_spend
from tests.api.stage import furnish, open_stage

SCOPE = system_scope(WORKSPACE, "bot")
POLICY = "What is your return policy?"
GOOD = "You can return anything within 30 days of delivery for a full refund. [1]"


@asynccontextmanager
async def answered(house: House, server: FakeEndpoint, *questions: str, **settings: Any) -> AsyncIterator[list[Talk]]:
    async with server.serving():
        talks = [house.customer(question) for question in questions or (POLICY,)]
        answerer = Answerer(house.searcher(), writer=ModelWriter(Endpoint(server.base_url, "", "m", QUICK)))
        await house.work(house.turns(answerer=answerer, **settings))
        yield talks


def spent(house: House) -> int:
    return int(house.database.read_now(spent_today, SCOPE, NOW))


def decision_of(talk: Talk) -> dict[str, Any]:
    return talk.replies[0].body["decision"]


async def test_what_the_server_tells_is_what_is_spent(house: House) -> None:
    async with answered(house, FakeEndpoint(reply=lambda messages: GOOD)) as (talk,):
        tokens = decision_of(talk)["tokens"]
        assert decision_of(talk)["answerer"] == "model"
        assert spent(house) == tokens["input_tokens"] + tokens["output_tokens"] > 240


async def test_a_server_that_tells_nothing_is_charged_by_the_length_of_what_was_said(house: House) -> None:
    async with answered(house, FakeEndpoint(reply=lambda messages: GOOD, tells=False)) as (talk,):
        tokens = decision_of(talk)["tokens"]
        assert decision_of(talk)["answerer"] == "model"
        assert tokens["input_tokens"] == tokens["output_tokens"] == 0
        assert spent(house) == tokens["estimated_tokens"] > 200


@pytest.mark.parametrize("mode", ["cut_clean", "hang", "drip", "garbage_json", "infinite", "finish_missing"])
async def test_a_call_that_was_cut_hung_or_given_up_counts_in_full(house: House, mode: str) -> None:
    server = FakeEndpoint(reply=lambda messages: GOOD, choose=lambda text: mode if "policy" in text else "good", tells=False)
    async with answered(house, server) as (talk,):
        assert decision_of(talk)["fallback"]
        assert spent(house) > QUICK.output_tokens, "the longest answer that it may have written"


@pytest.mark.parametrize("mode", ["error_500", "rate_limited", "unauthorized", "refused"])
async def test_a_server_that_did_not_begin_costs_nothing(house: House, mode: str) -> None:
    async with answered(house, FakeEndpoint(mode=mode)):
        assert spent(house) == 0


async def test_all_at_once_never_pass_the_limit(house: House) -> None:
    limit, seen = 5000, []
    server = FakeEndpoint(reply=lambda messages: seen.append(spent(house)) or GOOD)  # type: ignore[func-returns-value]
    questions = [f"{POLICY} I ordered {number} bags." for number in range(12)]
    async with answered(house, server, *questions, llm_tokens_per_day=limit, turn_workers=12) as talks:
        ways = [decision_of(talk)["fallback"] or decision_of(talk)["answerer"] for talk in talks]
    assert max(*seen, spent(house)) <= limit
    assert {"model", "budget_spent"} == set(ways)


async def test_a_conversation_has_a_limit_of_its_own(house: House) -> None:
    server = FakeEndpoint(reply=lambda messages: GOOD)
    async with answered(house, server, llm_tokens_per_conversation=100) as (talk,):
        assert decision_of(talk)["fallback"] == "budget_spent"
        assert server.calls == 0
        assert "30 days" in talk.replies[0].body["text"]


@pytest.mark.parametrize("error", [RuntimeError("bug"), asyncio.CancelledError(), ModelFailure("cut")])
async def test_whatever_ends_a_call_settles_it(database: Database, error: BaseException) -> None:
    budget = ModelBudget(database, FrozenClock(NOW), Allowance(10_000, 0))
    usage, meter = Usage(budget.purse(SCOPE)), Meter([400], 100)
    with pytest.raises(type(error)):
        async with usage.paying(meter):
            raise error
    assert database.read_now(spent_today, SCOPE, NOW) == meter.most == 400 // 2 + 16 + 100


async def test_what_is_reserved_covers_a_second_call_too(database: Database) -> None:
    budget = ModelBudget(database, FrozenClock(NOW), Allowance(per_day=400, per_conversation=0))
    usage, meter = Usage(budget.purse(SCOPE)), Meter([400], 100)
    async with usage.paying(meter):
        meter.told = (60, 40)
    with pytest.raises(ModelFailure, match="budget_spent"):
        async with usage.paying(Meter([400], 100)):
            raise AssertionError("not called")
    assert database.read_now(spent_today, SCOPE, NOW) == 100


@pytest.mark.parametrize("limit", [0, 20])
async def test_answers_without_a_conversation_are_paid_from_the_day(tmp_path: Path, limit: int) -> None:
    async with FakeEndpoint(reply=lambda messages: "You can send it back within 30 days. [1]").serving() as server:
        settings = Settings(data=tmp_path, _env_file=None, llm_base_url=server.base_url, llm_model="m", llm_tokens_per_day=limit)
        stage = open_stage(settings)
        await furnish(stage)
        admin = stage.callers["main admin"] | {"content-type": "application/json"}
        published = await stage.call("POST", f"/v1/articles/{stage.things['/v1/articles/{id}']}/publication", admin)
        assert published.status == 200, published.body
        stage.house.searcher.wait_ready("wsp_main")
        asked = json.dumps({"question": "Within how many days can I send it back?"}).encode()
        answer = await stage.call("POST", "/v1/answers", admin, asked)
        rows = stage.house.database.read_now(lambda c: list(c.execute(select(model_spend.c.tokens)).scalars()))
        stage.close()
    decision = answer.json()["decision"]
    if limit:
        assert decision["fallback"] == "budget_spent"
        assert not server.calls
        assert sum(rows) <= limit
    else:
        assert decision["answerer"] == "model"
        assert sum(rows) >= 120
