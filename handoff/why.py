"""Each handoff explained in one honest sentence: to the customer who waits, and to the agent who reads the brief."""

from dataclasses import dataclass

from handoff.decide import Signals, Thresholds

_FOR_CUSTOMER = {
    "asked_for_human": "You asked for a person, so I'm passing you on together with our conversation.",
    "sensitive_topic": "This is something a person should look at, so I'm passing you on together with our conversation.",
    "bot_unavailable": "I can't answer right now, so I'm passing you on to a person together with your message.",
    "negative_sentiment": "I'm sorry this has been frustrating. I'm passing you on to a person, who can see our conversation.",
    "complex_issue": "This needs more than our help articles can offer, so I'm passing you on to a person with all that we tried.",
    "repeated_question": "My answer didn't settle your question, so I'm passing you on to a person, who can see our conversation.",
    "low_confidence": "I'm not sure enough of my answer, so I'm passing you on to a person, who can see our conversation.",
    "missing_knowledge": "Our help articles don't cover this, so I'm passing you on to a person together with our conversation.",
    "policy": "Our rules leave this to a person, so I'm passing you on together with our conversation.",
    "tool_failure": "I couldn't look that up, so I'm passing you on to a person together with our conversation.",
    "rule": "A person takes care of this kind of question, so I'm passing you on together with our conversation.",
}
# What to do when a life may be at stake comes before the queue.
_FIRST_AID = {
    "self_harm": "I'm sorry you are going through this. If you are in danger, please call your local emergency number now. "
    "I'm bringing in a person.",
    "injury": "If anyone is hurt or in danger, please call your local emergency number first. I'm bringing in a person.",
}
_TOPICS = {
    "self_harm": "self-harm",
    "injury": "an injury or a danger",
    "legal_threat": "legal action",
    "data_breach": "a breach of data",
    "discrimination": "discrimination or harassment",
    "press": "the press",
}


@dataclass(frozen=True)
class Why:
    """customer: shown in the conversation. agent: with the numbers that led here."""

    customer: str
    agent: str


def why(reason: str, signals: Signals, thresholds: Thresholds) -> Why:
    """Also for reasons that `decide` does not give (policy, tool_failure, rule). Raises KeyError for an unknown reason."""
    customer = _FIRST_AID.get(signals.topic or "", _FOR_CUSTOMER[reason]) if reason == "sensitive_topic" else _FOR_CUSTOMER[reason]
    return Why(customer, _for_agent(reason, signals, thresholds))


def _for_agent(reason: str, signals: Signals, thresholds: Thresholds) -> str:
    match reason:
        case "asked_for_human":
            return "The customer asked for a person."
        case "sensitive_topic":
            return f"The customer brought up {_TOPICS.get(signals.topic or '', 'a sensitive topic')}."
        case "bot_unavailable":
            return "The bot could not answer."
        case "negative_sentiment":
            return _mood(signals, thresholds)
        case "complex_issue":
            return _complex(signals, thresholds)
        case "repeated_question":
            return "The customer asked the same question again after the bot's answer."
        case "low_confidence":
            listed = ", ".join(f"{confidence:.0%}" for confidence in signals.confidences[-3:])
            return f"The bot doubts its answers (confidence {listed}; limit {thresholds.confidence_threshold:.0%})."
        case "missing_knowledge":
            return f"The articles held no answer {signals.missing} times." if signals.missing > 1 else "The articles hold no answer."
        case "policy":
            return "A policy leaves this to a person."
        case "tool_failure":
            return "A lookup that the bot needed failed."
    return "A rule sent this to a person."


def _mood(signals: Signals, thresholds: Thresholds) -> str:
    newest = signals.negatives[-1] if signals.negatives else 0.0
    if newest >= thresholds.strongly_negative:
        return f"The customer's last message is strongly negative ({newest:.0%})."
    if signals.trouble >= thresholds.trouble:
        return "The customer was dissatisfied with several answers in a row."
    return f"The customer's last {int(thresholds.trend_turns)} messages are negative and not getting better."


def _complex(signals: Signals, thresholds: Thresholds) -> str:
    if signals.unknown_error is not None:
        return f"The customer reports an error that no article holds: {signals.unknown_error}."
    if signals.failed_steps >= thresholds.failed_steps:
        return f"{signals.failed_steps} steps from the articles were tried without success."
    if signals.entangled:
        return "The customer tells of several remedies tried in vain or several things gone wrong at once."
    return f"The bot had to ask back {signals.clarifying_turns} times."
