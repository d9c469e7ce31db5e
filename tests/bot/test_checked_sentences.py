"""Each sentence of a model is checked before it is shown; what was shown is taken back only with a word of correction."""

import pytest
from bot_endpoint import FakeEndpoint
from bot_house import House, ScriptedWriter
from bot_stage import QUICK, Screen, ask, asked

import bot.checked
from bot.answer import Answerer
from bot.call import ModelFailure
from bot.endpoint import Endpoint
from bot.model import ModelWriter
from bot.phrases import phrase
from bot.reading import confirmed_in
from retrieval.search import Searcher

POLICY = "What is your return policy?"
TRUE = "You can return anything you bought from Holm & Lark within 30 days of delivery for a full refund."
CORRECTION = phrase("correction", "en")


def model(searcher: Searcher, server: FakeEndpoint) -> Answerer:
    return Answerer(searcher, writer=ModelWriter(Endpoint(server.base_url, "", "m", QUICK)))


async def test_a_sentence_is_shown_whole_and_only_when_it_is_supported(searcher: Searcher) -> None:
    also = "Returns from countries of the European Union are free."
    said = f"DECISION: answer\n{TRUE} [1] Our elves in Lapland mend every zip overnight. {also} Returns cost 499 euros."
    pieces: list[str] = []
    async with FakeEndpoint(reply=lambda messages: said).serving() as server:
        answer = await model(searcher, server).answer(asked(POLICY), pieces.append)
    assert pieces == [f"{TRUE} [1] ", f"{also} [1] "]
    assert answer.text == f"{TRUE} [1] {also} [1]"
    assert answer.decision["dropped_sentences"] == 2


async def test_an_answer_in_part_says_so(searcher: Searcher) -> None:
    async with FakeEndpoint(reply=lambda messages: f"DECISION: partial\n{TRUE} [1]").serving() as server:
        answer, _ = await ask(model(searcher, server), asked("What is your return policy, and who was its author?"))
    assert answer.action == answer.decision["action"] == "partial"
    assert answer.text == f"{TRUE} [1]"
    assert answer.citations


async def test_what_was_shown_is_taken_back_with_a_correction(searcher: Searcher) -> None:
    made_up = " ".join(f"Our elves in Lapland mend zip number {number} overnight." for number in range(2, 6))
    async with FakeEndpoint(reply=lambda messages: f"DECISION: answer\n{TRUE} [1] {made_up}").serving() as server:
        answer, screen = await ask(model(searcher, server), asked(POLICY))
    assert answer.decision["fallback"] == "unsupported"
    assert [one.strip() for one in screen.withdrawn] == [f"{TRUE} [1]"]
    assert answer.decision["withdrawn"].strip() == f"{TRUE} [1]"
    assert answer.text.startswith(f"{CORRECTION}\n\n")
    assert screen.text == answer.text


async def test_without_anything_shown_there_is_nothing_to_correct(searcher: Searcher) -> None:
    async with FakeEndpoint(reply=lambda messages: "DECISION: answer\nOur elves in Lapland mend every zip.").serving() as server:
        answer, screen = await ask(model(searcher, server), asked(POLICY))
    assert not screen.withdrawn
    assert CORRECTION not in answer.text
    assert answer.decision["withdrawn"] is None


@pytest.mark.parametrize(("verdict", "kept"), [("1: yes", True), ("1: no", False), ("", False), ("1. Yes, it does", True)])
async def test_of_a_doubtful_sentence_the_model_is_asked_again(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, verdict: str, kept: bool
) -> None:
    """Here the second sentence is made doubtful by the bar, not by its words."""
    second = "Returns from countries of the European Union are free."
    real = bot.checked.support_of
    monkeypatch.setattr(bot.checked, "support_of", lambda one, *rest: 0.4 if one.startswith("Returns from") else real(one, *rest))
    screens: list[str] = []

    def reply(messages: list[dict[str, str]]) -> str:
        if messages[-1]["content"].startswith("1. "):
            assert messages[-1]["content"] == f"1. {second}"
            return verdict or " "
        return f"DECISION: answer\n{TRUE} [1] {second} [1]"

    async with FakeEndpoint(reply=reply).serving() as server:
        answer = await model(searcher, server).answer(asked(POLICY), screens.append)
        assert server.calls == 2
    assert (second in answer.text) == kept
    assert answer.text.startswith(TRUE)
    assert answer.decision["dropped_sentences"] == (0 if kept else 1)
    assert "".join(screens).strip() == answer.text


def test_only_yes_confirms() -> None:
    assert confirmed_in("1: yes\n2: no\n 3. Yes\n4 yes\nyes to all\n<think>5: yes</think>") == {1, 3, 4}


@pytest.mark.parametrize("said", ["hi", "thanks a lot", "👍", "bye", "are you a bot?"])
async def test_greetings_and_thanks_search_nothing(said: str) -> None:
    class Untouchable:
        def __getattr__(self, name: str) -> None:
            raise AssertionError(f"{name} of the knowledge base was used")

    answer = await Answerer(Untouchable()).answer(asked(said), Screen())  # type: ignore[arg-type]
    assert answer.action == "small_talk"


async def test_in_a_conversation_the_correction_is_what_stays(house: House) -> None:
    talk = house.customer("Can I return it within 30 days?")
    writer = ScriptedWriter(ModelFailure("cut"), shown="You can return anything. [1] ")
    await house.work(house.turns(writer))
    (reply,) = talk.replies
    assert reply.body["text"].startswith(CORRECTION)
    assert reply.body["decision"]["withdrawn"] == "You can return anything. [1] "
