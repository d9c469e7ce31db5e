"""A draft is searched as if it were published, in the place of the article that it would replace."""

import pytest
from conftest import WORKSPACE

from core.scope import Actor, Scope
from knowledge.trial import trial_searcher
from retrieval.search import Filters, Query, Searcher

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_draft_takes_the_place_of_its_article(shop: None, searcher: Searcher) -> None:
    assert searcher.wait_ready(WORKSPACE)
    asked, filters = Query("how long is a gift card valid?"), Filters(WORKSPACE)
    live = searcher.search(asked, filters)
    trial = trial_searcher(searcher, Scope(WORKSPACE, Actor("admin", "p")), "gifts", "Gift cards", "A gift card is valid for ten years.")
    tried = trial.search(asked, filters)
    assert live.hits[0].text.startswith("A gift card is valid for three years.")
    assert tried.hits[0].text == "A gift card is valid for ten years."
    assert not [hit for hit in tried.hits if "three years" in hit.text]
    assert {hit.source for hit in tried.hits} == {hit.source for hit in live.hits}
    assert tried.hits[0].score == pytest.approx(live.hits[0].score, abs=0.2)
    assert [hit.rank for hit in tried.hits] == [hit.rank for hit in live.hits], "what is first is first for the confidence too"
    near = [found.nearest(live.vector, filters, 3) for found in (searcher, trial)]
    assert [hit.rank for hit in near[1]] == [hit.rank for hit in near[0]]
    assert tried.signals["idf_cover"] == pytest.approx(0.75)
