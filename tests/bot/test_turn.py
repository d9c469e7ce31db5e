"""Turns: each question is answered or handed over exactly once, whatever happens on the way."""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from bot_house import House, ScriptedWriter, Talk, hang
from cast import LEA, NOW, WORKSPACE
from sqlalchemy import select, update

import bot.turn
import handoff.queue
from api.streams import LiveCursor
from bot.answer import Answerer
from bot.call import ModelFailure, Usage
from bot.lease import Claim, NotYet, claim
from bot.policy import cited
from bot.question import Answer, Question
from bot.tables import turn as turn_table
from bot.writer import Written
from chat.conversation import owed
from chat.erase import erase_contact
from chat.tables import event as event_table
from core.clock import FrozenClock
from core.errors import Unavailable
from core.ids import new_id
from handoff.brief import bare_brief
from handoff.queue import accept, ask_for_person, return_to_bot
from handoff.scoring import scoring
from retrieval.embedder import Vector
from retrieval.hash_embedder import HashEmbedder
from retrieval.minilm import MiniLM
from retrieval.query import Hit

POLICY = "What is your return policy?"


async def test_a_question_is_answered_with_sources_and_covered(house: House) -> None:
    talk = house.customer(POLICY)
    await house.work(house.turns())
    (reply,) = talk.replies
    assert "30 days" in reply.body["text"]
    assert reply.body["citations"][0]["title"] == "Return policy"
    assert reply.covers == 2
    assert not talk.state.owed


async def test_back_with_the_bot_a_message_that_waited_is_answered(house: House) -> None:
    talk = house.customer("Let me talk to a person, this is ridiculous!!!")
    await house.work(house.turns())
    assert [one.body["reason"] for one in talk.handoffs] == ["asked_for_human"]
    waiting = talk.says(POLICY)
    house.database.write_now(accept, LEA, talk.id, new_id("evt"), NOW)
    house.database.write_now(return_to_bot, LEA, talk.id, new_id("evt"), NOW)
    await house.work(house.turns())
    (reply,) = talk.replies
    assert reply.covers == waiting
    assert "30 days" in reply.body["text"]
    assert len(talk.handoffs) == 1, "what led to the first handoff does not lead to another"
    assert talk.state.mode == "bot"


async def test_back_with_the_bot_all_messages_that_waited_are_one_question(house: House) -> None:
    talk = house.customer("Let me talk to a person")
    await house.work(house.turns())
    talk.says("It is about gift cards")
    last = talk.says("How long is one valid?")
    house.database.write_now(return_to_bot, LEA, talk.id, new_id("evt"), NOW)
    await house.work(house.turns())
    (reply,) = talk.replies
    assert reply.covers == last
    assert "three years" in reply.body["text"]


async def test_an_answer_given_after_two_restarts_is_not_given_again(house: House) -> None:
    talk = house.customer(POLICY)
    more = ["Are gift cards valid for long?", "How long does delivery take?", "How do I download an invoice?"]

    async def interrupt(question: Question) -> None:
        if more:
            await asyncio.to_thread(talk.says, more.pop(0))

    writer = ScriptedWriter("One. [1]", "Two. [1]", "Three. [1]", "Four. [1]", before=interrupt)
    await house.work(house.turns(writer))
    assert [question.text.count("\n") for question in writer.asked] == [0, 1, 2, 0]
    assert writer.asked[3].text == "How do I download an invoice?"
    assert [said.role for said in writer.asked[3].history] == ["customer", "customer", "customer", "bot"]
    assert [reply.body["text"] for reply in talk.replies] == ["Three. [1]", "Four. [1]"]
    assert talk.replies[1].covers == talk.state.last_customer_seq


async def test_withdrawn_text_goes_and_the_next_begins_anew(house: House) -> None:
    """As a client puts the pieces of the stream together (ui/widget/log.ts)."""
    talk = house.customer(POLICY)
    screens: list[str] = []
    shown = {"turn": "", "text": ""}
    cursor = LiveCursor()
    seen = asyncio.Event()

    def look() -> None:
        raw = cursor.news(SimpleNamespace(live=house.live), talk.id, None, "customer", {}).decode()  # type: ignore[arg-type]
        for kind, data in re.findall(r"event: (\w+)\ndata: (.*)\n\n", raw):
            frame = json.loads(data)
            if kind == "thinking" and frame["turn"] != shown["turn"]:
                shown.update(turn=frame["turn"], text="")
            elif kind == "delta":
                assert frame["turn"] == shown["turn"]
                assert frame["offset"] <= len(shown["text"]), "pieces are missing"
                shown["text"] = shown["text"][: frame["offset"]] + frame["text"]
            screens.append(shown["text"])
            if "We never" in shown["text"]:
                seen.set()

    async def follow() -> None:
        with house.database.wakes.subscribe(f"live {talk.id}") as woken:
            while True:
                look()
                await woken.wait()

    async def until_seen(question: Question) -> None:
        await seen.wait()

    following = asyncio.ensure_future(follow())
    writer = ScriptedWriter(ModelFailure("cut"), before=until_seen, shown="We never take anything back. ")
    await house.work(house.turns(writer))
    following.cancel()
    (reply,) = talk.replies
    assert "30 days" in reply.body["text"]
    after = screens[max(at for at, text in enumerate(screens) if "We never" in text) + 1 :]
    assert reply.body["text"] in after, "and the answer that took its place was shown whole"
    assert all(reply.body["text"].startswith(text) for text in after)


async def test_a_turn_that_takes_too_long_ends_in_a_handoff_at_once(house: House) -> None:
    talk = house.customer(POLICY)
    writer = ScriptedWriter(before=hang)
    await house.work(house.turns(writer, turn_deadline_s=0.3))
    (handoff_,) = talk.handoffs
    assert handoff_.body["reason"] == "bot_unavailable"
    assert handoff_.body["decision"]["failure"] == "deadline"
    assert handoff_.body["brief"]["wants"]["text"] == POLICY
    assert len(writer.asked) == 1


class Deadly(Answerer):
    """Must not be asked."""

    async def answer(self, *args: Any, **kwargs: Any) -> Answer:
        raise AssertionError("asked again")


async def test_turns_that_ended_their_process_end_in_a_handoff(house: House) -> None:
    talk = house.customer(POLICY)
    for attempt in (1, 2):
        dead = house.database.write_now(claim, WORKSPACE, talk.id, 0.0, NOW)
        assert isinstance(dead, Claim)
        assert dead.attempt == attempt
    await house.work(house.turns(answerer=Deadly(house.searcher()), turn_attempts=2))
    (handoff_,) = talk.handoffs
    assert handoff_.body["decision"]["failure"] == "attempts"


async def test_a_fault_that_passes_costs_an_attempt_and_no_more(house: House) -> None:
    talk = house.customer(POLICY)
    writer = ScriptedWriter(RuntimeError("once"), "Within 30 days. [1]")
    await house.work(house.turns(writer, turn_attempts=2))
    assert [reply.body["text"] for reply in talk.replies] == ["Within 30 days. [1]"]
    assert not talk.handoffs


async def test_a_story_that_cannot_be_told_is_handed_over_without(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> dict[str, Any]:
        raise KeyError("text")

    monkeypatch.setattr(handoff.queue, "build_brief", broken)
    talk = house.customer("Let me talk to a person")
    await house.work(house.turns(turn_attempts=2))
    (handoff_,) = talk.handoffs
    assert handoff_.body["brief"] == bare_brief("bot_unavailable")
    assert handoff_.covers == talk.state.last_customer_seq
    assert talk.state.mode == "queued"


async def test_an_answer_that_cannot_be_written_is_handed_over_with_its_story(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    original = bot.turn.finish

    def finish(connection: Any, mine: Any, outcome: Any, *rest: Any) -> bool:
        if outcome.message is not None:
            raise ValueError("not to be written")
        return original(connection, mine, outcome, *rest)

    monkeypatch.setattr(bot.turn, "finish", finish)
    talk = house.customer(POLICY)
    await house.work(house.turns(turn_attempts=2))
    (handoff_,) = talk.handoffs
    assert handoff_.body["brief"]["wants"]["text"] == POLICY
    assert handoff_.body["decision"]["failure"] == "ValueError"


async def test_a_handoff_comes_although_its_message_counts_as_answered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """`covers` is unique: where it is taken by some fault, the last resort does without."""
    talk = house.customer(POLICY)
    here = (event_table.c.workspace == WORKSPACE) & (event_table.c.conversation == talk.id) & (event_table.c.seq == 1)
    house.database.write_now(lambda connection: connection.execute(update(event_table).where(here).values(covers=2)))
    await house.work(house.turns(turn_attempts=1))
    assert [one.body["reason"] for one in talk.handoffs] == ["bot_unavailable"]
    assert talk.handoffs[0].covers is None
    house.database.write_now(lambda connection: connection.execute(update(event_table).where(here).values(covers=None)))


async def test_a_drained_worker_leaves_its_turns_to_the_next(house: House) -> None:
    talk = house.customer(POLICY)
    writer = ScriptedWriter(before=hang)
    await house.work(house.turns(writer, turn_lease_s=600), until=lambda: bool(writer.asked))
    assert talk.state.owed
    mine = house.database.write_now(claim, WORKSPACE, talk.id, 600, NOW)
    assert not isinstance(mine, NotYet), "the lease was given up"
    assert mine.attempt == 1, "and the attempt did not count"


async def test_an_article_that_is_taken_away_meanwhile_leaves_no_mark(house: House) -> None:
    talk = house.customer(POLICY)
    gone: list[str] = []

    async def take_away(question: Question) -> None:
        if not gone:
            gone.append(house.articles["Return policy"])
            await house.unpublish(gone[0])

    writer = ScriptedWriter("You can return anything within 30 days. [1]", ModelFailure("cut"), before=take_away)
    await house.work(house.turns(writer))
    (reply,) = talk.replies
    assert "30 days" not in reply.body["text"]
    assert cited(reply.body["text"]) == [one["n"] for one in reply.body["citations"]]


async def test_when_the_sources_go_again_it_says_that_it_knows_nothing(house: House) -> None:
    house.publish("Returning gifts", "You can return a gift within 30 days. The return policy holds for gifts too.")
    talk = house.customer(POLICY)
    left = [house.articles["Return policy"], house.articles["Returning gifts"]]

    async def take_both(question: Question) -> None:
        for article in left:
            await house.unpublish(article)

    class Late(ScriptedWriter):
        """Cites what it was given the first time, after that is gone; the second time too, as an index that lags would have it."""

        first: Written | None = None

        async def write(self, question: Question, hits: Sequence[Hit], usage: Usage, on_delta: Callable[[str], None]) -> Written:
            made = await super().write(question, hits, usage, on_delta)
            self.first = self.first or made
            return self.first

    writer = Late("Within 30 days. [1]", "Within 30 days. [1]", before=take_both)
    await house.work(house.turns(writer))
    (reply,) = talk.replies
    assert reply.body["ending"] == "no_answer"
    assert reply.body["citations"] == []
    assert not cited(reply.body["text"])


class Unreachable(HashEmbedder):
    """Its server is down. model: as if it were the one that the heads were fitted on."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model

    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        raise Unavailable("the embeddings server did not answer")


@pytest.mark.parametrize("model", ["hash-256-0", MiniLM().model])
async def test_without_its_embedder_the_bot_answers_by_words(house: House, model: str) -> None:
    talk = house.customer(POLICY)
    down = Unreachable(model)
    searcher = house.searcher()
    searcher.embedder = down
    await house.work(house.turns(embedder=down, answerer=Answerer(searcher)))
    (reply,) = talk.replies
    assert "30 days" in reply.body["text"]
    assert reply.body["decision"]["degraded"]


async def test_cosines_of_another_embedder_are_not_read_as_ours(house: House) -> None:
    talk = house.customer(POLICY)
    await house.work(house.turns())
    assert talk.replies[0].body["decision"]["confidence_head"] == "lexical"


class Counting(MiniLM):
    """Remembers what it embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        self.seen += texts
        return super().embed_texts(texts, question)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_after_a_restart_old_messages_are_not_embedded_again(house: House) -> None:
    talk = house.customer()
    old = ["Do you repair torn seams?", "Is a gift card valid abroad?", "How do I download an invoice?"]
    for line in old:
        talk.says(line)
        await house.work(house.turns())
    while await scoring(house.database, house.embedder, FrozenClock(NOW)).step():
        pass
    again = Counting()
    talk.says("When will an invoice come by e-mail?")
    talk.says(POLICY)
    searcher = house.searcher()
    await house.work(house.turns(embedder=again, answerer=Answerer(searcher)))
    assert talk.replies[-1].covers == talk.state.last_customer_seq
    assert set(again.seen) == {"When will an invoice come by e-mail?", POLICY, "How do I download an invoice?"}


async def test_an_erased_question_is_owed_no_longer(house: House) -> None:
    talk = house.customer("My card number is 4711")
    house.database.write_now(erase_contact, LEA, talk.who.actor.id, NOW)
    await house.work(house.turns(turn_attempts=1))
    assert not talk.state.owed
    assert not talk.handoffs


async def test_a_turn_during_which_its_customer_is_erased_says_nothing(house: House) -> None:
    talk = house.customer(POLICY)

    async def erased(question: Question) -> None:
        await house.database.write(erase_contact, LEA, talk.who.actor.id, NOW)

    await house.work(house.turns(ScriptedWriter("Within 30 days. [1]", before=erased)))
    assert not talk.replies
    assert not talk.handoffs
    assert attempts(talk) == 0


async def test_attempts_that_fail_do_not_add_up_to_more_than_the_deadline(house: House) -> None:
    talk = house.customer(POLICY)
    writer = ScriptedWriter(*[RuntimeError("again")] * 9)
    await house.work(house.turns(writer, turn_deadline_s=0.5, turn_attempts=9))
    assert [one.body["decision"]["failure"] for one in talk.handoffs] == ["deadline"]
    assert len(writer.asked) == 1, "the pause of a second was longer than what was left"


def attempts(talk: Talk) -> int:
    here = (turn_table.c.workspace == WORKSPACE) & (turn_table.c.conversation == talk.id)
    return int(talk.house.database.read_now(lambda connection: connection.execute(select(turn_table.c.attempt).where(here)).scalar_one()))


async def test_whoever_loses_a_turn_to_a_person_has_not_failed(house: House) -> None:
    talk = house.customer(POLICY)

    async def overtaken(question: Question) -> None:
        await house.database.write(ask_for_person, talk.who, talk.id, "You asked.", new_id("evt"), NOW)

    await house.work(house.turns(ScriptedWriter("Within 30 days. [1]", before=overtaken)))
    assert not talk.replies
    assert len(talk.handoffs) == 1
    assert attempts(talk) == 0
    assert not house.database.read_now(owed)


def test_who_stops_typing_leaves_nothing_behind(house: House) -> None:
    for number in range(5):
        house.live.type(f"cnv_{number}", "customer", "", on=False)
        house.live.write(f"cnv_{number}", "trn_gone", "late")
    house.live.type("cnv_1", "customer", "", on=True)
    assert house.live.typing("cnv_1")
    house.live.type("cnv_1", "customer", "", on=False)
    assert not house.live._now
