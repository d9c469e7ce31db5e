"""Filters hold inside both searches: nothing forbidden is returned, and nothing allowed is lost to what is forbidden."""

import pytest
from conftest import OTHER_WORKSPACE, WORKSPACE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from retrieval_shop import Publish, passage

from core.clock import FrozenClock
from core.database import Database
from retrieval.embedder import Embedder
from retrieval.search import Filters, Query, Searcher

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NOW = 1_767_225_600_000


def texts(searcher: Searcher, question: str, **filters: object) -> list[str]:
    hits = searcher.search(Query(question), Filters(WORKSPACE, **filters)).hits  # type: ignore[arg-type]
    return [hit.text for hit in hits]


def test_a_narrow_filter_still_gets_all_its_hits(publish: Publish, searcher: Searcher) -> None:
    publish("article:big", [passage(f"A refund is paid, case {number}.", collection="col_big") for number in range(300)])
    publish("article:small", [passage(f"Money comes back by parrot, case {number}.", collection="col_small") for number in range(5)])
    assert searcher.wait_ready(WORKSPACE)
    hits = searcher.search(Query("refund paid case"), Filters(WORKSPACE, collections=frozenset({"col_small"})), limit=5).hits
    assert [hit.collection for hit in hits] == ["col_small"] * 5
    vector = searcher.embedder.vector("refund paid")
    assert len(searcher.nearest(vector, Filters(WORKSPACE, collections=frozenset({"col_small"})), 5)) == 5


def test_what_is_for_agents_stays_with_agents(publish: Publish, searcher: Searcher) -> None:
    publish("article:secret", [passage("The refund override code is 4711.", audience="agents")])
    publish("article:open", [passage("Ask us about a refund.")])
    assert searcher.wait_ready(WORKSPACE)
    assert texts(searcher, "refund override code 4711") == ["Ask us about a refund."]
    both = frozenset({"public", "agents"})
    assert texts(searcher, "refund override code 4711", audiences=both)[0] == "The refund override code is 4711."


def test_dates_hold_to_the_millisecond(database: Database, embedder: Embedder, publish: Publish, tmp_path) -> None:
    publish("article:sale", [passage("The winter sale gives 20 percent.", valid_from=NOW, valid_until=NOW + 1000)])
    publish("article:always", [passage("The sale rules.")])
    clock = FrozenClock(NOW - 1)
    searcher = Searcher(database, embedder, tmp_path / "index", clock)
    assert searcher.wait_ready(WORKSPACE)
    seen = []
    for moment in (NOW - 1, NOW, NOW + 999, NOW + 1000):
        clock.moment = moment
        seen.append(len(texts(searcher, "winter sale")))
    assert seen == [1, 2, 2, 1]
    assert len(texts(searcher, "winter sale", as_of=NOW + 5)) == 2
    searcher.close()


def test_languages(publish: Publish, searcher: Searcher) -> None:
    publish("article:de", [passage("Die Erstattung dauert fünf Tage.", language="de")])
    publish("article:en", [passage("The Erstattung takes five days.")])
    assert searcher.wait_ready(WORKSPACE)
    assert texts(searcher, "Erstattung", languages=frozenset({"de"})) == ["Die Erstattung dauert fünf Tage."]
    assert len(texts(searcher, "Erstattung")) == 2


def test_an_empty_set_is_nothing(shop: None, searcher: Searcher) -> None:
    assert texts(searcher, "refund", collections=frozenset()) == []
    assert texts(searcher, "refund", audiences=frozenset()) == []


def test_workspaces_do_not_see_each_other(publish: Publish, searcher: Searcher) -> None:
    publish("article:a", [passage("The refund of the one.")])
    publish("article:a", [passage("The refund of the other.")], workspace=OTHER_WORKSPACE)
    for workspace, expected in ((WORKSPACE, "The refund of the one."), (OTHER_WORKSPACE, "The refund of the other.")):
        assert searcher.wait_ready(workspace)
        result = searcher.search(Query("refund"), Filters(workspace))
        assert [hit.text for hit in result.hits] == [expected]
        passages = [hit.passage for hit in result.hits]
        assert set(searcher.sentence_vectors(passages)) == set(passages)


CHOICES = {"collections": ("col_a", "col_b"), "audiences": ("public", "agents"), "languages": ("en", "de")}
subset = {name: st.none() | st.frozensets(st.sampled_from(values)) for name, values in CHOICES.items()}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.fixed_dictionaries(subset), limit=st.integers(1, 30), word=st.sampled_from(["refund", "nowhere", "of the"]))
def test_any_filter_equals_filtering_by_hand(publish: Publish, searcher: Searcher, wanted: dict, limit: int, word: str) -> None:
    wanted["audiences"] = wanted["audiences"] if wanted["audiences"] is not None else frozenset({"public"})
    for number in range(24):
        kinds = {"collection": "col_" + "ab"[number % 2], "audience": ("public", "agents")[number // 2 % 2]}
        publish(f"article:{number}", [passage(f"A refund, case {number}.", language=("en", "de")[number // 4 % 2], **kinds)])
    assert searcher.wait_ready(WORKSPACE)
    hits = searcher.search(Query(word), Filters(WORKSPACE, **wanted), limit).hits
    allowed = [n for n in range(24) if wanted["collections"] is None or "col_" + "ab"[n % 2] in wanted["collections"]]
    allowed = [n for n in allowed if ("public", "agents")[n // 2 % 2] in wanted["audiences"]]
    allowed = [n for n in allowed if wanted["languages"] is None or ("en", "de")[n // 4 % 2] in wanted["languages"]]
    assert len(hits) == min(limit, len(allowed))
    assert {hit.source for hit in hits} <= {f"article:{number}" for number in allowed}
