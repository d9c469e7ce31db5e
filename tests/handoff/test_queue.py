"""From the bot to a person: one winner, an honest brief, offers to those who are really there."""

import threading

import pytest
from cast import LEA, NOW, SAM, WORKSPACE, opened, person, says, shop, visitor
from sqlalchemy import text

from chat.events import SYSTEM, Author
from chat.log import Draft, append, lock, read, state_of
from core.database import Database
from core.errors import WarmlineError
from core.ids import new_id
from handoff.presence import colleagues, leave, renew, set_availability
from handoff.queue import AlreadyAssigned, Handoff, NotWaiting, accept, ask_for_person, request, return_to_bot
from handoff.routing import offer_waiting, unplaced


@pytest.fixture
def scene(database: Database):
    ann = visitor(database, shop(database))
    return database, ann, opened(database, ann)


def ask(database, ann, cnv) -> int:
    return database.write_now(ask_for_person, ann, cnv, "A person will come.", new_id("evt"), NOW)


def online(database, who, lease_s: float = 60) -> str:
    stream = new_id("str")
    database.write_now(set_availability, who, "online", NOW)
    database.write_now(renew, who, stream, lease_s)
    return stream


def test_of_many_who_accept_at_once_one_wins_and_the_others_learn_who(scene):
    database, ann, _ = scene
    team = [person(name) for name in ("Lea", "Sam", "Kim", "Ola", "Raj", "Tia", "Uma", "Zoe")]
    for _ in range(5):
        cnv = opened(database, ann)
        says(database, ann, cnv, "help")
        ask(database, ann, cnv)
        outcomes: list[str] = []
        barrier = threading.Barrier(len(team))

        def go(who, cnv=cnv, outcomes=outcomes, barrier=barrier) -> None:
            barrier.wait()
            try:
                state, _ = database.write_now(accept, who, cnv, new_id("evt"), NOW)
                outcomes.append(f"won {state.agent_name}")
            except AlreadyAssigned as error:
                outcomes.append(f"lost to {error.extra['agent']['name']}")

        threads = [threading.Thread(target=go, args=(who,)) for who in team]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [o.removeprefix("won ") for o in outcomes if o.startswith("won")]
        assert len(winners) == 1
        assert sorted(outcomes) == sorted([f"won {winners[0]}"] + [f"lost to {winners[0]}"] * 7)


def test_the_brief_names_the_message_behind_each_item(scene):
    database, ann, cnv = scene
    page = {"url": "https://shop.example/boots", "title": "Boots", "product": "Ridge boot"}
    first = says(database, ann, cnv, "Where is my order HL-10482? I am ann@example.com", page=page)
    citations = [{"n": 1, "title": "Delivery times", "url": "/help/delivery-times", "article": "a", "passage": 1, "quote": "q"}]
    body = {"text": "Parcels take 3 days. [1]", "citations": citations, "ending": "answer", "decision": {"confidence": 0.6}}
    draft = Draft("message.added", Author("bot", "bot", "Ada"), new_id("msg"), NOW, body, first)
    answer = database.write_now(append, WORKSPACE, cnv, draft)
    scored = {"message": first, "sentiment": {"score": 0.0, "word": "calm"}}
    database.write_now(append, WORKSPACE, cnv, Draft("message.scored", SYSTEM, new_id("evt"), NOW, scored))
    last = says(database, ann, cnv, "This is ridiculous, let me talk to someone")

    def hand_off(connection):
        sentiment = {"score": -0.8, "word": "upset"}
        state = lock(connection, WORKSPACE, cnv)
        return request(connection, WORKSPACE, state, Handoff("asked_for_human", "…", None, sentiment), SYSTEM, new_id("evt"), NOW, last)

    brief = database.write_now(hand_off).body["brief"]
    assert brief["wants"] == {"text": "Where is my order HL-10482? I am ann@example.com", "seq": first}
    assert brief["tried"][0]["sources"] == [{"title": "Delivery times", "url": "/help/delivery-times"}]
    assert brief["tried"][0]["seq"] == answer[0].seq
    assert brief["mood"] == {"word": "upset", "score": -0.8, "trend": -0.8, "seq": last}
    assert brief["page"]["product"] == "Ridge boot"
    facts = {(fact["name"], fact["value"], fact["seq"]) for fact in brief["facts"]}
    assert facts == {("order", "HL-10482", first), ("e-mail", "ann@example.com", first)}


def test_the_button_pressed_twice_makes_one_handoff_and_covers_what_was_asked(scene):
    database, ann, cnv = scene
    seq = says(database, ann, cnv, "help")
    assert ask(database, ann, cnv) == ask(database, ann, cnv)
    state = database.read_now(state_of, WORKSPACE, cnv)
    assert (state.mode, state.covered_seq, state.reason) == ("queued", seq, "asked_for_human")


def test_offers_go_to_reachable_agents_longest_idle_first_and_within_capacity(scene):
    database, ann, cnv = scene
    for one in (cnv, *(opened(database, ann) for _ in range(3))):
        says(database, ann, one, "help")
        ask(database, ann, one)
    ids = [new_id("evt") for _ in range(4)]
    assert database.write_now(offer_waiting, WORKSPACE, 2, ids, NOW) == 0
    database.write_now(set_availability, SAM, "online", NOW)
    assert database.read_now(unplaced, WORKSPACE) == 0, "online but without a stream: not reachable"
    online(database, LEA)
    assert database.write_now(offer_waiting, WORKSPACE, 2, ids, NOW) == 2
    online(database, SAM)
    assert database.read_now(unplaced, WORKSPACE) == 2
    assert database.write_now(offer_waiting, WORKSPACE, 2, [new_id("evt") for _ in range(2)], NOW) == 2
    offered = [e.body["agent"]["name"] for e in database.read_now(read, WORKSPACE, cnv) if e.kind == "conversation.offered"]
    assert offered == ["Lea"]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_no_offer_follows_an_acceptance_that_was_committed_meanwhile(scene):
    database, ann, cnv = scene
    other = opened(database, ann)
    for one in (cnv, other):
        says(database, ann, one, "help")
        ask(database, ann, one)
    online(database, LEA)
    accepted = threading.Event()

    def accept_slowly(connection) -> None:
        accept(connection, SAM, cnv, new_id("evt"), NOW)
        accepted.set()
        # Committed only when the router, which has read the queue, waits for this conversation.
        for _ in range(500):
            if database.read_now(lambda c: c.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one()):
                return
        raise AssertionError("the router did not come this far")

    accepting = database.store.submit_write(accept_slowly, (), {}, False)
    accepted.wait(5)
    assert database.write_now(offer_waiting, WORKSPACE, 2, [new_id("evt") for _ in range(2)], NOW) == 1
    accepting.result()
    kinds = [event.kind for event in database.read_now(read, WORKSPACE, cnv)]
    assert kinds[-1] == "conversation.assigned"
    assert database.read_now(state_of, WORKSPACE, cnv).offered_to is None
    assert database.read_now(state_of, WORKSPACE, other).offered_to == LEA.actor.id


def test_presence_is_a_lease_that_lapses_and_ends_with_the_stream(scene):
    database, _, _ = scene
    stream = online(database, LEA)
    online(database, SAM, lease_s=-1)
    assert {c.name: c.reachable for c in database.read_now(colleagues, WORKSPACE)} == {"Lea": True, "Sam": False}
    database.write_now(leave, LEA, stream)
    assert not any(c.connected for c in database.read_now(colleagues, WORKSPACE))


def test_an_offer_to_somebody_who_left_goes_to_the_next(scene):
    database, ann, cnv = scene
    says(database, ann, cnv, "help")
    ask(database, ann, cnv)
    stream = online(database, LEA)
    database.write_now(offer_waiting, WORKSPACE, 2, [new_id("evt")], NOW)
    database.write_now(leave, LEA, stream)
    online(database, SAM)
    database.write_now(offer_waiting, WORKSPACE, 2, [new_id("evt")], NOW)
    assert database.read_now(state_of, WORKSPACE, cnv).offered_to == SAM.actor.id


def test_what_is_not_waiting_cannot_be_returned_or_accepted(scene):
    database, ann, cnv = scene
    says(database, ann, cnv, "help")
    with pytest.raises(NotWaiting):
        database.write_now(return_to_bot, SAM, cnv, new_id("evt"), NOW)
    database.write_now(accept, SAM, cnv, new_id("evt"), NOW)
    before = database.read_now(state_of, WORKSPACE, cnv)
    assert database.write_now(accept, SAM, cnv, new_id("evt"), NOW)[0] == before, "accepting twice changes nothing"
    database.write_now(return_to_bot, SAM, cnv, new_id("evt"), NOW)
    state = database.read_now(state_of, WORKSPACE, cnv)
    assert state.mode == "bot"
    assert state.signals_from == state.seq
    with pytest.raises(WarmlineError):
        database.write_now(return_to_bot, SAM, cnv, new_id("evt"), NOW)
