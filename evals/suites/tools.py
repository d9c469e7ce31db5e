"""Tools: `{"id", "tool", "arguments", "outcome"}` per message, by the rules that choose without a model. tool: null for none. outcome:
`ask:` and the argument that is asked for, or `run`.

Items: `{id, text, history?: [text, …], identity?: {sub, email?}, tool: name | null, arguments?, outcome?}`, or Bitext's `intent`, of which
`track_order` wants order_status and `delivery_period` may or may not."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.tools.booking import booking_tools
from bot.tools.order_source import OrderSource, SourceFailed
from bot.tools.orders import order_tool
from bot.tools.registry import Refused, Registry
from bot.tools.result import Call, Errand, Means
from bot.tools.rules import choose
from chat.inboxes import Inbox
from core.clock import FrozenClock
from core.errors import Invalid
from core.fetch import Rules
from core.scope import Signed
from core.settings import Settings
from evals.items import Item, ItemSuite, Judge, Judged
from evals.measures import Figure, mean_with_interval, ratio_with_interval
from retrieval.embedder import Embedder

_BY_INTENT = {"track_order": "order_status", "order_status": "order_status"}
# A meeting with somebody else, or work on a car, is an appointment of some kind.
_UNCLEAR = frozenset({"delivery_period", "schedule_meeting", "schedule_maintenance"})


class Nowhere:
    """Stands in for the database: whatever a tool would look up, it is not looked up here."""

    async def read(self, *args: Any, **kwargs: Any) -> Any:
        raise SourceFailed("not looked up")


def _no_secret() -> str:
    raise SourceFailed("not looked up")


def judge(settings: Settings, embedder: Embedder, train: Path | None) -> Judge:
    means = Means(Nowhere(), Rules(), _no_secret, FrozenClock())  # type: ignore[arg-type]
    source = OrderSource("inb_evals", "https://orders.invalid/", "sealed")
    registry = Registry.of(order_tool(means, source), *booking_tools(means))

    def one(item: Item) -> Judged:
        if not isinstance(item.get("text"), str):
            raise Invalid(f"id {item['id']}: text is missing")
        call = choose(item["text"], registry.tools)
        if call is None:
            return {"tool": None, "arguments": {}, "outcome": None}
        outcome = asyncio.run(_outcome(registry, call, _errand(item))) if call.tool == "order_status" else "run"
        return {"tool": call.tool, "arguments": dict(call.arguments), "outcome": outcome}

    return one


async def _outcome(registry: Registry, call: Call, errand: Errand) -> str:
    try:
        result = await registry.run(call, errand)
    except Refused:
        return "refused"
    return f"ask:{result.missing}" if result.kind == "ask" else "run"


def _errand(item: Item) -> Errand:
    who = item.get("identity") or {}
    signed = Signed(who["sub"], who.get("email", "")) if who.get("sub") else None
    words = (*(item.get("history") or ()), item["text"])
    return Errand("wsp_evals", Inbox("inb_evals", "evals", "evals"), "cnv_evals", "con_evals", signed, words, "en", FrozenClock().now())


def figures(items: Sequence[Item], rows: Sequence[Judged]) -> list[Figure]:
    """Of items that say which tool is wanted; arguments and outcome of those that name them."""
    known = [(_wanted(item), item, row) for item, row in zip(items, rows, strict=True) if _is_labelled(item)]
    if not known:
        return []
    right = [float(row["tool"] == wanted) for wanted, _, row in known]
    used, meant = (
        [float(value is not None) for value in column] for column in ([row["tool"] for _, _, row in known], [w for w, _, _ in known])
    )
    hits = [float(row["tool"] is not None and row["tool"] == wanted) for wanted, _, row in known]
    made = [
        mean_with_interval("right tool or none", right),
        ratio_with_interval("tool precision", [(hits, used)]),
        ratio_with_interval("tool recall", [(hits, meant)]),
    ]
    for name in ("arguments", "outcome"):
        named = [float(row[name] == item[name]) for _, item, row in known if item.get(name) is not None]
        made += [mean_with_interval(f"right {name}", named)] if named else []
    return made


def _is_labelled(item: Item) -> bool:
    return "tool" in item or ("intent" in item and item["intent"] not in _UNCLEAR)


def _wanted(item: Item) -> str | None:
    wanted: str | None = item["tool"] if "tool" in item else _BY_INTENT.get(item["intent"])
    return wanted


SUITE = ItemSuite(judge, figures)
