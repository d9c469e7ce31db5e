"""A second look at the first passages: when it is taken, what it may cost, and who may take it."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import WORKSPACE
from retrieval_shop import Publish, passage

from core.database import Database
from core.errors import Misconfigured
from core.settings import Settings
from retrieval.hash_embedder import HashEmbedder
from retrieval.load import load_reranker
from retrieval.minilm import MiniLM
from retrieval.query import Hit
from retrieval.reranker import FIRST, Reranker, look_again
from retrieval.search import Filters, Query, Searcher

ASKED = "what does it cost?"
# By the tiny cross-encoder.
KNOWN = "the refund takes take five days our boots run small how long does"


class Longest(Reranker):
    """Likes long passages."""

    name = "longest"

    def __init__(self, budget_s: float = 60.0) -> None:
        super().__init__(budget_s)
        self.read: list[str] = []

    def score(self, question: str, passage: str) -> float:
        self.read.append(passage)
        return float(len(passage))


def hits(*scores: float) -> list[Hit]:
    return [Hit(at, f"article:{at}", "", (), "long" * at, score, 0.5, 1.0, at) for at, score in enumerate(scores)]


def places(found: Sequence[Hit]) -> list[int]:
    return [hit.passage for hit in found]


def test_it_is_taken_where_the_first_two_are_close_and_scores_stay_in_their_places() -> None:
    longest = Longest()
    found, look = look_again(longest, ASKED, hits(0.50, 0.48, 0.46, 0.10))
    assert look == "reranked"
    assert places(found) == [2, 1, 0, 3], "the last is the longest, and too far behind"
    assert [hit.score for hit in found] == [0.50, 0.48, 0.46, 0.10]
    assert [hit.rank for hit in found] == [0, 1, 2, 3]
    read = len(longest.read)
    for sure in (hits(0.5, 0.39), hits(0.5), []):
        assert look_again(longest, ASKED, sure) == (sure, "sure")
    assert len(longest.read) == read


def test_only_the_first_are_read() -> None:
    longest, many = Longest(), hits(*(0.5 for _ in range(FIRST + 5)))
    found, _ = look_again(longest, ASKED, many)
    assert len(longest.read) == FIRST
    assert places(found) == [*reversed(range(FIRST)), *range(FIRST, FIRST + 5)]


def test_past_its_time_the_order_stays() -> None:
    longest, close = Longest(budget_s=0.0), hits(0.5, 0.5, 0.5)
    assert look_again(longest, ASKED, close) == (close, "over_budget")
    assert longest.read == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_search_says_what_came_of_it(database: Database, publish: Publish, searcher: Searcher) -> None:
    for source, text in (("article:a", "It costs 5 €."), ("article:b", "It costs 7 €!!!")):
        publish(source, [passage(text, "Costs")])
    assert searcher.wait_ready(WORKSPACE)
    before = searcher.search(Query(ASKED), Filters(WORKSPACE))
    assert before.second_look == ""
    searcher.reranker = Longest()
    again = searcher.search(Query(ASKED), Filters(WORKSPACE))
    assert (again.second_look, again.hits[0].source) == ("reranked", "article:b")
    assert searcher.search(Query("and that?", ("the costs",)), Filters(WORKSPACE)).second_look == ""
    searcher.reranker = Longest(budget_s=0.0)
    late = searcher.search(Query(ASKED), Filters(WORKSPACE))
    assert (late.second_look, late.hits) == ("over_budget", before.hits)


def test_maxsim_reads_with_the_model_that_is_loaded_anyway() -> None:
    embedder = MiniLM()
    maxsim = load_reranker(Settings(reranker="maxsim"), embedder)
    assert maxsim is not None
    question = "How long does the refund take?"
    good, other = (maxsim.score(question, text) for text in ("The refund reaches your card after five days.", "Our boots run small."))
    assert 0 < other < good <= 1
    assert maxsim.score(question, question) == pytest.approx(1, abs=1e-3)
    assert maxsim.score("?!", "Our boots run small.") == maxsim.score(question, "") == 0


def test_a_cross_encoder_is_read_from_a_folder(tiny_cross_encoder: Path) -> None:
    from sentence_transformers import CrossEncoder

    reranker = load_reranker(Settings(reranker=str(tiny_cross_encoder)), HashEmbedder())
    assert reranker is not None
    texts = ["the refund takes five days", "our boots run small", "the refund"]
    scores = reranker.scores("how long does the refund take", texts)
    expected = CrossEncoder(str(tiny_cross_encoder), device="cpu").predict([("how long does the refund take", text) for text in texts])
    assert scores == pytest.approx(expected.tolist(), abs=1e-5)
    assert len(set(scores)) == 3


@pytest.fixture
def tiny_cross_encoder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return build_cross_encoder(tmp_path / "tiny", labels=1)


def build_cross_encoder(folder: Path, labels: int) -> Path:
    """Two narrow layers with random weights: as good as any to load and to ask."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *KNOWN.split()]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(7)
    shape = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "initializer_range": 1.0}
    config = transformers.BertConfig(vocab_size=len(words), num_labels=labels, **shape)
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def test_what_cannot_be_had_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_reranker(Settings(), HashEmbedder()) is None
    with pytest.raises(Misconfigured, match="maxsim needs WARMLINE_EMBEDDER=minilm"):
        load_reranker(Settings(reranker="maxsim"), HashEmbedder())
    with pytest.raises(Misconfigured, match="gives 3 labels"):
        load_reranker(Settings(reranker=str(build_cross_encoder(tmp_path / "three", labels=3))), HashEmbedder())
    (tmp_path / "empty").mkdir()
    with pytest.raises(Misconfigured, match="empty cannot be loaded"):
        load_reranker(Settings(reranker=str(tmp_path / "empty")), HashEmbedder())
    monkeypatch.delitem(sys.modules, "retrieval.cross_encoder", raising=False)
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(Misconfigured, match=r"warmline\[sentence-transformers\]"):
        load_reranker(Settings(reranker="some-model"), HashEmbedder())
