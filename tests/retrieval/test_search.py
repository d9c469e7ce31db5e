"""Fusion, history, signals, and what happens when the embedder is away."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import WORKSPACE
from retrieval_servers import running
from retrieval_shop import SHOP, Publish, passage

from core.database import Database
from core.errors import Invalid, Unavailable
from retrieval.embedder import Embedder
from retrieval.fusion import fuse, min_max, stretched
from retrieval.openai_embedder import OpenAIEmbedder
from retrieval.question import question_vectors, term_weights
from retrieval.ranking import FEATURES, Asked, Candidate, features_of, load_ranking, ordered
from retrieval.search import Filters, Query, Searcher
from retrieval.vocabulary import put_vocabulary

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FILTERS = Filters(WORKSPACE)


def test_min_max_and_fusion(database: Database) -> None:
    assert min_max([(1, 5.0), (2, 3.0), (3, 1.0)]) == {1: 1.0, 2: 0.5, 3: 0.0}
    assert min_max([(1, 5.0)]) == {1: 1.0}
    assert min_max([]) == {}
    assert min_max([(1, 5.0), (2, 3.0)], {3: 2.5, 4: -100.0}) == {1: 1.0, 2: 0.0, 3: -0.25, 4: -0.25}
    assert fuse(stretched([(1, 0.9), (2, 0.5)], [(2, 8.0), (3, 4.0)]), 0.5) == [(1, 0.5), (2, 0.5), (3, 0.0)]
    assert fuse(stretched([], [(2, 8.0), (3, 4.0)]), 0.5) == [(2, 1.0), (3, 0.0)]
    assert fuse(stretched([(1, 0.9), (2, 0.5)], []), 0.05) == [(1, 1.0), (2, 0.0)]


def test_what_was_said_before_counts_less(database: Database, embedder: Embedder) -> None:
    query = Query("and how long does it take?", ("I sent my boots back", "where is my refund?"))
    weights = term_weights(query)
    assert weights["long"] == 1
    assert weights["refund"] == pytest.approx(1 / 3)
    vector, blended = question_vectors(embedder, query)
    assert vector @ embedder.vector(query.text) == pytest.approx(1, abs=1e-5)
    assert blended @ embedder.vector("where is my refund?") > vector @ embedder.vector("where is my refund?")
    assert np.linalg.norm(blended) == pytest.approx(1, abs=1e-5)


def test_a_question_that_stands_on_its_own_leans_little_on_the_turns_before(database: Database, embedder: Embedder) -> None:
    asked_before = ("how do I wash wool socks?",)
    for text, weight in (("is it waterproof?", 1 / 3), ("and for teams?", 1 / 3), ("which express couriers deliver to Norway?", 0.1)):
        weights = term_weights(Query(text, asked_before))
        assert weights["wool"] == pytest.approx(weight), text
    own = Query("which express couriers deliver to Norway?", asked_before)
    vector, blended = question_vectors(embedder, own)
    assert vector @ blended > 0.98


def test_neighbouring_words_that_stand_together_count(database: Database) -> None:
    asked = Asked(("gift", "card"), {"gift": 2.0, "card": 1.0, "old": 1.0})
    close = Candidate(1, "a", ("gift", "card", "old"), 0.5)
    far = Candidate(2, "a", ("gift", "for", "each", "card"), 0.4)
    other = Candidate(3, "b", ("card",), 0.3)
    rows = features_of(asked, [close, far, other], ({1: 1.0, 2: 0.5}, {3: 1.0}))
    expected = [[1.0, 0.0, 0.5, 1.0, 1.0, 1.0], [0.5, 0.0, 0.4, 0.75, 1.0, 0.0], [0.0, 1.0, 0.3, 0.25, 0.25, 0.0]]
    assert rows.tolist() == expected
    assert features_of(asked, [], ({}, {})).shape == (0, len(FEATURES))
    best = ordered([close, far, other], rows, np.full(len(FEATURES), 1 / len(FEATURES)))
    assert [passage_id for passage_id, _ in best] == [1, 2, 3]


def test_a_ranking_fitted_with_another_model_does_without_cosines(database: Database, embedder: Embedder) -> None:
    ranking = load_ranking()
    cosine = FEATURES.index("cosine")
    shipped = replace(ranking, model=embedder.model)
    assert shipped.weights(embedder, degraded=False, leaning=False)[cosine] > 0
    assert ranking.weights(embedder, degraded=False, leaning=False)[cosine] == 0
    for degraded, leaning in ((True, False), (True, True), (False, True)):
        row = shipped.weights(embedder, degraded, leaning)
        assert row.sum() == pytest.approx(1)
        assert row[cosine] == 0
        assert (row[FEATURES.index("dense")] == 0) == degraded


def test_a_follow_up_finds_its_subject(shop: None, searcher: Searcher) -> None:
    assert searcher.wait_ready(WORKSPACE)
    result = searcher.search(Query("and how long is it valid?", ("tell me about a gift card",)), FILTERS)
    assert result.hits[0].source == "article:gifts"


def test_hits_are_ranked_and_measured(shop: None, searcher: Searcher) -> None:
    assert searcher.wait_ready(WORKSPACE)
    result = searcher.search(Query("when does the refund reach my card?"), FILTERS, limit=3)
    assert [hit.rank for hit in result.hits] == [0, 1, 2]
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    first = result.hits[0]
    assert first.source == "article:returns"
    assert first.cosine == pytest.approx(float(result.vector @ searcher.embedder.vectors([f"Returns\n{first.text}"])[0]), abs=1e-5)
    assert first.lexical > 0
    signals = result.signals
    assert signals["cosine_top"] == pytest.approx(first.cosine, abs=1e-5)
    assert signals["bm25_top"] == pytest.approx(first.lexical, abs=1e-5)
    assert signals["sentence_top"] > 0
    assert 0 < signals["idf_cover"] <= 1
    assert signals["agreement"] == 1
    assert all(math.isfinite(value) for value in signals.values())


def test_off_topic_covers_nothing(shop: None, searcher: Searcher) -> None:
    assert searcher.wait_ready(WORKSPACE)
    signals = searcher.search(Query("quantum chromodynamics lecture"), FILTERS).signals
    assert signals["idf_cover"] == 0
    assert signals["bm25_top"] == 0


def test_sentences_come_with_their_place(shop: None, searcher: Searcher) -> None:
    assert searcher.wait_ready(WORKSPACE)
    hit = searcher.search(Query("refund"), FILTERS).hits[0]
    spans, vectors = searcher.sentence_vectors([hit.passage])[hit.passage]
    assert [hit.text[begin:end] for begin, end in spans] == [
        "You can send anything back within 30 days.",
        "The refund reaches your card after five days.",
    ]
    np.testing.assert_allclose(vectors[1], searcher.embedder.vectors(["The refund reaches your card after five days."])[0], atol=1e-6)
    assert searcher.sentence_vectors([10_000]) == {}


def test_an_empty_workspace_has_no_hits(database: Database, searcher: Searcher) -> None:
    result = searcher.search(Query("refund"), FILTERS)
    assert (result.hits, result.degraded) == ([], False)
    assert all(math.isfinite(value) for value in result.signals.values())


@pytest.mark.parametrize("text", ["", " ", "the of and", "\x00", "👟", "a" * 100_000, "AND OR NOT (:*^~\"'", "‮מה"])
def test_any_text_may_be_asked(shop: None, searcher: Searcher, text: str) -> None:
    assert searcher.wait_ready(WORKSPACE)
    result = searcher.search(Query(text, (text, text)), FILTERS)
    assert all(math.isfinite(value) for value in result.signals.values())


def test_words_answer_when_the_embeddings_server_is_away(database: Database, publish: Publish, tmp_path: Path) -> None:
    with running() as server:
        embedder = OpenAIEmbedder("some-model", server.url, deadline=5)
        for source, (title, text) in SHOP.items():
            publish(source, [passage(text, title)], by=embedder)
        searcher = Searcher(database, embedder, tmp_path / "index")
        assert searcher.wait_ready(WORKSPACE)
        assert not searcher.search(Query("a refund, please"), FILTERS).degraded
        server.fault = "error"
        result = searcher.search(Query("when is the refund paid?"), FILTERS)
        assert result.degraded
        assert result.hits[0].source == "article:returns"
        assert not result.vector.any()
        with pytest.raises(Unavailable):
            embedder.vector("when is the refund paid?")
        server.fault = ""
        assert not searcher.search(Query("when is the refund paid?"), FILTERS).degraded
        searcher.close()


def test_misspelt_words_are_read_as_the_articles_have_them(shop: None, searcher: Searcher) -> None:
    result = searcher.search(Query("When does my refnud reach the card?"), FILTERS)
    assert result.asked == "When does my refund reach the card?"
    assert result.hits[0].source == "article:returns"
    for kept in ("ask REFNUD-7 at shop.example/refnud", "a firm hand", "zzzz"):
        assert searcher.search(Query(kept), FILTERS).asked == kept


def test_a_spelling_is_mended_only_by_what_may_be_read(database: Database, publish: Publish, searcher: Searcher) -> None:
    publish("article:inside", [passage("The flurbonium discount is ten percent.", "Secret", audience="agents")])
    publish("article:open", [passage("You can pay by card.", "Paying")])
    assert searcher.search(Query("what is the flurbonim discount?"), FILTERS).asked == "what is the flurbonim discount?"
    inside = Filters(WORKSPACE, audiences=frozenset({"agents", "public"}))
    assert searcher.search(Query("what is the flurbonim discount?"), inside).asked == "what is the flurbonium discount?"


def test_the_vocabulary_finds_what_customers_call_otherwise(database: Database, shop: None, searcher: Searcher) -> None:
    assert searcher.wait_ready(WORKSPACE)
    asked = Query("can I use a voucher?")
    assert searcher.search(asked, FILTERS).hits[0].lexical == 0
    database.write_now(put_vocabulary, WORKSPACE, [["gift cards", "voucher", "coupon"]])
    found = searcher.search(asked, FILTERS)
    assert found.hits[0].source == "article:gifts"
    assert found.hits[0].lexical > 0
    database.write_now(put_vocabulary, WORKSPACE, [])
    assert searcher.search(asked, FILTERS).hits[0].lexical == 0
    for wrong in ([["alone"]], [["the", "how"]], [["x" * 70, "y"]]):
        with pytest.raises(Invalid):
            database.write_now(put_vocabulary, WORKSPACE, wrong)


def test_words_are_stemmed_in_the_language_of_their_article(database: Database, publish: Publish, searcher: Searcher) -> None:
    texts = {
        "en": ("Returns", "You can send anything back within thirty days."),
        "de": ("Rücksendungen", "Die Lieferungen unserer Pakete dauern zwei Tage."),
        "ja": ("返品", "商品は三十日以内に返品できます。返金は五日後に届きます。"),
        "zh": ("配送", "包裹当天从仓库发出，两天内送达。"),
    }
    for language, (title, text) in texts.items():
        publish(f"article:{language}", [passage(text, title, language=language)])
    questions = {"de": "Wie lange dauert die Lieferung eines Pakets?", "ja": "返金はいつ届きますか？", "zh": "包裹什么时候送达？"}
    for language, text in questions.items():
        hit = searcher.search(Query(text), FILTERS).hits[0]
        assert (hit.source, hit.lexical > 0) == (f"article:{language}", True), text
