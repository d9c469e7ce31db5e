"""The answerer as the settings want it: with a model server when one is named, else the embedded one alone."""

from typing import TYPE_CHECKING

from bot.answer import Answerer
from bot.call import Limits
from bot.tools.desk import Chooser
from bot.tuned import Confidences
from bot.worth import Worth
from bot.writer import Writer
from core.settings import Settings
from retrieval.search import Searcher

if TYPE_CHECKING:
    from bot.endpoint import Endpoint


def build_answerer(
    settings: Settings,
    searcher: Searcher,
    confidence: Confidences | None = None,
    worth: Worth | None = None,
    model: "Endpoint | None" = None,
) -> Answerer:
    """confidence, worth: None takes the shipped one. model: in place of the settings' own."""
    budget = min(40.0, settings.turn_deadline_s * 0.9)
    return Answerer(searcher, confidence, _writer(settings, model), budget_s=budget, worth=worth)


def _writer(settings: Settings, model: "Endpoint | None") -> Writer | None:
    if not settings.llm_base_url and model is None:
        return None
    # LangChain and the openai client take 1.5 s to import: only where there is a model.
    from bot.endpoint import Endpoint
    from bot.model import ModelWriter

    if model is not None:
        return ModelWriter(model, rewrites=settings.llm_rewrites)
    limits = Limits(settings.llm_deadline_s, settings.llm_first_token_s, output_chars=settings.llm_max_output_chars)
    return ModelWriter(Endpoint(settings.llm_base_url, settings.llm_api_key, settings.llm_model, limits), rewrites=settings.llm_rewrites)


def build_chooser(answerer: Answerer) -> Chooser | None:
    """The model that writes the answers, for choosing tools: the same server, breaker and limits."""
    if answerer.writer is None:
        return None
    from bot.model import ModelWriter
    from bot.tools.agent import ToolAgent

    return ToolAgent(answerer.writer.endpoint) if isinstance(answerer.writer, ModelWriter) else None
