from dataclasses import replace

import pytest

from handoff.decide import REASONS, Signals, Thresholds, decide
from handoff.why import why

LIMITS = Thresholds()
QUIET = Signals()
ALL = Signals(
    asked_for_human=True,
    topic="injury",
    bot_available=False,
    negatives=(0.95,),
    trouble=0.9,
    confidences=(0.01,),
    missing=2,
    failed_steps=2,
    clarifying_turns=3,
    unknown_error="0x80070057",
    repeated=True,
    entangled=True,
)


def test_nothing_seen_is_no_handoff() -> None:
    assert decide(QUIET, LIMITS) is None


@pytest.mark.parametrize(
    ("signals", "reason"),
    [
        (Signals(asked_for_human=True), "asked_for_human"),
        (Signals(topic="press"), "sensitive_topic"),
        (Signals(bot_available=False), "bot_unavailable"),
        (Signals(negatives=(0.1, 0.7)), "negative_sentiment"),
        (Signals(negatives=(0.69,)), None),
        (Signals(negatives=(0.95, 0.1)), None),
        (Signals(negatives=(0.45, 0.5, 0.6)), "negative_sentiment"),
        (Signals(negatives=(0.69, 0.5, 0.4)), None),
        (Signals(negatives=(0.6, 0.65)), None),
        (Signals(trouble=0.62), "negative_sentiment"),
        (Signals(trouble=0.61), None),
        (Signals(failed_steps=1), None),
        (Signals(failed_steps=2), "complex_issue"),
        (Signals(clarifying_turns=2), None),
        (Signals(clarifying_turns=3), "complex_issue"),
        (Signals(unknown_error="ERR_1"), "complex_issue"),
        (Signals(entangled=True), "complex_issue"),
        (Signals(repeated=True), "repeated_question"),
        (Signals(confidences=(0.24,)), None),
        (Signals(confidences=(0.24, 0.9)), None),
        (Signals(confidences=(0.24, 0.9, 0.24)), "low_confidence"),
        (Signals(confidences=(0.14,)), "low_confidence"),
        (Signals(confidences=(0.15,)), None),
        (Signals(confidences=(0.25, 0.25, 0.25)), None),
        (Signals(missing=1), None),
        (Signals(missing=2), "missing_knowledge"),
        (Signals(missing=1, confidences=(0.2,)), "low_confidence"),
        (Signals(missing=1, confidences=(0.8,)), None),
    ],
)
def test_each_signal_at_its_threshold(signals: Signals, reason: str | None) -> None:
    assert decide(signals, LIMITS) == reason


def test_the_order_of_precedence() -> None:
    without = {
        "sensitive_topic": {"topic": None},
        "asked_for_human": {"asked_for_human": False},
        "bot_unavailable": {"bot_available": True},
        "negative_sentiment": {"negatives": (), "trouble": 0.0},
        "complex_issue": {"failed_steps": 0, "clarifying_turns": 0, "unknown_error": None, "entangled": False},
        "repeated_question": {"repeated": False},
        "low_confidence": {"confidences": ()},
        "missing_knowledge": {"missing": 0},
    }
    signals, seen = ALL, []
    while (reason := decide(signals, LIMITS)) is not None:
        seen.append(reason)
        signals = replace(signals, **without[reason])
    assert tuple(seen) == REASONS == tuple(without)


def test_an_inbox_overrides_thresholds_by_name() -> None:
    strict = Thresholds.of({"confidence_floor": 0.5, "no_such_threshold": 1})
    assert decide(Signals(confidences=(0.45,)), strict) == "low_confidence"
    assert strict.strongly_negative == LIMITS.strongly_negative
    assert decide(Signals(clarifying_turns=1), Thresholds.of({"clarifying_turns": 1})) == "complex_issue"


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_explained_in_one_sentence_to_customer_and_agent(reason: str) -> None:
    explained = why(reason, ALL, LIMITS)
    assert explained.customer
    assert explained.agent.endswith(".")
    assert explained.agent.count(". ") == 0


def test_the_agent_reads_the_numbers_and_the_customer_first_aid() -> None:
    assert "14%" in why("low_confidence", Signals(confidences=(0.14,)), LIMITS).agent
    assert "0x80070057" in why("complex_issue", ALL, LIMITS).agent
    assert "several answers" in why("negative_sentiment", Signals(trouble=0.9), LIMITS).agent
    assert "2 steps" in why("complex_issue", Signals(failed_steps=2), LIMITS).agent
    assert "emergency number" in why("sensitive_topic", Signals(topic="self_harm"), LIMITS).customer
    assert "emergency" not in why("sensitive_topic", Signals(topic="press"), LIMITS).customer
    with pytest.raises(KeyError):
        why("no_such_reason", QUIET, LIMITS)
