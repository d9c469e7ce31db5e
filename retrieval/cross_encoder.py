"""Any cross-encoder of sentence-transformers, by name or folder (extra `sentence-transformers`; needs torch)."""

import torch
from sentence_transformers import CrossEncoder

from core.errors import Misconfigured
from retrieval.reranker import Reranker

MAX_TOKENS = 256


class CrossEncoderReranker(Reranker):
    """One pair a run, so that the budget can end between two."""

    def __init__(self, name_or_folder: str, budget_s: float) -> None:
        super().__init__(budget_s)
        # torch takes every core otherwise, and the event loop waits for one.
        torch.set_num_threads(1)
        try:
            self._model = CrossEncoder(name_or_folder, device="cpu", max_length=MAX_TOKENS)
        except (OSError, ValueError) as error:
            raise Misconfigured(f"WARMLINE_RERANKER={name_or_folder} cannot be loaded: {str(error).splitlines()[0]}") from error
        if self._model.num_labels != 1:
            raise Misconfigured(
                f"WARMLINE_RERANKER={name_or_folder} gives {self._model.num_labels} labels a pair; a reranker gives one score"
            )
        self.name = name_or_folder

    def score(self, question: str, passage: str) -> float:
        return float(self._model.predict([(question, passage)], show_progress_bar=False)[0])
