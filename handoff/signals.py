"""From the turns of an episode to the facts that `handoff.decide` judges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from handoff.asked import accepts_offer, asks_for_human
from handoff.complexity import failed, unknown_error
from handoff.decide import Signals, Thresholds
from handoff.entangled import entangled
from handoff.heads import Vector
from handoff.mood import Sentiment
from handoff.repeated import same_question
from handoff.sensitive import sensitive_topic
from handoff.turns import Role, Spoken, dissatisfied, trouble
from handoff.wording import is_english

Action = Literal["answer", "partial", "clarify", "handoff", "small_talk", "no_answer"]
ANSWERED = ("answer", "partial")


@dataclass(frozen=True)
class EpisodeTurn:
    """One message. vector and sentiment: the customer's; action, confidence and sources (of the cited articles): the bot's.
    embed: makes the vector of a message that has none, should somebody ask for it."""

    role: Literal["customer", "bot", "agent"]
    text: str
    vector: Vector | None = None
    sentiment: Sentiment | None = None
    action: Action | None = None
    confidence: float | None = None
    sources: tuple[str, ...] = ()
    embed: Callable[[str], Vector | None] | None = field(default=None, repr=False, compare=False)

    def read(self) -> Vector | None:
        return self.vector if self.vector is not None or self.embed is None else self.embed(self.text)


def gather(
    history: Sequence[EpisodeTurn],
    message: EpisodeTurn,
    answer: EpisodeTurn | None = None,
    passages: Sequence[str] | None = None,
    *,
    bot_available: bool = True,
    thresholds: Thresholds | None = None,
) -> Signals:
    """history: the turns before `message`, oldest first, only those since the episode's opening, reopening or last return to the bot, so
    that old signals cannot count again; messages that nobody has answered yet belong to it whenever they came. answer: what the bot is
    about to say; None asks before answering, which spares a search and a model call when the message alone decides. passages: the texts
    found for it; None: not searched yet, so errors are not judged.
    """
    same = (thresholds or Thresholds()).same_question
    at_hand = [*_unanswered(history), message]
    bot = [turn for turn in history if turn.role == "bot"]
    customer = [turn for turn in [*history, message] if turn.role == "customer"]
    heard = Signals(
        asked_for_human=_asked(history, at_hand),
        topic=next((topic for turn in at_hand if (topic := sensitive_topic(turn.text))), None),
        bot_available=bot_available,
        negatives=tuple(turn.sentiment.negative for turn in customer if turn.sentiment),
        confidences=_confidences(bot),
        missing=sum(turn.action == "no_answer" for turn in bot),
        failed_steps=_failed_steps([*history, message]),
        clarifying_turns=sum(turn.action == "clarify" for turn in bot),
        repeated=any(_repeats(turn, history, same) for turn in at_hand),
        trouble=_trouble([*history, message]),
        entangled=any(entangled(turn.text) for turn in at_hand),
    )
    return with_answer(heard, history, message, answer, passages)


def with_answer(
    heard: Signals, history: Sequence[EpisodeTurn], message: EpisodeTurn, answer: EpisodeTurn | None, passages: Sequence[str] | None
) -> Signals:
    """heard: what `gather` made of the same history and message before there was an answer. Cheap: what was said is not judged again."""
    if answer is not None:
        heard = replace(
            heard,
            confidences=(*heard.confidences, *_confidences([answer])),
            missing=heard.missing + (answer.action == "no_answer"),
            clarifying_turns=heard.clarifying_turns + (answer.action == "clarify"),
        )
    if passages is None:
        return heard
    unknown = (unknown_error(turn.text, passages) for turn in (*_unanswered(history), message))
    return replace(heard, unknown_error=next(filter(None, unknown), None))


def _confidences(bot: Sequence[EpisodeTurn]) -> tuple[float, ...]:
    return tuple(turn.confidence for turn in bot if turn.action in ANSWERED and turn.confidence is not None)


def _trouble(turns: Sequence[EpisodeTurn]) -> float:
    """Of what the customer says to what they were told."""
    spoken: list[Spoken] = []
    seen: list[tuple[Role, float]] = []
    for turn in turns:
        role: Role = "customer" if turn.role == "customer" else "bot"
        said = Spoken(role, turn.text, turn.vector)
        seen.append((role, dissatisfied(spoken, said) if role == "customer" and is_english(turn.text) else 0.0))
        spoken.append(said)
    return trouble(seen)


def _unanswered(history: Sequence[EpisodeTurn]) -> list[EpisodeTurn]:
    """Customer messages since the last word of bot or agent: one turn answers them all."""
    rest: list[EpisodeTurn] = []
    for turn in reversed(history):
        if turn.role != "customer":
            break
        rest.insert(0, turn)
    return rest


def _asked(history: Sequence[EpisodeTurn], at_hand: Sequence[EpisodeTurn]) -> bool:
    if any(asks_for_human(turn.text, turn.read()) for turn in at_hand):
        return True
    before = history[-len(at_hand)] if len(history) >= len(at_hand) else None
    # "I couldn't find that. Would you like me to bring in a person?" – "yes"
    return (
        before is not None
        and before.role == "bot"
        and before.action in ("no_answer", "partial")
        and any(accepts_offer(turn.text) for turn in at_hand)
    )


def _failed_steps(turns: Sequence[EpisodeTurn]) -> int:
    """Cited answers directly followed by a customer who says that it did not work; several such messages after one answer count once."""
    steps = 0
    cited = False
    for turn in turns:
        if turn.role == "bot":
            cited = turn.action in ANSWERED and bool(turn.sources)
        elif turn.role == "customer" and cited and failed(turn.text):
            steps += 1
            cited = False
    return steps


def _repeats(message: EpisodeTurn, history: Sequence[EpisodeTurn], threshold: float) -> bool:
    """Asked before, and the bot answered or found nothing since; after a question back it is no repetition but an insistence."""
    answered = False
    for turn in reversed(history):
        if turn.role == "bot":
            answered = answered or turn.action in (*ANSWERED, "no_answer")
        elif turn.role == "customer" and answered and same_question(message, turn, threshold):
            return True
    return False
