"""The tool of a past turn, with what it found then: the rules choose it anew, nothing outside is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import Connection

from bot.call import Usage
from bot.episode import Story
from bot.tools.desk import Chosen, Desk
from bot.tools.registry import Arguments, Registry, Tool
from bot.tools.result import Call, Errand, Fact, Means, Result
from chat.inboxes import Inbox
from core.clock import FrozenClock
from core.database import Database
from core.fetch import Rules


class Anything(Arguments):
    model_config = ConfigDict(extra="allow")


@dataclass(frozen=True)
class PlayedDesk(Desk):
    """found: as `tool_of` gives it."""

    found: Mapping[str, Any] = field(default_factory=dict)

    def registry(self, connection: Connection, workspace: str, inbox: Inbox) -> Registry:
        async def run(arguments: Any, errand: Errand) -> Result:
            return _result(self.found)

        return Registry.of(Tool(self.found["name"], "", Anything, run))


@dataclass(frozen=True)
class PlayedChooser:
    """The model's choice, where a model chose."""

    found: Mapping[str, Any]

    async def choose(self, registry: Registry, errand: Errand, story: Story, usage: Usage) -> Chosen | None:
        return Chosen(Call(self.found["name"], self.found["arguments"], "model"), _result(self.found))


def tool_of(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a tool came to in a turn, JSON-able; None where none ran. body: of the turn's message or handoff."""
    decision = body.get("decision") or {}
    done = decision.get("tool")
    if not done:
        return None
    pending = decision.get("pending") or {}
    asked = {name: pending.get(name) for name in ("missing", "offered")} | {"known": pending.get("arguments") or {}}
    return {**done, **asked, "text": body.get("text") or "", "card": body.get("card")}


def desk_of(database: Database, found: Mapping[str, Any] | None, at: int) -> PlayedDesk | None:
    """at: when the turn was, so that "tomorrow" is the same day."""
    if found is None:
        return None
    means = Means(database, Rules(), lambda: "", FrozenClock(at))
    return PlayedDesk(means, PlayedChooser(found) if found["by"] == "model" else None, found)


def _result(found: Mapping[str, Any]) -> Result:
    facts = tuple(Fact(one["name"], one["value"]) for one in found["facts"])
    return Result(
        found["outcome"],
        found["text"],
        facts,
        found["source"] or "",
        found["card"],
        found["missing"] or "",
        found["known"],
        tuple(found["offered"] or ()),
        found["failure"] or "",
    )
