"""From the setting `embedder` to an Embedder. Each one's libraries are imported only when it is chosen."""

from core.errors import Misconfigured
from core.log import log
from core.settings import Settings
from retrieval.embedder import Embedder


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
        line = "pip install torch==2.13.0 'warmline[sentence-transformers]'"
        raise Misconfigured(f"sentence-transformers is not installed; install it: {line}") from error
    return SentenceTransformersEmbedder(name_or_folder)
