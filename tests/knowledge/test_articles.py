"""Articles through the door that editors use, and what customers get of them."""

import pytest

from tests.knowledge.conftest import Desk

POLICY = "You can send anything back within 30 days.\n\n## How\n\n1. Print the label\n2. Post the parcel"


def test_a_draft_is_seen_by_editors_only_until_it_is_published(desk: Desk) -> None:
    made = desk.article(desk.collection(), "Return policy", POLICY, publish=False)
    assert made["status"] == "draft"
    assert made["slug"] == "return-policy"
    assert desk.anybody().get("/help/return-policy").status_code == 404
    assert desk.found("send back") == []

    answer = desk.client().post(f"/v1/articles/{made['id']}/publication").json()
    assert answer["revision"] == 1
    assert answer["passages"] == 1
    assert desk.found("send back") == ["Return policy"]
    page = desk.anybody().get("/help/return-policy")
    assert page.status_code == 200
    assert "within 30 days" in page.text
    assert desk.client().get(f"/v1/articles/{made['id']}").json()["status"] == "live"


def test_unpublished_is_gone_at_once_and_leaves_no_trace(desk: Desk) -> None:
    made = desk.article(desk.collection(), "Return policy", POLICY)
    assert desk.client().delete(f"/v1/articles/{made['id']}/publication").status_code == 204
    assert desk.found("send back") == []
    gone, never = desk.anybody().get("/help/return-policy"), desk.anybody().get("/help/never-was")
    assert gone.status_code == never.status_code == 404
    assert gone.content == never.content


def test_a_new_revision_waits_for_its_publication(desk: Desk) -> None:
    made = desk.article(desk.collection(), "Return policy", POLICY)
    ed = desk.client()
    path = f"/v1/articles/{made['id']}"
    changed = ed.post(f"{path}/revisions", json={"title": "Returns", "markdown": "Within 60 days only.", "base": 1})
    assert changed.json()["number"] == 2
    assert ed.get(path).json()["status"] == "changed"
    assert "30 days" in desk.anybody().get("/help/return-policy").text
    ed.post(f"{path}/publication")
    assert "60 days" in desk.anybody().get("/help/return-policy").text
    assert desk.found("days") == ["Returns"]

    ed.post(f"{path}/publication", json={"revision": 1})
    assert "30 days" in desk.anybody().get("/help/return-policy").text
    assert ed.get(path).json()["published"] == 1


def test_two_editors_at_once_lose_nothing(desk: Desk) -> None:
    made = desk.article(desk.collection(), "Return policy", POLICY, publish=False)
    path = f"/v1/articles/{made['id']}/revisions"
    first = desk.client().post(path, json={"title": "Return policy", "markdown": "First.", "base": 1})
    second = desk.client().post(path, json={"title": "Return policy", "markdown": "Second.", "base": 1})
    assert first.status_code == 201
    assert second.status_code == 409
    assert second.json()["code"] == "edit_conflict"
    assert second.json()["theirs"]["markdown"] == "First."
    assert second.json()["theirs"]["number"] == 2


def test_restoring_appends_the_old_revision(desk: Desk) -> None:
    made = desk.article(desk.collection(), "Return policy", POLICY, publish=False)
    ed, path = desk.client(), f"/v1/articles/{made['id']}"
    ed.post(f"{path}/revisions", json={"title": "Oops", "markdown": "Wrong.", "base": 1})
    restored = ed.post(f"{path}/revisions", json={"restore": 1})
    assert restored.json()["number"] == 3
    assert restored.json()["markdown"] == POLICY
    shown = ed.get(f"{path}/revisions").json()["revisions"]
    assert [(one["number"], one["title"], one["published"]) for one in shown] == [
        (3, "Return policy", False),
        (2, "Oops", False),
        (1, "Return policy", False),
    ]
    assert shown[0]["author"]["name"] == "Ed"


def test_internal_articles_are_for_agents_only(desk: Desk) -> None:
    desk.article(desk.collection(), "Goodwill", "Give up to 20 euros.", audience="agents")
    assert desk.anybody().get("/help/goodwill").status_code == 404
    assert desk.found("euros") == []
    assert desk.found("euros", "public", "agents") == ["Goodwill"]


def test_making_a_public_article_internal_takes_it_from_customers(desk: Desk) -> None:
    made = desk.article(desk.collection(), "Goodwill", "Give up to 20 euros.")
    ed, path = desk.client(), f"/v1/articles/{made['id']}"
    ed.post(f"{path}/revisions", json={"title": "Goodwill", "markdown": "Give up to 20 euros.", "base": 1, "audience": "agents"})
    ed.post(f"{path}/publication")
    assert desk.anybody().get("/help/goodwill").status_code == 404
    assert desk.found("euros") == []


def test_archived_articles_leave_every_list_and_free_their_address(desk: Desk) -> None:
    collection = desk.collection()
    made = desk.article(collection, "Return policy", POLICY)
    assert desk.client().delete(f"/v1/articles/{made['id']}").status_code == 204
    assert desk.client().get(f"/v1/articles/{made['id']}").status_code == 404
    assert desk.client().get("/v1/articles").json()["articles"] == []
    assert desk.found("send back") == []
    assert desk.article(collection, "Return policy", POLICY)["slug"] == "return-policy"


def test_other_workspaces_and_other_roles(desk: Desk) -> None:
    made = desk.article(desk.collection(), "Return policy", POLICY)
    path = f"/v1/articles/{made['id']}"
    for method, end in (("GET", ""), ("DELETE", ""), ("GET", "/revisions"), ("POST", "/publication"), ("DELETE", "/publication")):
        assert desk.client("Olga").request(method, path + end).status_code == 404
    assert desk.client("Olga").post(f"{path}/revisions", json={"restore": 1}).status_code == 404
    assert desk.client("Olga").get("/v1/articles").json()["articles"] == []
    assert desk.client("Lea").get(path).status_code == 200
    assert desk.client("Lea").delete(path).status_code == 403
    assert desk.anybody().get(path).status_code == 401


def test_lists_page_and_filter(desk: Desk) -> None:
    one, other = desk.collection("One"), desk.collection("Other")
    for number in range(7):
        desk.article(one if number % 2 else other, f"Article 10% {number}", "Text.", publish=number < 3)
    ed = desk.client()
    seen: list[str] = []
    before = ""
    while True:
        page = ed.get("/v1/articles", params={"limit": 3, **({"before": before} if before else {})}).json()
        seen += [row["title"] for row in page["articles"]]
        before = page["next"]
        if not before:
            break
    assert len(seen) == len(set(seen)) == 7
    assert len(ed.get("/v1/articles", params={"status": "live"}).json()["articles"]) == 3
    assert len(ed.get("/v1/articles", params={"collection": one}).json()["articles"]) == 3
    assert [row["title"] for row in ed.get("/v1/articles", params={"q": "10% 5"}).json()["articles"]] == ["Article 10% 5"]
    assert ed.get("/v1/articles", params={"before": "x"}).status_code == 422
    assert {row["name"]: row["articles"] for row in ed.get("/v1/collections").json()["collections"]} == {"One": 3, "Other": 4}


def test_a_repeated_request_changes_nothing(desk: Desk) -> None:
    body = {"collection": desk.collection(), "title": "Twice", "markdown": "Text."}
    ed = desk.client()
    first, again = (ed.post("/v1/articles", json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.json() == again.json()
    assert len(ed.get("/v1/articles").json()["articles"]) == 1
    publication = f"/v1/articles/{first.json()['id']}/publication"
    answers = [ed.post(publication, headers={"Idempotency-Key": "k2"}).json() for _ in range(2)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " "}, "invalid"),
        ({"markdown": "x" * 500_001}, "invalid"),
        ({"markdown": ">" * 300 + "x"}, "invalid"),
        ({"slug": "No Spaces"}, "invalid"),
        ({"slug": "../etc"}, "invalid"),
        ({"language": "klingonisch!"}, "invalid"),
        ({"original": "javascript:alert(1)"}, "invalid"),
        ({"original": "https://a:b@x.test/"}, "invalid"),
        ({"collection": "nope"}, "not_found"),
        ({"slug": "taken"}, "slug_taken"),
    ],
)
def test_bad_input_says_what_is_wrong(desk: Desk, fields: dict[str, str], code: str) -> None:
    collection = desk.collection()
    desk.article(collection, "Taken", "Text.", publish=False)
    answer = desk.client().post("/v1/articles", json={"collection": collection, "title": "T", "markdown": "Text.", **fields})
    assert answer.json()["code"] == code
    assert len(desk.client().get("/v1/articles").json()["articles"]) == 1


def test_an_article_without_text_is_not_published(desk: Desk) -> None:
    made = desk.article(desk.collection(), "Empty", "# Empty\n\n[//]: # (nothing)", publish=False)
    answer = desk.client().post(f"/v1/articles/{made['id']}/publication")
    assert answer.json()["code"] == "nothing_to_publish"


def test_the_same_title_gets_the_next_address(desk: Desk) -> None:
    collection = desk.collection()
    slugs = [desk.article(collection, title, "Text.", publish=False)["slug"] for title in ("Größe & Maß", "Grosse Mass", "返品", "!!!")]
    assert slugs[:3] == ["grosse-mass", "grosse-mass-2", "返品"]
    assert slugs[3].startswith("art-")


def test_the_preview_is_what_the_page_shows(desk: Desk) -> None:
    html = desk.client().post("/v1/preview", json={"markdown": "**a** <script>alert(1)</script> ![b](https://x.test/y.png)"}).json()["html"]
    assert html == "<p><strong>a</strong> &lt;script&gt;alert(1)&lt;/script&gt; b</p>\n"
