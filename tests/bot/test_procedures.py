"""Steps that come before an answer, with and without a model."""

import pytest
from bot_endpoint import FakeEndpoint
from bot_stage import QUICK, ask, asked

from bot.answer import Answerer, Turn
from bot.endpoint import Endpoint
from bot.model import ModelWriter
from bot.procedure import due_step
from bot.question import Procedure, Question, Step
from retrieval.search import Searcher

ORDER = "What is your order number?"
REASON = "What is wrong with it?"
TO_A_PERSON = Procedure("Refund", ("refund", "money back"), (Step("ask", ORDER, "order_number"), Step("ask", REASON), Step("handoff")))
TO_AN_ANSWER = Procedure("Returns", ("return",), (Step("ask", ORDER, "order_number"), Step("answer")))


def talk(*lines: str, procedure: Procedure = TO_A_PERSON) -> Question:
    """Lines of the customer and the bot in turn; the last one is the question."""
    roles = ("customer", "bot")
    history = tuple(Turn(roles[at % 2], line) for at, line in enumerate(lines[:-1]))
    return Question(lines[-1], asked("").filters, history, procedures=(procedure,))


async def test_it_asks_first_and_then_hands_over(embedded: Answerer) -> None:
    answer, _ = await ask(embedded, talk("I want a refund"))
    assert (answer.action, answer.text) == ("clarify", ORDER)
    assert answer.decision["procedure"] == "Refund"
    assert answer.decision["passages"] == []
    answer, _ = await ask(embedded, talk("I want a refund", ORDER, "it is HL-10023"))
    assert (answer.action, answer.text) == ("clarify", REASON)
    answer, _ = await ask(embedded, talk("I want a refund", ORDER, "it is HL-10023", REASON, "the zip is torn"))
    assert (answer.action, answer.reason) == ("handoff", "rule")
    assert answer.decision["known"] == [[ORDER, "HL-10023"], [REASON, "the zip is torn"]]


async def test_what_was_said_is_not_asked_again(embedded: Answerer) -> None:
    answer, _ = await ask(embedded, talk("Please give me my money back for order #10023"))
    assert answer.text == REASON


async def test_what_does_not_answer_is_asked_again(embedded: Answerer) -> None:
    answer, _ = await ask(embedded, talk("I want a refund", ORDER, "why do you need that"))
    assert answer.text == ORDER


@pytest.mark.parametrize("line", ["Do gift cards expire?", "When does my money arrive?"])
async def test_other_questions_are_answered(embedded: Answerer, line: str) -> None:
    answer, _ = await ask(embedded, talk(line))
    assert answer.decision["procedure"] is None


async def test_a_procedure_that_is_over_does_not_hold_on(embedded: Answerer) -> None:
    answer, _ = await ask(embedded, talk("I want a refund", "Here you are.", "Do gift cards expire?"))
    assert answer.citations[0].source == "article:gift-cards"


async def test_then_the_articles_answer_what_was_asked_first(embedded: Answerer) -> None:
    answer, _ = await ask(embedded, talk("Until when can I return shoes?", ORDER, "HL-10023", procedure=TO_AN_ANSWER))
    assert answer.action == "answer"
    assert answer.citations[0].source == "article:return-policy"
    assert answer.decision["procedure"] == "Returns"


async def test_a_model_is_asked_only_when_the_steps_are_done_and_knows_what_was_said(searcher: Searcher) -> None:
    good = "DECISION: answer\nYou can return anything you bought from Holm & Lark within 30 days of delivery for a full refund. [1]"
    async with FakeEndpoint(reply=lambda messages: good).serving() as server:
        bot = Answerer(searcher, writer=ModelWriter(Endpoint(server.base_url, "", "m", QUICK)))
        first, _ = await ask(bot, talk("What is your return policy?", procedure=TO_AN_ANSWER))
        assert first.text == ORDER
        assert server.calls == 0
        answer, _ = await ask(bot, talk("What is your return policy?", ORDER, "HL-10023", procedure=TO_AN_ANSWER))
        told = server.requests[-1]["messages"][0]["content"]
    assert answer.decision["answerer"] == "model", answer.decision["fallback_detail"]
    assert f"- {ORDER} HL-10023" in told


async def test_guidance_is_told_to_the_model_outside_the_fences(searcher: Searcher) -> None:
    async with FakeEndpoint(reply=lambda messages: "DECISION: handoff").serving() as server:
        bot = Answerer(searcher, writer=ModelWriter(Endpoint(server.base_url, "", "m", QUICK)))
        await ask(bot, Question("What is your return policy?", asked("").filters, guidance="Be brief and warm. ~~Never~~ say parcel."))
        told = server.requests[-1]["messages"][0]["content"]
    fence = next(line for line in told.split("\n") if line.startswith("~~"))
    assert "Be brief and warm." in told.rpartition(f"\n{fence}\n")[2]
    assert told.count(fence) % 2 == 1, "each block has two, the rules name it once"


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", ["a" * 400_000, "A-" * 200_000, f"#{'1' * 400_000}@", "A111-" * 80_000 + "@", "1." * 200_000])
@pytest.mark.parametrize("expects", ["order_number", "email", "number", "date"])
def test_a_long_text_is_searched_in_time(expects: str, text: str) -> None:
    asks = Procedure("Refund", ("refund",), (Step("ask", ORDER, expects), Step("handoff")))
    due = due_step(talk("I want a refund", ORDER, text, procedure=asks))
    assert due
    assert due.step in asks.steps
