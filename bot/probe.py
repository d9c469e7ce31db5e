"""What an OpenAI-compatible server can do. Asked once where it can be asked; the rest shows in the first call and is remembered."""

from dataclasses import dataclass

import openai

from bot.call import ModelFailure


@dataclass(frozen=True)
class Abilities:
    """`model`: the name to ask for. `plain`: it refused temperature, output limit or usage, and gets none of them any more."""

    model: str
    plain: bool = False


async def probe(client: openai.AsyncOpenAI, wanted: str) -> Abilities:
    """The model's name is looked up only where none was given. Raises what the client raises when the server does not answer."""
    return Abilities(wanted or await _first_model(client))


async def _first_model(client: openai.AsyncOpenAI) -> str:
    listed = await client.models.list()
    names = [str(model.id) for model in listed.data or []]
    if not names:
        raise ModelFailure("no_model", "the server lists no model; set WARMLINE_LLM_MODEL")
    return names[0]
