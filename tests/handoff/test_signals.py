"""From an episode to its decision: what the customer wrote and the bot did, turn by turn."""

import pytest

from handoff.decide import Signals, Thresholds, decide
from handoff.mood import score
from handoff.signals import EpisodeTurn, gather
from retrieval.minilm import MiniLM


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.fixture
def customer(embedder: MiniLM):
    def said(text: str) -> EpisodeTurn:
        vector = embedder.vector(text)
        return EpisodeTurn("customer", text, vector, score(text, vector))

    return said


def bot(action: str, text: str = "…", confidence: float = 0.9, sources: tuple[str, ...] = ("article:art_1",)) -> EpisodeTurn:
    return EpisodeTurn("bot", text, action=action, confidence=confidence, sources=sources if action == "answer" else ())


def reason(signals: Signals) -> str | None:
    return decide(signals, Thresholds())


def test_a_good_conversation_stays_with_the_bot(customer) -> None:
    history = [customer("What is your return policy?"), bot("answer"), customer("thanks!"), bot("small_talk")]
    assert reason(gather(history, customer("And how long does shipping take?"), bot("answer"), ["Shipping takes 3 days."])) is None


def test_before_answering_the_message_alone_may_decide(customer) -> None:
    assert reason(gather([], customer("Let me talk to someone"))) == "asked_for_human"
    assert reason(gather([], customer("This is ridiculous!!! You are useless"))) == "negative_sentiment"
    assert reason(gather([], customer("I will sue you"))) == "sensitive_topic"
    assert reason(gather([], customer("What is your return policy?"))) is None
    assert reason(gather([], customer("What is your return policy?"), bot_available=False)) == "bot_unavailable"


def test_a_wish_is_heard_although_another_message_followed_it(customer) -> None:
    history = [customer("Do you ship to Norway?"), bot("answer"), customer("I want to talk to a person")]
    assert reason(gather(history, customer("hello?"))) == "asked_for_human"


def test_a_wish_that_was_answered_before_does_not_count_again(customer) -> None:
    history = [customer("I want to talk to a person"), EpisodeTurn("agent", "Hello, I am Ada. Solved?")]
    assert reason(gather(history, customer("Do you ship to Norway?"))) is None


def test_yes_to_the_offered_person(customer) -> None:
    history = [customer("Do you sell boats?"), bot("no_answer", "I couldn't find that. Would you like a person?")]
    assert reason(gather(history, customer("yes please"))) == "asked_for_human"
    assert reason(gather(history, customer("no"))) is None
    assert reason(gather([customer("Do you sell boats?"), bot("answer")], customer("yes please"))) is None


def test_mood_over_three_turns(customer) -> None:
    history = [customer("this is frustrating, I'm still waiting"), bot("answer"), customer("your answer is not good enough"), bot("answer")]
    signals = gather(history, customer("I am not happy with this at all"))
    assert len(signals.negatives) == 3
    assert reason(signals) == "negative_sentiment"


def test_the_same_question_after_an_answer(customer) -> None:
    asked = customer("How do I return my order?")
    again = customer("But how do I return my order??")
    assert reason(gather([asked, bot("answer")], again)) == "repeated_question"
    assert reason(gather([asked, bot("answer")], customer("how do i return my order"))) == "repeated_question"
    assert reason(gather([asked, bot("clarify")], again)) is None
    assert reason(gather([asked, bot("answer")], customer("How long does shipping take?"))) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Where is order 10021?", "Where is order 10022?"),
        ("How do I add my VAT number?", "How do I change my VAT number?"),
        ("ok", "ok"),
        ("thanks", "thanks"),
    ],
)
def test_what_is_no_repetition(customer, first: str, second: str) -> None:
    assert not gather([customer(first), bot("answer")], customer(second)).repeated


def test_two_cited_steps_tried_without_success(customer) -> None:
    history = [
        customer("My lamp does not turn on"),
        bot("answer", "Press the switch for 3 seconds [1]."),
        customer("I already tried that, still doesn't work"),
        bot("answer", "Replace the fuse [1].", sources=("article:art_2",)),
    ]
    assert reason(gather(history, customer("didn't help either"))) == "complex_issue"
    assert gather(history[:2], history[2]).failed_steps == 1
    assert gather(history, customer("that fixed it, thank you!")).failed_steps == 1


def test_failure_counts_only_after_a_cited_answer_and_once_per_answer(customer) -> None:
    uncited = bot("answer", sources=())
    assert gather([customer("My lamp is dark"), uncited], customer("still doesn't work")).failed_steps == 0
    history = [customer("My lamp is dark"), bot("answer"), customer("still doesn't work"), customer("same problem")]
    assert gather(history, customer("no luck")).failed_steps == 1


def test_three_questions_back(customer) -> None:
    history = [customer("it is wrong"), bot("clarify"), customer("the thing"), bot("clarify"), customer("you know, that one")]
    assert reason(gather(history[:-1], history[-1], bot("answer"))) is None
    assert reason(gather(history[:-1], history[-1], bot("clarify"))) == "complex_issue"


def test_an_error_that_no_article_holds(customer) -> None:
    message = customer("The app says error code 4711 when I pay")
    assert reason(gather([], message, bot("answer"), ["Error 4711 means that the card expired."])) is None
    assert reason(gather([], message, bot("answer"), ["Payment is by card."])) == "complex_issue"
    assert gather([], message).unknown_error is None


def test_doubt_and_missing_knowledge(customer) -> None:
    history = [customer("Do you sell boats?"), bot("no_answer")]
    assert reason(gather(history, customer("Do you sell planes?"), bot("no_answer"))) == "missing_knowledge"
    assert reason(gather(history, customer("Do you sell hats?"), bot("answer", confidence=0.2))) == "low_confidence"
    assert reason(gather([], customer("Do you sell hats?"), bot("answer", confidence=0.1))) == "low_confidence"
    assert reason(gather([], customer("hello"), bot("small_talk", confidence=0.0))) is None


def test_what_may_have_been_asked_before_is_embedded_and_nothing_else(embedder: MiniLM) -> None:
    embedded: list[str] = []

    def old(text: str) -> EpisodeTurn:
        return EpisodeTurn("customer", text, embed=lambda wanted: embedded.append(wanted) or embedder.vector(wanted))

    again = "But how do I return my order??"
    message = EpisodeTurn("customer", again, embedder.vector(again))
    history = [old("Do you repair torn seams?"), old("How do I return my order?"), bot("answer"), old("thanks!"), bot("small_talk")]
    assert gather(history, message).repeated
    assert embedded == ["How do I return my order?"]


def test_an_inbox_decides_what_counts_as_the_same_question(customer) -> None:
    history = [customer("When do I get my refund?"), bot("answer")]
    again = customer("How long does a refund take?")
    assert not gather(history, again).repeated
    assert gather(history, again, thresholds=Thresholds(same_question=0.7)).repeated


def test_a_story_of_remedies_tried_in_vain_is_complex_and_a_plain_problem_is_not() -> None:
    story = "I restarted it twice, changed the cable and reset the app as you said, but the lamp still goes off every hour."
    assert decide(gather([], EpisodeTurn("customer", story)), Thresholds()) == "complex_issue"
    for plain in ("My order arrived broken, what can I do?", "I was charged twice for order 10234", "The lamp does not turn on."):
        assert decide(gather([], EpisodeTurn("customer", plain)), Thresholds()) is None


def test_two_dissatisfied_replies_in_a_row_bring_in_a_person_and_one_does_not() -> None:
    said = [EpisodeTurn("customer", "I need a table for two."), EpisodeTurn("bot", "Sorry, I was unable to find that.", action="answer")]
    once = EpisodeTurn("customer", "No, that is not what I asked, this is bad.")
    assert decide(gather(said, once), Thresholds()) is None
    history = [*said, once, EpisodeTurn("bot", "Sorry, I could not find anything else.", action="answer")]
    twice = EpisodeTurn("customer", "No! You don't listen, this is wrong and terrible.")
    assert gather(history, twice).trouble > gather(said, once).trouble
    assert decide(gather(history, twice), Thresholds.of({"strongly_negative": 2})) == "negative_sentiment"
    calm = EpisodeTurn("customer", "Thanks, that is great.")
    assert decide(gather(history, calm), Thresholds()) is None
