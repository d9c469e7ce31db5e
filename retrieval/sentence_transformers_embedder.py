"""Any sentence-transformers model, by name or folder (extra `sentence-transformers`; needs torch)."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from retrieval.embedder import Embedder, Vector

_WEIGHTS = ("*.safetensors", "*.bin", "*.json", "vocab.txt")


class SentenceTransformersEmbedder(Embedder):
    """Questions and passages get the model's own prompts, where it has them."""

    name = "sentence-transformers"

    def __init__(self, name_or_folder: str, batch: int = 16) -> None:
        super().__init__()
        # torch takes every core otherwise, and the event loop waits for one.
        torch.set_num_threads(1)
        self._encoder = SentenceTransformer(name_or_folder, device="cpu")
        self._batch = batch
        self.model = "st-" + _fingerprint(name_or_folder, self._encoder)

    @property
    def dimension(self) -> int:
        return int(self._encoder.get_embedding_dimension() or 0)

    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        encode = self._encoder.encode_query if question else self._encoder.encode_document
        return encode(list(texts), batch_size=self._batch, convert_to_numpy=True, show_progress_bar=False)


def _fingerprint(name_or_folder: str, encoder: SentenceTransformer) -> str:
    """Of a folder: its weights and settings; of a hub model: its name and commit."""
    folder = Path(name_or_folder)
    if not folder.is_dir():
        commit = getattr(getattr(encoder[0], "model", None), "config", None)
        return hashlib.sha256(f"{name_or_folder} {getattr(commit, '_commit_hash', None)}".encode()).hexdigest()[:32]
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _WEIGHTS for path in folder.rglob(pattern)}):
        digest.update(str(path.relative_to(folder)).encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]
