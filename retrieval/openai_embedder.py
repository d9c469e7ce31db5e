"""Embeddings from any server that speaks OpenAI's /v1/embeddings."""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Overdue
from typing import Any

import numpy as np
import openai

from core.errors import Unavailable
from core.mask import mask
from retrieval.embedder import Embedder, Vector

BATCH = 64


class OpenAIEmbedder(Embedder):
    """One request per 64 texts, each within `deadline` seconds of wall clock and never repeated in hiding."""

    name = "openai"

    def __init__(self, model_name: str, base_url: str, api_key: str = "", deadline: float = 10.0) -> None:
        super().__init__()
        # Servers on one's own machine want no key; the client insists on some.
        self._client = openai.OpenAI(base_url=base_url or None, api_key=api_key or "none", timeout=deadline, max_retries=0)
        self._model_name = model_name
        self._deadline = deadline
        self._calls = ThreadPoolExecutor(4, thread_name_prefix="embeddings")
        self._dimension = 0
        self._probe = threading.Lock()
        self.model = f"openai-{hashlib.sha256(f'{base_url} {model_name}'.encode()).hexdigest()[:32]}"

    @property
    def dimension(self) -> int:
        with self._probe:
            if not self._dimension:
                self._dimension = self.embed_texts(["dimension"], question=False).shape[1]
        return self._dimension

    @property
    def measured(self) -> bool:
        return bool(self._dimension)

    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        return np.concatenate([self._batch(list(texts[start : start + BATCH])) for start in range(0, len(texts), BATCH)])

    def _batch(self, texts: list[str]) -> Vector:
        # The client's timeout starts anew with every byte, so a trickling server would never end it.
        call = self._calls.submit(self._request, [mask(text) or " " for text in texts])
        try:
            return _rows(call.result(self._deadline), len(texts))
        except Overdue as error:
            raise Unavailable(f"the embeddings server did not answer within {self._deadline:g} s") from error
        # A page of HTML, a list or null with status 200 reach us as AttributeError, TypeError …: all are failures of the server.
        except Exception as error:
            raise Unavailable(f"the embeddings server failed: {type(error).__name__}: {str(error)[:200]}") from error

    def _request(self, texts: list[str]) -> Any:
        return self._client.embeddings.create(model=self._model_name, input=texts, encoding_format="float")


def _rows(response: Any, expected: int) -> Vector:
    """Raises ValueError unless there is one finite row of one width per text; whatever else when it is no such answer at all."""
    data = sorted(response.data or [], key=lambda item: item.index)
    if [item.index for item in data] != list(range(expected)):
        raise ValueError(f"{len(data)} vectors for {expected} texts")
    rows = np.array([item.embedding for item in data], np.float32)
    if rows.ndim != 2 or not rows.shape[1] or not np.isfinite(rows).all():
        raise ValueError("vectors of unequal width, or not numbers")
    return rows
