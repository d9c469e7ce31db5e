"""The typed registry: which tools there are, what they take, and the one way to run one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.tools.result import Call, Errand, Result
from bot.tools.words import say
from core.log import log

DEADLINE_S = 10.0


class Arguments(BaseModel):
    """Base of what a tool takes. Unknown ones are refused: a model that invents an argument is told so."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=320)


@dataclass(frozen=True)
class Tool:
    """says: what it does, for a model. own_words: arguments that a model may only take from the customer's own messages, so that nothing
    that was read elsewhere (a page's title, another answer) can choose whose data is looked up."""

    name: str
    says: str
    arguments: type[Arguments]
    run: Callable[[Any, Errand], Awaitable[Result]]
    own_words: frozenset[str] = frozenset()


class Refused(Exception):
    """The call cannot be made; `str` says why, in words of ours that a model may read."""


@dataclass(frozen=True)
class Registry:
    tools: Mapping[str, Tool] = field(default_factory=dict)

    @classmethod
    def of(cls, *tools: Tool) -> "Registry":
        return cls({tool.name: tool for tool in tools})

    def __bool__(self) -> bool:
        return bool(self.tools)

    def checked(self, call: Call, errand: Errand) -> tuple[Tool, Arguments]:
        """Raises Refused."""
        tool = self.tools.get(call.tool)
        if tool is None:
            raise Refused(f"there is no tool of that name; there are: {', '.join(sorted(self.tools))}")
        try:
            arguments = tool.arguments.model_validate(dict(call.arguments))
        except ValidationError as error:
            # Its own words would repeat the input, which is untrusted.
            wrong = sorted({".".join(str(part) for part in fault["loc"])[:40] or "arguments" for fault in error.errors()})
            raise Refused(f"not valid: {', '.join(wrong)[:200]}") from error
        if call.by == "model":
            _from_own_words(tool, arguments, errand)
        return tool, arguments

    async def run(self, call: Call, errand: Errand) -> Result:
        """Raises Refused. Whatever fails inside a tool, and what takes too long, becomes a failed result."""
        tool, arguments = self.checked(call, errand)
        began = time.monotonic()
        try:
            async with asyncio.timeout(DEADLINE_S):
                result = await tool.run(arguments, errand)
        except TimeoutError:
            result = failed(errand, "timeout")
        except Exception as error:
            log.error("tool_failed", tool=tool.name, conversation=errand.conversation, exc_info=True)
            result = failed(errand, type(error).__name__)
        log.info(
            "tool_ran", tool=tool.name, by=call.by, kind=result.kind, failure=result.failure, ms=round((time.monotonic() - began) * 1000)
        )
        return result


def failed(errand: Errand, failure: str) -> Result:
    return Result("failed", say("failed", errand.language), failure=failure)


def _from_own_words(tool: Tool, arguments: Arguments, errand: Errand) -> None:
    said = _bare(" ".join(errand.words))
    for name in sorted(tool.own_words):
        value = getattr(arguments, name)
        if value and _bare(str(value)) not in said:
            raise Refused(f"{name} must be what the customer wrote; ask for it")


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
