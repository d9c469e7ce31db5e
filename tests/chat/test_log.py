"""The event log: order, cursors, epochs, one cover per stretch, and state = fold(events)."""

import threading

import pytest
from cast import LEA, NOW, OTHER, SAM, STRANGER, WORKSPACE, opened, says, shop, visitor
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from chat import conversation, log
from chat.conversation import Behind, NotAssigned
from chat.erase import erase_contact
from chat.events import Author
from chat.log import Draft, StaleEpoch, append, differences, read, read_workspace, state_of
from chat.state import fold
from chat.transcript import transcript
from chat.views import agent_view, customer_view
from core.database import Database
from core.errors import Conflict, NotFound
from core.ids import new_id
from handoff.queue import accept, ask_for_person, return_to_bot

BOT = Author("bot", "bot", "Ada")


def bot_says(database: Database, conversation_id: str, text: str, covers: int | None, epoch: int | None = None):
    draft = Draft("message.added", BOT, new_id("msg"), NOW, {"text": text, "ending": "answer", "decision": {"confidence": 0.9}}, covers)
    return database.write_now(append, WORKSPACE, conversation_id, draft, epoch)


@pytest.fixture
def scene(database: Database):
    inbox = shop(database)
    ann = visitor(database, inbox)
    return database, ann, opened(database, ann)


def test_seq_has_no_gaps_and_position_follows_commit_order_over_parallel_writers(scene):
    database, ann, first = scene
    conversations = [first] + [opened(database, ann) for _ in range(3)]

    def write(mine: str) -> None:
        for n in range(10):
            says(database, ann, mine, f"message {n}")

    threads = [threading.Thread(target=write, args=(one,)) for one in conversations for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in conversations:
        assert [e.seq for e in database.read_now(read, WORKSPACE, one)] == list(range(1, 22))
    positions = [e.position for e in database.read_now(read_workspace, WORKSPACE, 0, 1000)]
    assert positions == list(range(1, 4 * 21 + 1))


def test_a_turn_is_owed_until_it_is_covered(scene):
    database, ann, cnv = scene
    assert database.read_now(conversation.owed) == []
    says(database, ann, cnv, "hello?")
    seq = says(database, ann, cnv, "where is my order?")
    assert database.read_now(conversation.owed) == [(WORKSPACE, cnv)]
    bot_says(database, cnv, "On its way.", covers=seq)
    assert database.read_now(conversation.owed) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_owed_is_found_by_its_index_and_not_by_reading_every_conversation(scene):
    database, _, _ = scene
    sent: list[tuple[str, tuple]] = []
    engine = database.store._readers_engine
    event.listen(engine, "before_cursor_execute", lambda *call: sent.append((call[2], call[3])))
    database.read_now(conversation.owed)
    [(statement, parameters)] = [one for one in sent if "conversation" in one[0]]

    def plan(connection) -> str:
        return "\n".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))

    assert "USING INDEX ix_conversation_owed" in database.read_now(plan)
    assert "TEMP B-TREE" not in database.read_now(plan)


def test_two_workers_cannot_cover_the_same_messages(scene):
    database, ann, cnv = scene
    seq = says(database, ann, cnv, "hello?")
    bot_says(database, cnv, "Hi.", covers=seq)
    with pytest.raises(IntegrityError):
        bot_says(database, cnv, "Hi again.", covers=seq)
    assert len(database.read_now(read, WORKSPACE, cnv)) == 3


def test_what_was_begun_under_an_older_epoch_is_refused(scene):
    database, ann, cnv = scene
    seq = says(database, ann, cnv, "hello?")
    epoch = database.read_now(state_of, WORKSPACE, cnv).epoch
    database.write_now(accept, LEA, cnv, new_id("evt"), NOW)
    with pytest.raises(StaleEpoch):
        bot_says(database, cnv, "Hi.", covers=seq, epoch=epoch)


def test_an_agent_who_is_behind_is_shown_what_they_missed(scene):
    database, ann, cnv = scene
    seq = says(database, ann, cnv, "hello?")
    with pytest.raises(NotAssigned):
        database.write_now(conversation.reply, SAM, cnv, {"text": "hi"}, seq, new_id("msg"), NOW)
    database.write_now(accept, SAM, cnv, new_id("evt"), NOW)
    says(database, ann, cnv, "are you there?")
    with pytest.raises(Behind) as behind:
        database.write_now(conversation.reply, SAM, cnv, {"text": "hi"}, seq, new_id("msg"), NOW)
    assert [e.body["text"] for e in behind.value.extra["missed"]] == ["are you there?"]
    newest = behind.value.extra["missed"][-1].seq
    database.write_now(conversation.reply, SAM, cnv, {"text": "hi"}, newest, new_id("msg"), NOW)


def test_a_resolved_conversation_reopens_as_a_new_episode_with_the_bot(scene):
    database, ann, cnv = scene
    says(database, ann, cnv, "hello?")
    database.write_now(accept, SAM, cnv, new_id("evt"), NOW)
    database.write_now(conversation.resolve, SAM, cnv, new_id("evt"), NOW)
    with pytest.raises(Conflict):
        database.write_now(conversation.resolve, SAM, cnv, new_id("evt"), NOW)
    says(database, ann, cnv, "one more thing")
    state = database.read_now(state_of, WORKSPACE, cnv)
    assert (state.status, state.mode, state.episode, state.agent) == ("open", "bot", 2, None)
    assert database.read_now(conversation.owed) == [(WORKSPACE, cnv)]


def test_what_a_person_answered_is_not_owed_after_the_return_to_the_bot(scene):
    database, ann, cnv = scene
    seq = says(database, ann, cnv, "hello?")
    database.write_now(accept, SAM, cnv, new_id("evt"), NOW)
    database.write_now(conversation.reply, SAM, cnv, {"text": "hi"}, seq, new_id("msg"), NOW)
    database.write_now(return_to_bot, SAM, cnv, new_id("evt"), NOW)
    assert database.read_now(conversation.owed) == []
    says(database, ann, cnv, "and now?")
    assert database.read_now(conversation.owed) == [(WORKSPACE, cnv)]


def test_others_see_nothing(scene):
    database, _, cnv = scene
    bob = visitor(database, shop(database))
    for who in (bob, STRANGER):
        with pytest.raises(NotFound):
            database.read_now(conversation.find, who, cnv)
        with pytest.raises(NotFound):
            database.write_now(conversation.post_message, who, cnv, {"text": "x"}, (new_id("msg"), new_id("evt")), NOW)
    assert database.read_now(conversation.list_conversations, STRANGER) == []
    assert database.read_now(read_workspace, OTHER, 0) == []


def test_customers_never_see_notes_decisions_or_reasons(scene):
    database, ann, cnv = scene
    seq = says(database, ann, cnv, "hello?")
    bot_says(database, cnv, "Hi.", covers=seq)
    database.write_now(accept, SAM, cnv, new_id("evt"), NOW)
    database.write_now(conversation.add_note, SAM, cnv, "a secret note", new_id("not"), NOW)
    events = database.read_now(read, WORKSPACE, cnv)
    shown = str([customer_view(e) for e in events])
    assert "secret" not in shown
    assert "decision" not in shown
    assert "prs_sam" not in shown
    assert "Sam" in shown
    assert "secret note" in str([agent_view(e) for e in events])
    assert "secret" not in transcript(events)


def test_erasure_leaves_a_log_that_still_folds_and_nothing_of_the_customer(scene):
    database, ann, cnv = scene
    seq = says(database, ann, cnv, "my card is canary-4711", page={"url": "https://shop.example/canary-page"})
    bot_says(database, cnv, "canary-answer", covers=seq)
    database.write_now(accept, SAM, cnv, new_id("evt"), NOW)
    assert database.write_now(erase_contact, SAM, ann.actor.id, NOW) == 4
    events = database.read_now(read, WORKSPACE, cnv)
    assert [(e.seq, e.erased) for e in events] == [(1, True), (2, True), (3, True), (4, True), (5, False)]
    assert "canary" not in str(events)
    assert fold(events) == database.read_now(state_of, WORKSPACE, cnv)
    assert "canary" not in str(database.read_now(state_of, WORKSPACE, cnv))


def test_words_that_are_on_their_way_when_a_contact_is_erased_are_not_written(scene):
    database, ann, cnv = scene
    says(database, ann, cnv, "hello?")
    database.write_now(accept, SAM, cnv, new_id("evt"), NOW)
    database.write_now(erase_contact, SAM, ann.actor.id, NOW)
    assert database.read_now(state_of, WORKSPACE, cnv).status == "resolved"
    before = database.read_now(read, WORKSPACE, cnv)
    for write in (
        lambda c: conversation.post_message(c, ann, cnv, {"text": "my card is 4711"}, (new_id("msg"), new_id("evt")), NOW),
        lambda c: conversation.reply(c, SAM, cnv, {"text": "Dear Ann"}, 2, new_id("msg"), NOW),
        lambda c: conversation.add_note(c, SAM, cnv, "Ann called", new_id("not"), NOW),
    ):
        with pytest.raises(Conflict, match="erased"):
            database.write_now(write)
    with pytest.raises(NotFound):
        opened(database, ann)
    assert database.read_now(read, WORKSPACE, cnv) == before
    database.write_now(erase_contact, SAM, ann.actor.id, NOW)
    assert database.read_now(state_of, WORKSPACE, cnv).seq == before[-1].seq, "it is resolved once"


def test_differences_finds_a_state_that_is_not_the_fold(scene):
    database, ann, cnv = scene
    says(database, ann, cnv, "hello?")
    assert database.read_now(differences, WORKSPACE) == []
    database.write_now(lambda c: c.execute(log.conversation.update().values(covered_seq=99)))
    assert database.read_now(differences, WORKSPACE) == [cnv]
    database.write_now(lambda c: c.execute(log.conversation.update().values(covered_seq=0)))


def test_lists(scene):
    database, ann, cnv = scene
    says(database, ann, cnv, "where is my 100% wool sock?", at=NOW + 5)
    other = opened(database, ann)
    says(database, ann, other, "hello", at=NOW + 9)
    ids = [state.id for state in database.read_now(conversation.list_conversations, SAM)]
    assert ids == [other, cnv]
    assert [s.id for s in database.read_now(conversation.list_conversations, SAM, "all", (NOW + 9, other))] == [cnv]
    assert [s.id for s in database.read_now(conversation.list_conversations, SAM, "all", None, "100%")] == [cnv]
    assert database.read_now(conversation.list_conversations, SAM, "all", None, "_") == []
    database.write_now(accept, SAM, cnv, new_id("evt"), NOW)
    assert [s.id for s in database.read_now(conversation.list_conversations, SAM, "mine")] == [cnv]
    assert [s.id for s in database.read_now(conversation.list_conversations, SAM, "bot")] == [other]


@pytest.mark.parametrize("view", ["all", "queue"])
def test_pages_of_a_list_hold_each_row_once_though_all_are_of_the_same_moment(scene, view):
    database, ann, cnv = scene
    for _ in range(6):
        says(database, ann, opened(database, ann), "hello")
    says(database, ann, cnv, "hello")
    for state in database.read_now(conversation.list_conversations, SAM):
        database.write_now(ask_for_person, ann, state.id, "", new_id("evt"), NOW)
    seen, past = [], None
    while page := database.read_now(conversation.list_conversations, SAM, view, past, "", 2):
        seen += [state.id for state in page]
        past = conversation.mark_of(page[-1], view)
    assert len(seen) == len(set(seen)) == 7
