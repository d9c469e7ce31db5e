"""From the settings `embedder` and `reranker` to what they name. Each one's libraries are imported only when it is chosen."""

from core.errors import Misconfigured
from core.log import log
from core.settings import Settings
from retrieval.embedder import Embedder
from retrieval.reranker import Reranker

SENTENCE_TRANSFORMERS = "sentence-transformers is not installed; install it: pip install torch==2.13.0 'warmline[sentence-transformers]'"


def load_embedder(settings: Settings) -> Embedder:
    """Raises Misconfigured when the choice is unknown or its weights are missing: there is no silent fallback to worse search."""
    kind, _, rest = settings.embedder.partition(":")
    if kind == "minilm":
        from retrieval.minilm import MiniLM

        return MiniLM()
    if kind == "sentence-transformers" and rest:
        return _load_sentence_transformers(rest)
    if kind == "openai" and rest:
        from retrieval.openai_embedder import OpenAIEmbedder

        base_url = settings.embeddings_base_url or settings.llm_base_url
        return OpenAIEmbedder(rest, base_url, settings.embeddings_api_key or settings.llm_api_key)
    if kind == "hash":
        from retrieval.hash_embedder import HashEmbedder

        log.warning("embedder_is_a_fake", embedder="hash", consequence="search knows spelling, not meaning; for tests only")
        return HashEmbedder()
    raise Misconfigured(f"WARMLINE_EMBEDDER={settings.embedder}: use minilm, sentence-transformers:NAME_OR_FOLDER or openai:MODEL")


def _load_sentence_transformers(name_or_folder: str) -> Embedder:
    try:
        from retrieval.sentence_transformers_embedder import SentenceTransformersEmbedder
    except ImportError as error:
        raise Misconfigured(SENTENCE_TRANSFORMERS) from error
    return SentenceTransformersEmbedder(name_or_folder)


def load_reranker(settings: Settings, embedder: Embedder) -> Reranker | None:
    """None where none is wanted. Raises Misconfigured when it cannot be had."""
    budget_s = settings.reranker_budget_ms / 1000
    if not settings.reranker:
        return None
    if settings.reranker == "maxsim":
        from retrieval.maxsim import MaxSim

        if not embedder.shows_pieces:
            raise Misconfigured(f"WARMLINE_RERANKER=maxsim needs WARMLINE_EMBEDDER=minilm; {embedder.name} shows no vectors of word pieces")
        return MaxSim(embedder, budget_s)
    try:
        from retrieval.cross_encoder import CrossEncoderReranker
    except ImportError as error:
        raise Misconfigured(f"WARMLINE_RERANKER={settings.reranker}: {SENTENCE_TRANSFORMERS}") from error
    return CrossEncoderReranker(settings.reranker, budget_s)
