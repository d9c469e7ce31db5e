"""A model that says again what one said before: for making a turn a second time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.call import Limits, ModelFailure, Usage
from bot.endpoint import Endpoint
from bot.probe import Abilities
from bot.prompt import Message


class PlayedEndpoint(Endpoint):
    """said: as Usage.said, one entry a call. failure: of every call after them, as when the server was not even reached."""

    def __init__(self, said: Sequence[Mapping[str, Any]], model: str, failure: str, limits: Limits | None = None) -> None:
        super().__init__("http://played.invalid/v1", model=model, limits=limits)
        self._said, self._failure = list(said), failure

    async def abilities(self, usage: Usage) -> Abilities:
        return Abilities(self._wanted)

    async def stream(
        self,
        messages: Sequence[Message],
        abilities: Abilities,
        usage: Usage,
        on_piece: Callable[[str], None],
        patience_s: float | None = None,
    ) -> None:
        if not self._said:
            raise ModelFailure(self._failure or "no_recording", "nothing was recorded of this call")
        said = self._said.pop(0)
        usage.said.append(dict(said))
        on_piece(said["text"])
        if said["failure"]:
            raise ModelFailure(said["failure"])
