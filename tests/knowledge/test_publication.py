"""Publishing takes time; what somebody else decides meanwhile stands."""

import threading
from collections.abc import Sequence

from sqlalchemy import func, select

from core.clock import now_ms
from knowledge.documents import Document
from knowledge.imports import import_document
from knowledge.publication import PublicationConflict, publish, unpublish
from knowledge.record import moment
from retrieval.embedder import Vector
from retrieval.hash_embedder import HashEmbedder
from retrieval.search import Filters, Query
from retrieval.tables import embedding
from tests.knowledge.conftest import Desk

LONG = "\n\n".join(f"## Part {number}\n\nThe parcel number {number} is grey." for number in range(12))


class SlowEmbedder(HashEmbedder):
    """Tells when it has begun and goes on when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def vectors(self, texts: Sequence[str]) -> Vector:
        self.begun.set()
        assert self.may_go_on.wait(20)
        return super().vectors(texts)


class Slowly:
    """A publication in a thread of its own; `meanwhile` ends when it has begun to embed, `end` gives what became of it."""

    def __init__(self, desk: Desk, article: str, number: int | None = None) -> None:
        self.embedder, self.error = SlowEmbedder(), None
        self.thread = threading.Thread(target=self._run, args=(desk, article, number))
        self.thread.start()
        assert self.embedder.begun.wait(20)

    def _run(self, desk: Desk, article: str, number: int | None) -> None:
        try:
            publish(desk.house.database, self.embedder, desk.scope, article, moment(now_ms()), number)
        except PublicationConflict as error:
            self.error = error

    def end(self) -> PublicationConflict | None:
        self.embedder.may_go_on.set()
        self.thread.join(30)
        return self.error


def revised(desk: Desk, article: str, markdown: str) -> None:
    base = desk.client().get(f"/v1/articles/{article}").json()["revision"]["number"]
    made = desk.client().post(f"/v1/articles/{article}/revisions", json={"title": "Parcels", "markdown": markdown, "base": base})
    assert made.status_code == 201


def test_an_unpublication_during_a_long_publication_stands(desk: Desk) -> None:
    article = desk.article(desk.collection(), "Parcels", "A parcel.")["id"]
    revised(desk, article, LONG)
    slowly = Slowly(desk, article)
    assert desk.client().delete(f"/v1/articles/{article}/publication").status_code == 204
    error = slowly.end()
    assert error is not None
    assert error.detail == "The article was unpublished while revision 2 was being prepared."
    assert desk.found("parcel") == []
    assert desk.client().get(f"/v1/articles/{article}").json()["status"] == "draft"


def test_an_unpublication_stops_even_the_first_publication(desk: Desk) -> None:
    article = desk.article(desk.collection(), "Parcels", LONG, publish=False)["id"]
    slowly = Slowly(desk, article)
    desk.client().delete(f"/v1/articles/{article}/publication")
    assert slowly.end() is not None
    assert desk.found("parcel") == []


def test_an_older_revision_does_not_replace_one_published_meanwhile(desk: Desk) -> None:
    article = desk.article(desk.collection(), "Parcels", LONG, publish=False)["id"]
    revised(desk, article, "Only letters.")
    slowly = Slowly(desk, article, 1)
    assert desk.client().post(f"/v1/articles/{article}/publication").json()["revision"] == 2
    error = slowly.end()
    assert error is not None
    assert "published as revision 2" in error.detail
    assert desk.found("letters") == ["Parcels"]
    assert desk.client().get(f"/v1/articles/{article}").json()["published"] == 2


def test_the_same_revision_twice_at_once_is_one_publication(desk: Desk) -> None:
    article = desk.article(desk.collection(), "Parcels", LONG, publish=False)["id"]
    slowly = Slowly(desk, article)
    assert desk.client().post(f"/v1/articles/{article}/publication").status_code == 200
    assert slowly.end() is None
    assert desk.found("parcel") != []


def test_over_http_the_loser_gets_a_conflict(desk: Desk) -> None:
    article = desk.article(desk.collection(), "Parcels", LONG, publish=False)["id"]
    desk.house.embedder = slow = SlowEmbedder()
    answers: list = []
    asking = threading.Thread(target=lambda: answers.append(desk.client().post(f"/v1/articles/{article}/publication")))
    asking.start()
    assert slow.begun.wait(20)
    desk.house.database.write_now(unpublish, desk.scope, article, moment(now_ms()))
    slow.may_go_on.set()
    asking.join(30)
    assert (answers[0].status_code, answers[0].json()["code"]) == (409, "publication_conflict")


def test_an_import_does_not_bring_back_what_was_unpublished_meanwhile(desk: Desk) -> None:
    collection = desk.collection()
    database, scope, slow = desk.house.database, desk.scope, SlowEmbedder()
    first = Document(source="parcels.md", title="Parcels", markdown="A parcel.")
    _, article = import_document(database, desk.house.embedder, scope, collection, first, publish=True)
    caught: list[Exception] = []

    def bring() -> None:
        try:
            import_document(database, slow, scope, collection, Document(source="parcels.md", title="Parcels", markdown=LONG), publish=True)
        except PublicationConflict as error:
            caught.append(error)

    importing = threading.Thread(target=bring)
    importing.start()
    assert slow.begun.wait(20)
    database.write_now(unpublish, scope, article, moment(now_ms()))
    slow.may_go_on.set()
    importing.join(30)
    assert len(caught) == 1
    assert desk.found("parcel") == []


def vectors(desk: Desk) -> int:
    return desk.house.database.read_now(lambda connection: connection.scalar(select(func.count()).select_from(embedding)))


def test_old_vectors_go_with_the_article(desk: Desk) -> None:
    article = desk.article(desk.collection(), "Parcels", LONG)["id"]
    assert vectors(desk) == 24
    revised(desk, article, "Only letters.")
    desk.client().post(f"/v1/articles/{article}/publication")
    assert vectors(desk) == 2
    desk.client().delete(f"/v1/articles/{article}/publication")
    assert vectors(desk) == 0


def test_a_sentence_that_lost_its_vector_with_another_article_is_embedded_again(desk: Desk) -> None:
    collection = desk.collection()
    other = desk.article(collection, "Other", "Parcels are grey. So are letters.")["id"]
    article = desk.article(collection, "Parcels", "Parcels are grey. They are heavy.", publish=False)["id"]
    slowly = Slowly(desk, article)
    desk.client().delete(f"/v1/articles/{other}/publication")
    assert slowly.end() is None
    searcher = desk.house.searcher
    [hit] = searcher.search(Query("grey"), Filters(desk.scope.workspace)).hits
    spans, rows = searcher.sentence_vectors([hit.passage])[hit.passage]
    assert len(spans) == len(rows) == 2
