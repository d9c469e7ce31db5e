"""Dialogues judged turn by turn: `turns: [{role: user|agent, text, dissatisfied?, label?: NB|PB|B}]`."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import Invalid
from evals.items import Item, Judged
from evals.measures import Figure, auroc_with_interval, mean_with_interval
from evals.seen import seen
from handoff.heads import vector_of
from handoff.turns import ALARM, Role, Spoken, breakdown, dissatisfied, trouble
from retrieval.embedder import Embedder

NEAR = 2


def judge_turns(item: Item, embedder: Embedder, known: Mapping[int, float] | None = None) -> list[dict[str, float]]:
    """One for each turn: dissatisfied of the user's turns and breakdown of the agent's, 0 elsewhere; handoff: all up to here together, an
    alarm from ALARM on. known: breakdowns by the turn's place, instead of the shipped head's."""
    turns = [_spoken(item, turn, embedder) for turn in item["turns"]]
    judged, seen_so_far = [], list[tuple[Role, float]]()
    for at, turn in enumerate(turns):
        mine = dissatisfied(turns[:at], turn) if turn.role == "customer" else 0.0
        theirs = _broken(turns, at, known) if turn.role == "bot" and at else 0.0
        seen_so_far.append((turn.role, mine if turn.role == "customer" else theirs))
        judged.append({"dissatisfied": round(mine, 4), "breakdown": round(theirs, 4), "handoff": round(trouble(seen_so_far), 4)})
    return judged


def _broken(turns: Sequence[Spoken], at: int, known: Mapping[int, float] | None) -> float:
    return breakdown(turns[:at], turns[at]) if known is None else known.get(at, 0.0)


def _spoken(item: Item, turn: Any, embedder: Embedder) -> Spoken:
    if not isinstance(turn, dict) or not isinstance(turn.get("text"), str):
        raise Invalid(f"id {item['id']}: a turn without text")
    role: Role = "customer" if turn.get("role") in ("user", "customer") else "bot"
    return Spoken(role, turn["text"], vector_of(turn["text"], embedder))


def first_words(item: Item) -> str:
    """By which a dialogue is known again."""
    return "\n".join(turn["text"] for turn in item["turns"][:6])


def turn_figures(items: Sequence[Item], rows: Sequence[Judged]) -> list[Figure]:
    """Dialogues that the breakdown head was fitted on are left out."""
    unseen = [(item, row) for item, row in zip(items, rows, strict=True) if not seen("breakdown", first_words(item))]
    made = [mean_with_interval("dialogues not seen in fitting", [float(not seen("breakdown", first_words(item))) for item in items])]
    pairs = [pair for item, row in unseen for pair in zip(item["turns"], row["turns"], strict=True)]
    for name, labelled in (
        ("dissatisfied", [(bool(turn["dissatisfied"]), judged["dissatisfied"]) for turn, judged in pairs if "dissatisfied" in turn]),
        ("breakdown", [(turn["label"] == "B", judged["breakdown"]) for turn, judged in pairs if turn.get("label") in ("NB", "PB", "B")]),
    ):
        if len({label for label, _ in labelled}) == 2:
            made.append(auroc_with_interval(f"AUROC {name}", [score for _, score in labelled], [label for label, _ in labelled]))
    return made + (alarm_figures([(item["turns"], row["turns"]) for item, row in unseen]) if unseen else [])


def alarm_figures(dialogues: Sequence[tuple[Sequence[Any], Sequence[dict[str, float]]]]) -> list[Figure]:
    """The first alarm against the first turn that was dissatisfied or broke down. A false alarm has no such turn, or comes before it by
    more than NEAR turns."""
    alarms = [_first(judged["handoff"] >= ALARM for judged in row) for _, row in dialogues]
    due = [_first(bool(turn.get("dissatisfied")) or turn.get("label") == "B" for turn in turns) for turns, _ in dialogues]
    both = [(a, d) for a, d in zip(alarms, due, strict=True) if a is not None and d is not None]
    false = [float(a is not None and (d is None or a < d - NEAR)) for a, d in zip(alarms, due, strict=True)]
    return [
        mean_with_interval("alarm precision", [float(d is not None) for a, d in zip(alarms, due, strict=True) if a is not None]),
        mean_with_interval("alarm recall", [float(a is not None) for a, d in zip(alarms, due, strict=True) if d is not None]),
        mean_with_interval(f"first alarm within {NEAR} turns", [float(abs(a - d) <= NEAR) for a, d in both]),
        mean_with_interval("false alarms per dialogue", false),
    ]


def _first(flags: Any) -> int | None:
    return next((at for at, flag in enumerate(flags) if flag), None)
