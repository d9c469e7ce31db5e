"""When a person is needed: one pure function from what was seen in the episode to a reason.

`Signals` holds facts, `Thresholds` the numbers, `decide` the order. What a signal is taken from: handoff/signals.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Self

from handoff.sensitive import Topic


@dataclass(frozen=True)
class Thresholds:
    """An inbox may override each by name.

    confidence_threshold, confidence_floor: confidence is a calibrated probability, so: two answers each wrong three times in four, or one
        wrong five times in six. On kb-plausible's questions 7 % of the answers are under 0.25. The embedded answerer finds nothing
        rather than answer under its own floor, so ours is for a model's answers. To be set per knowledge base.
    strongly_negative: at 0.7 one message hands over 4.6 % of airline tweets labelled negative and 0.2 % of the others, and 0.65 % of
        banking77's questions, nearly all of them truly angry (python -m evals.fitting.mood).
    negative_trend: mean of the last `trend_turns` messages, the newest being no better; a plain question is at 0.45 or more in 1–6 %.
    same_question: cosine of MiniLM vectors; at 0.88 fewer than 1 in 25,000 pairs of banking77 questions of different intents pass.
    trouble: of `handoff.turns.trouble`: two clearly dissatisfied messages in a row are 0.67, one is at most 0.6.
    failed_steps, clarifying_turns, low_answers, missing_answers: counts from the product's description.
    """

    confidence_threshold: float = 0.25
    confidence_floor: float = 0.15
    strongly_negative: float = 0.7
    negative_trend: float = 0.5
    trend_turns: float = 3
    trouble: float = 0.62
    same_question: float = 0.88
    failed_steps: float = 2
    clarifying_turns: float = 3
    low_answers: float = 2
    missing_answers: float = 2

    @classmethod
    def of(cls, overrides: Mapping[str, float]) -> Self:
        """Unknown names are ignored: an inbox may keep the thresholds of a newer or older version."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: float(value) for name, value in overrides.items() if name in known})


@dataclass(frozen=True)
class Signals:
    """Facts of one episode since it was opened, reopened or returned to the bot, the message at hand and its answer included.

    negatives: `Sentiment.negative` of each customer message, oldest first.
    confidences: of each answer the bot gave from articles, oldest first.
    trouble: how badly the conversation goes by the customer's own words, 0…1.
    entangled: the message at hand tells a story that articles will not untangle.
    missing: turns in which the bot said that it found nothing.
    failed_steps: cited answers after which the customer said that it did not work.
    unknown_error: an error code (or "a stack trace") in the message at hand that no article holds.
    """

    asked_for_human: bool = False
    topic: Topic | None = None
    bot_available: bool = True
    negatives: tuple[float, ...] = ()
    trouble: float = 0.0
    confidences: tuple[float, ...] = ()
    missing: int = 0
    failed_steps: int = 0
    clarifying_turns: int = 0
    unknown_error: str | None = None
    repeated: bool = False
    entangled: bool = False


def decide(signals: Signals, thresholds: Thresholds) -> str | None:
    """The handoff's reason, or None. The first that holds: safety, the customer's own wish, a bot that cannot answer, the customer's
    mood, then what the conversation shows, and last the bot's own doubt about the answer at hand."""
    return next((reason for reason, holds in _ORDER if holds(signals, thresholds)), None)


def _negative(signals: Signals, thresholds: Thresholds) -> bool:
    if signals.trouble >= thresholds.trouble:
        return True
    if not signals.negatives:
        return False
    newest = signals.negatives[-1]
    last = signals.negatives[-int(thresholds.trend_turns) :]
    mean = sum(last) / len(last)
    trend = len(last) == int(thresholds.trend_turns) and mean >= thresholds.negative_trend and newest >= mean
    return newest >= thresholds.strongly_negative or trend


def _complex(signals: Signals, thresholds: Thresholds) -> bool:
    return (
        signals.failed_steps >= thresholds.failed_steps
        or signals.clarifying_turns >= thresholds.clarifying_turns
        or signals.unknown_error is not None
        or signals.entangled
    )


def _low_confidence(signals: Signals, thresholds: Thresholds) -> bool:
    """A turn without an answer counts as a low one beside at least one low answer; alone it is missing knowledge."""
    low = sum(confidence < thresholds.confidence_threshold for confidence in signals.confidences)
    below_floor = any(confidence < thresholds.confidence_floor for confidence in signals.confidences)
    return below_floor or (low > 0 and low + signals.missing >= thresholds.low_answers)


_ORDER: tuple[tuple[str, Callable[[Signals, Thresholds], bool]], ...] = (
    ("sensitive_topic", lambda signals, _: signals.topic is not None),
    ("asked_for_human", lambda signals, _: signals.asked_for_human),
    ("bot_unavailable", lambda signals, _: not signals.bot_available),
    ("negative_sentiment", _negative),
    ("complex_issue", _complex),
    ("repeated_question", lambda signals, _: signals.repeated),
    ("low_confidence", _low_confidence),
    ("missing_knowledge", lambda signals, thresholds: signals.missing >= thresholds.missing_answers),
)
REASONS = tuple(reason for reason, _ in _ORDER)
