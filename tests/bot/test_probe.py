"""What a model server can do is asked once, by one small question, and asked again after a failure."""

import asyncio
import json

import pytest
from bot_endpoint import FakeEndpoint
from bot_stage import QUICK, ask, asked

from bot.answer import Answerer
from bot.call import Limits, ModelFailure, Usage
from bot.endpoint import Endpoint
from bot.model import ModelWriter
from bot.probe import ASKED, Abilities
from bot.prompt import write_prompt
from bot.question import Page
from retrieval.query import Query
from retrieval.search import Searcher

POLICY = "What is your return policy?"
GOOD = "You can return anything you bought from Holm & Lark within 30 days of delivery for a full refund. [1]"


async def probed(server: FakeEndpoint, **settings: object) -> Abilities:
    return await Endpoint(server.base_url, "", "m", QUICK, **settings).abilities(Usage())  # type: ignore[arg-type]


def sent(server: FakeEndpoint) -> list[set[str]]:
    """Parameters of each request of the probe."""
    plain = {"model", "messages", "stream"}
    return [set(body) - plain for body in server.requests if body and body["messages"][-1]["content"] == ASKED]


async def test_a_server_that_takes_everything() -> None:
    async with FakeEndpoint().serving() as server:
        assert await probed(server, extra={"repeat_penalty": 1.1}) == Abilities("m", streams=True, usage=True)
    assert sent(server) == [{"temperature", "max_tokens", "stream_options", "repeat_penalty"}]


@pytest.mark.parametrize("parameter", ["temperature", "stream_options", "repeat_penalty", "max_tokens"])
async def test_a_parameter_that_is_named_in_the_refusal_goes_and_no_other(parameter: str) -> None:
    async with FakeEndpoint(refuses=(parameter,)).serving() as server:
        await probed(server, extra={"repeat_penalty": 1.1})
    assert sent(server)[0] - sent(server)[1] == {parameter}
    assert len(sent(server)) == 2


async def test_a_refusal_without_a_name_makes_it_plain_and_that_has_to_work() -> None:
    async with FakeEndpoint(refuses=("temperature",), vague=True).serving() as server:
        found = await probed(server)
    assert sent(server)[1] == set()
    assert not found.limit
    async with FakeEndpoint(mode="bad_request").serving() as server:
        endpoint = Endpoint(server.base_url, "", "m", Limits(calls=9))
        with pytest.raises(ModelFailure, match="refused"):
            await endpoint.abilities(Usage())
        server.mode = "good"
        assert (await endpoint.abilities(Usage())).limit == "max_tokens", "nothing was learnt from a server that refuses all"


async def test_a_server_that_tells_no_usage_and_one_that_cannot_stream(searcher: Searcher) -> None:
    async with FakeEndpoint(tells=False).serving() as server:
        assert not (await probed(server)).usage
    async with FakeEndpoint(reply=lambda messages: GOOD, whole=True).serving() as server:
        endpoint = Endpoint(server.base_url, "", "m", Limits(calls=4, deadline_s=5, first_token_s=2))
        answer, _ = await ask(Answerer(searcher, writer=ModelWriter(endpoint)), asked(POLICY))
        assert not (await endpoint.abilities(Usage())).streams
    assert answer.decision["answerer"] == "model"
    assert answer.text == GOOD


async def test_one_question_that_is_refused_takes_nothing_from_the_next(searcher: Searcher) -> None:
    """A 400 for a prompt that is too long says nothing about parameters."""
    choose = lambda text: "bad_request" if "long story" in text else "good"  # noqa: E731
    async with FakeEndpoint(reply=lambda messages: GOOD, choose=choose).serving() as server:
        bot = Answerer(searcher, writer=ModelWriter(Endpoint(server.base_url, "", "m", QUICK)))
        first, _ = await ask(bot, asked(f"{POLICY} It is a long story."))
        second, _ = await ask(bot, asked(POLICY))
    assert first.decision["fallback"] == "refused"
    assert second.decision["answerer"] == "model"
    assert {"temperature", "max_tokens", "stream_options"} <= server.requests[-1].keys()


async def test_it_is_probed_once_for_all_who_come_and_again_after_a_failure(searcher: Searcher) -> None:
    async with FakeEndpoint(reply=lambda messages: GOOD).serving() as server:
        bot = Answerer(searcher, writer=ModelWriter(Endpoint(server.base_url, "", "", QUICK)))
        await asyncio.gather(*(ask(bot, asked(f"{POLICY} I ask {number} times.")) for number in range(4)))
        assert server.probes == 1
        server.mode = "error_500"
        await ask(bot, asked(POLICY))
        server.mode, server.model, server.refuses = "good", "another", ("temperature",)
        answer, _ = await ask(bot, asked(POLICY))
    assert answer.decision["model"] == "another"
    assert "temperature" not in server.requests[-1]


@pytest.mark.parametrize("mode", ["html", "empty_choices", "garbage_json", "hang"])
async def test_a_probe_that_fails_is_a_failure_of_the_server(mode: str) -> None:
    async with FakeEndpoint(mode=mode).serving() as server:
        endpoint = Endpoint(server.base_url, "", "m", QUICK)
        with pytest.raises(ModelFailure):
            await endpoint.abilities(Usage())
        server.mode = "good"
        assert (await endpoint.abilities(Usage())).streams


def test_the_pages_address_is_in_the_prompt_between_fences(searcher: Searcher) -> None:
    page = Page("https://shop.test/p/fjell-trail-shoe?session=4711#ann@shop.test", "Fjell | Holm", "Fjell Trail Shoe")
    question = asked("does it run small?", page=page)
    hits = searcher.search(Query("sizing"), question.filters, 3).hits
    prompt = write_prompt(question, hits)
    block = prompt.messages[0].text.split(prompt.fence)[-2]
    assert "shop.test/p/fjell-trail-shoe" in block
    assert "Fjell | Holm" in block
    assert "4711" not in json.dumps([message.text for message in prompt.messages]), "what may be a token stays here"
    alone = write_prompt(asked("does it run small?", page=Page("https://shop.test/p/tarn", "", "")), hits)
    assert "shop.test/p/tarn" in alone.messages[0].text
    assert "The customer looks at" not in write_prompt(asked("hi?", page=Page("javascript:alert(1)", "", "")), hits).messages[0].text
