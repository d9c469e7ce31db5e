"""Whatever a model server does, the customer gets an honest answer, in time, and never half a sentence of the model as if it were whole."""

import time

import pytest
from bot_endpoint import FAULTS, HALF, FakeEndpoint
from bot_stage import QUICK, ask, asked

from bot.answer import Answerer
from bot.breaker import Breaker
from bot.endpoint import Endpoint
from bot.model import ModelWriter
from retrieval.search import Searcher

POLICY = "What is your return policy?"
GOOD = "DECISION: answer\nYou can return anything you bought from Holm & Lark within 30 days of delivery for a full refund. [1]"


def answerer(searcher: Searcher, server: FakeEndpoint, model: str = "fake-model", breaker: Breaker | None = None) -> Answerer:
    return Answerer(searcher, writer=ModelWriter(Endpoint(server.base_url, "key", model, QUICK, breaker)))


@pytest.mark.parametrize("mode", FAULTS)
async def test_each_fault_ends_in_an_honest_answer(searcher: Searcher, mode: str) -> None:
    async with FakeEndpoint(mode=mode).serving() as server:
        began = time.monotonic()
        answer, screen = await ask(answerer(searcher, server, "" if mode == "no_model_name" else "fake-model"), asked(POLICY))
        took = time.monotonic() - began
    assert answer.action == "answer"
    assert answer.decision["answerer"] == "embedded"
    assert answer.decision["fallback"]
    assert "30 days of delivery for a full refund" in answer.text
    assert HALF + " [1]" not in answer.text
    assert took < 45
    assert server.calls + server.probes <= 3
    assert answer.citations
    print(f"{mode}: {answer.decision['fallback']} in {took:.1f} s, {server.calls} calls, withdrawn {len(screen.withdrawn)}")


@pytest.mark.parametrize("refuses", [(), ("temperature",), ("max_tokens", "temperature"), ("stream_options",)])
async def test_a_good_server_words_the_answer(searcher: Searcher, refuses: tuple[str, ...]) -> None:
    async with FakeEndpoint(reply=lambda messages: GOOD, refuses=refuses, vague=len(refuses) > 1).serving() as server:
        bot = answerer(searcher, server)
        answer, screen = await ask(bot, asked(POLICY))
        again, _ = await ask(bot, asked(POLICY))
    assert answer.decision["answerer"] == again.decision["answerer"] == "model"
    assert answer.text == GOOD.split("\n")[1]
    assert answer.citations[0].source == "article:return-policy"
    assert "within 30 days of delivery" in answer.citations[0].quote
    assert answer.decision["tokens"]["input_tokens"] in (120, 240)
    assert not screen.withdrawn
    assert not set(refuses) & server.requests[-1].keys()


async def test_the_first_listed_model_is_taken(searcher: Searcher) -> None:
    async with FakeEndpoint(reply=lambda messages: GOOD, model="only-one").serving() as server:
        answer, _ = await ask(answerer(searcher, server, ""), asked(POLICY))
    assert answer.decision["model"] == "only-one"


async def test_five_failures_open_the_breaker(searcher: Searcher) -> None:
    async with FakeEndpoint(mode="unauthorized").serving() as server:
        bot = answerer(searcher, server)
        for _ in range(5):
            await ask(bot, asked(POLICY))
        before = server.calls + server.probes
        answer, _ = await ask(bot, asked(POLICY))
    assert server.calls + server.probes == before <= 10
    assert answer.decision["fallback"] == "breaker_open"
    assert answer.action == "answer"


def test_the_breaker_tries_one_call_after_its_pause() -> None:
    now = [0.0]
    breaker = Breaker(now=lambda: now[0])
    for _ in range(5):
        assert breaker.may_call()
        breaker.failed()
    assert not breaker.may_call()
    now[0] = 30.0
    assert breaker.may_call()
    assert not breaker.may_call(), "one at a time"
    breaker.failed()
    assert not breaker.may_call()
    now[0] = 61.0
    assert breaker.may_call()
    breaker.succeeded()
    assert breaker.may_call()
    assert breaker.may_call()


async def test_unsupported_sentences_are_dropped(searcher: Searcher) -> None:
    said = (
        GOOD
        + " We also give every customer a free puppy. Returns cost 499 euros. You cannot return anything within 30 days of delivery for a refund."
    )
    async with FakeEndpoint(
        reply=lambda messages: said.replace(" We also", " Returns from countries of the European Union are free. We also")
    ).serving() as server:
        answer, screen = await ask(answerer(searcher, server), asked(POLICY))
    assert "puppy" not in answer.text
    assert "499" not in answer.text
    assert "cannot return" not in answer.text
    assert "puppy" not in "".join(screen.withdrawn)


async def test_a_model_that_makes_things_up_is_not_used(searcher: Searcher) -> None:
    made_up = "DECISION: answer\nOur premium members receive complimentary helicopter pickups. Call Dr. Miller for details. [1]"
    async with FakeEndpoint(reply=lambda messages: made_up).serving() as server:
        answer, _ = await ask(answerer(searcher, server), asked(POLICY))
    assert answer.decision["fallback"] == "unsupported"
    assert "helicopter" not in answer.text


async def test_a_model_may_hand_off(searcher: Searcher) -> None:
    async with FakeEndpoint(reply=lambda messages: "DECISION: handoff\nI do not know.").serving() as server:
        answer, _ = await ask(answerer(searcher, server), asked(POLICY))
    assert (answer.action, answer.reason) == ("handoff", "missing_knowledge")
    assert "I do not know" not in answer.text


async def test_a_model_may_ask_one_question(searcher: Searcher) -> None:
    async with FakeEndpoint(
        reply=lambda messages: "DECISION: clarify\nDo you want to return a whole order or one item?"
    ).serving() as server:
        answer, _ = await ask(answerer(searcher, server), asked(POLICY))
    assert answer.action == "clarify"
    assert answer.text == "Do you want to return a whole order or one item?"


async def test_confidence_is_never_the_models(searcher: Searcher) -> None:
    alone, _ = await ask(Answerer(searcher), asked(POLICY))
    async with FakeEndpoint(reply=lambda messages: GOOD + "\nConfidence: 100%").serving() as server:
        answer, _ = await ask(answerer(searcher, server), asked(POLICY))
    assert answer.confidence == alone.confidence
    assert "Confidence" not in answer.text
