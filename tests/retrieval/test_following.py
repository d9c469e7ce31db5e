"""What is published is found and what is removed is gone with the next search; nothing is embedded twice."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import OTHER_WORKSPACE, WORKSPACE
from retrieval_shop import Publish, passage
from sqlalchemy import func, select

from core.database import Database
from retrieval.embedder import Embedder, Vector
from retrieval.embeddings import VectorsGone, known_in, store_embeddings
from retrieval.hash_embedder import HashEmbedder
from retrieval.passages import prepare, remove, replace
from retrieval.search import Filters, Query, Searcher
from retrieval.tables import embedding, passage_sentence
from retrieval.tables import passage as passage_table

FILTERS = Filters(WORKSPACE)


class CountingEmbedder(HashEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        self.texts += texts
        return super().embed_texts(texts, question)


def sources(searcher: Searcher, question: str) -> list[str]:
    return [hit.source for hit in searcher.search(Query(question), FILTERS).hits]


def test_published_is_found_and_removed_is_gone(database: Database, publish: Publish, shop: None, searcher: Searcher) -> None:
    assert searcher.wait_ready(WORKSPACE)
    assert sources(searcher, "refund")[0] == "article:returns"
    publish("article:parrots", [passage("Parrots are sent by courier.", "Parrots")])
    assert sources(searcher, "do you send parrots?")[0] == "article:parrots"
    database.write_now(remove, WORKSPACE, "article:parrots")
    assert "article:parrots" not in sources(searcher, "do you send parrots?")
    publish("article:returns", [passage("Nothing can be sent back.", "Returns")])
    assert [hit.text for hit in searcher.search(Query("sent back"), FILTERS).hits if hit.source == "article:returns"] == [
        "Nothing can be sent back."
    ]


def test_a_searcher_follows_another_process(database: Database, embedder: Embedder, publish: Publish, shop: None, tmp_path: Path) -> None:
    one, other = (Searcher(database, embedder, tmp_path / name) for name in ("one", "other"))
    assert one.wait_ready(WORKSPACE)
    assert other.wait_ready(WORKSPACE)
    publish("article:parrots", [passage("Parrots are sent by courier.", "Parrots")])
    database.write_now(remove, WORKSPACE, "article:gifts")
    for searcher in (one, other):
        assert sources(searcher, "parrots")[0] == "article:parrots"
        assert "article:gifts" not in sources(searcher, "gift card")
        searcher.close()


def test_following_equals_starting_anew(database: Database, embedder: Embedder, publish: Publish, shop: None, tmp_path: Path) -> None:
    living = Searcher(database, embedder, tmp_path / "living")
    assert living.wait_ready(WORKSPACE)
    for number in range(12):
        publish(f"article:{number % 5}", [passage(f"Case {number} of a refund.", f"Case {number}")])
        if number % 3 == 0:
            database.write_now(remove, WORKSPACE, f"article:{number % 5}")
        sources(living, "refund case")
    fresh = Searcher(database, embedder, tmp_path / "fresh")
    assert fresh.wait_ready(WORKSPACE)
    for question in ("refund case", "boots size", "gift card"):
        a, b = (s.search(Query(question), FILTERS).hits for s in (living, fresh))
        assert [hit.passage for hit in a] == [hit.passage for hit in b]
        np.testing.assert_allclose([hit.cosine for hit in a], [hit.cosine for hit in b], atol=1e-6)
    living.close()
    fresh.close()


def test_the_same_again_embeds_and_changes_nothing(database: Database, shop: None) -> None:
    counting = CountingEmbedder()
    passages = [passage("One sentence. Another one.", "Title"), passage("One sentence. A third one.", "Title")]
    first = prepare(counting, known_in(database, WORKSPACE, counting), passages)
    database.write_now(replace, WORKSPACE, "article:x", first)
    assert sorted(counting.texts) == sorted({*counting.texts}), "a text that stands twice is embedded once"
    counting.texts.clear()
    second = prepare(counting, known_in(database, WORKSPACE, counting), passages)
    assert (counting.texts, second.embedded) == ([], 0)
    outcome = database.write_now(replace, WORKSPACE, "article:x", second)
    assert (outcome.added, outcome.removed) == (0, 0)


def test_an_edit_keeps_the_other_passages(database: Database, publish: Publish) -> None:
    publish("article:x", [passage("First."), passage("Second."), passage("Third.")])
    ids = {row.text: row.id for row in rows_of(database)}
    outcome = publish("article:x", [passage("New."), passage("First."), passage("Third.")])
    assert (outcome.added, outcome.removed) == (1, 1)
    after = rows_of(database)
    assert [row.text for row in after] == ["New.", "First.", "Third."]
    assert [row.id for row in after][1:] == [ids["First."], ids["Third."]]


def rows_of(database: Database) -> list:
    query = select(passage_table).where(passage_table.c.workspace == WORKSPACE).order_by(passage_table.c.ordinal)
    return database.read_now(lambda connection: connection.execute(query).all())


def test_a_killed_import_goes_on_where_it_stopped(database: Database) -> None:
    class Killed(Exception):
        pass

    counting = CountingEmbedder()
    passages = [passage(f"Passage number {number} is about a different thing.") for number in range(150)]
    known = known_in(database, WORKSPACE, counting)
    seen: list[tuple[int, int]] = []

    def store(vectors: dict[str, bytes]) -> None:
        database.write_now(store_embeddings, WORKSPACE, counting.model, vectors, background=True)

    def stop_at_second(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == 2:
            raise Killed

    with pytest.raises(Killed):
        prepare(counting, known, passages, store=store, progress=stop_at_second)
    assert seen == [(64, 150), (128, 150)]
    counting.texts.clear()
    prepared = prepare(counting, known, passages, store=store)
    assert len(counting.texts) == 22
    assert database.write_now(replace, WORKSPACE, "article:big", prepared).added == 150


def test_a_vector_goes_with_the_last_text_that_held_it(database: Database, publish: Publish, shop: None) -> None:
    before = count(database, embedding, WORKSPACE)
    publish("article:x", [passage("A sentence. And another.", "Title")])
    publish("article:x", [passage("A sentence. And another.", "Title")], workspace=OTHER_WORKSPACE)
    publish("article:y", [passage("A sentence. And its own.", "Title")])
    assert count(database, embedding, WORKSPACE) == before + 5
    publish("article:x", [passage("A sentence. And a new one.", "Title")])
    assert count(database, embedding, WORKSPACE) == before + 5
    database.write_now(remove, WORKSPACE, "article:x")
    assert count(database, embedding, WORKSPACE) == before + 3
    assert count(database, passage_sentence, WORKSPACE) == 11
    database.write_now(remove, WORKSPACE, "article:y")
    assert count(database, embedding, WORKSPACE) == before
    assert count(database, embedding, OTHER_WORKSPACE) == 3


def test_a_text_whose_vector_went_away_meanwhile_is_not_taken_in(database: Database, embedder: Embedder, publish: Publish) -> None:
    publish("article:x", [passage("A sentence. And another.", "Title")])
    prepared = prepare(embedder, known_in(database, WORKSPACE, embedder), [passage("A sentence. And its own.", "Title")])
    database.write_now(remove, WORKSPACE, "article:x")
    with pytest.raises(VectorsGone):
        database.write_now(replace, WORKSPACE, "article:y", prepared)
    assert count(database, embedding) == count(database, passage_sentence) == 0


def count(database: Database, table, workspace: str | None = None) -> int:
    query = select(func.count()).select_from(table)
    query = query.where(table.c.workspace == workspace) if workspace else query
    return database.read_now(lambda connection: connection.scalar(query))


def test_searches_go_on_while_articles_change(database: Database, publish: Publish, shop: None, searcher: Searcher) -> None:
    assert searcher.wait_ready(WORKSPACE)
    done = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not done.is_set():
            try:
                hits = searcher.search(Query("refund on my card"), FILTERS).hits
                if hits[0].source != "article:returns":
                    wrong.append(hits)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(30):
        publish(f"article:{number}", [passage(f"Parrot number {number}.")])
        if number > 3:
            database.write_now(remove, WORKSPACE, f"article:{number - 3}")
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
