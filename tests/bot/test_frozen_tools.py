"""A turn in which a tool was used, frozen: its result is played back, and the order API is not asked again."""

import asyncio
from typing import Any

import pytest
from bot_house import House, Talk
from cast import WORKSPACE
from shop_api import ShopApi, connect, talks

from core.scope import system_scope
from core.settings import Settings
from evals.frozen.case import freeze, replay_case

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def frozen(house: House, message: str) -> tuple[Settings, dict[str, Any]]:
    settings = Settings(data=house.folder, embedder="hash", _env_file=None)
    scope = system_scope(WORKSPACE, "test")
    return settings, await asyncio.to_thread(freeze, settings, house.database, house.searcher(), scope, message)


async def asked_for_an_order(house: House, api: ShopApi) -> Talk:
    connect(house, api)
    talk = house.customer()
    await talks(house, talk, "Is my order shipped?", "HL-10482", "jonas.weber@example.com")
    return talk


async def test_what_the_order_api_said_is_played_again(house: House) -> None:
    async with ShopApi().serving() as api:
        talk = await asked_for_an_order(house, api)
        asked = len(api.asked)
        settings, case = await frozen(house, talk.replies[-1].id)
        assert len(api.asked) == asked
    assert case["as_posted"]
    message = case["expected"]["outcome"]["message"]
    assert message["text"] == talk.replies[-1].body["text"]
    assert message["card"] == talk.replies[-1].body["card"]
    assert (await asyncio.to_thread(replay_case, settings, case)).differences == ()


async def test_the_rules_choose_anew(house: House) -> None:
    async with ShopApi().serving() as api:
        talk = await asked_for_an_order(house, api)
    settings, case = await frozen(house, talk.replies[0].id)
    assert case["expected"]["outcome"]["decision"]["pending"]["missing"] == "number"
    said = next(one for one in case["turn"]["events"] if one["kind"] == "message.added")
    said["body"]["text"] = "Do you like cats?"
    assert (await asyncio.to_thread(replay_case, settings, case)).differences
    case["turn"]["tool"] = None
    assert (await asyncio.to_thread(replay_case, settings, case)).differences
