"""A reviewer's day over HTTP: a data set with and without mistakes, a run over the live articles as a durable job, and who may not."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import Person, Server

ASKED = """question,article,answerable,id
How long do I have to send something back?,returns,yes,q1
What does shipping to Norway cost?,Shipping,yes,q2
Who won the world cup in 1954?,,no,q3
"""
ARTICLES = {
    "returns.md": "# Returns\n\nYou have 30 days to send something back for a full refund.\n",
    "shipping.md": "# Shipping\n\nShipping to Norway costs 12 euros and takes five days.\n",
}


@pytest.fixture(scope="module")
def reviewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    folder = tmp_path_factory.mktemp("live")
    server = Server(folder / "data")
    server.init()
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text)
    server.run("import", str(folder / "articles"))
    yield Person(server.start()).colleague("Rita", "reviewer")
    server.stop()


def given(person: Person, **changes: str) -> dict:
    body = {"name": "Asked", "file": "asked.csv", "kind": "questions", "content": ASKED, **changes}
    return person.ok(person.http.post("/v1/data-sets", json=body))


def ran(person: Person, suite: str, data_set: str, name: str) -> dict:
    """Waits until it is over."""
    run = person.ok(person.http.post("/v1/evaluations", json={"suite": suite, "data_set": data_set, "name": name}))
    for _ in range(600):
        found = person.ok(person.http.get(f"/v1/evaluations/{run['id']}"))
        if found["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def test_a_run_answers_from_what_is_live_and_says_what_it_was_made_with(reviewer: Person) -> None:
    run = ran(reviewer, "answers", given(reviewer)["id"], "First")
    assert (run["state"], run["done"], run["total"], run["changed_meanwhile"]) == ("done", 3, 3, False), run
    figures = {one["name"]: one for one in run["figures"]}
    assert figures["cites a relevant article"]["value"] == 1.0
    assert run["knowledge"]["articles"] == 2
    assert len(run["made_with"]["settings_sha256"]) == 64
    lines = reviewer.ok(reviewer.http.get(f"/v1/evaluations/{run['id']}/lines"))["lines"]
    assert [line["verdict"] for line in lines] == ["right", "right", "withheld"]
    whole = reviewer.ok(reviewer.http.get(f"/v1/evaluations/{run['id']}/lines/1"))
    assert whole["trace"]["passages"][0]["title"] == "Returns"
    assert {"cosine", "lexical", "score"} <= whole["trace"]["passages"][0].keys()
    assert whole["trace"]["signals"]
    by_threshold = {point["threshold"]: point for point in run["curve"]}
    assert by_threshold[0.0]["answered"] == 1.0
    assert by_threshold[0.0]["wrong"] == pytest.approx(1 / 3)
    assert by_threshold[0.99]["answered"] < 1.0


def test_two_runs_differ_by_the_article_that_changed_between_them(reviewer: Person) -> None:
    asked = given(reviewer)["id"]
    before = ran(reviewer, "retrieval", asked, "Before")
    admin = Person(reviewer.server)
    articles = admin.ok(admin.http.get("/v1/articles"))["articles"]
    shipping = next(one["id"] for one in articles if one["title"] == "Shipping")
    admin.ok(admin.http.delete(f"/v1/articles/{shipping}/publication"))
    try:
        after = ran(reviewer, "retrieval", asked, "After")
    finally:
        admin.ok(admin.http.post(f"/v1/articles/{shipping}/publication", json={}))
    found = reviewer.ok(reviewer.http.get(f"/v1/evaluations/{after['id']}/comparison?baseline={before['id']}"))
    assert found["same_items"]
    hit = next(one for one in found["figures"] if one["name"] == "hit@1")
    assert (hit["before"], hit["after"], hit["difference"], hit["paired"]) == (1.0, 0.5, -0.5, True)
    assert f"knowledge.revisions.{shipping}" in {one["name"] for one in found["made_with"]}
    assert "q2" in {one["item"] for one in found["lines"]}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"content": "question,article\nHow?,returns\n,returns\nHow?,nowhere\n"},
            ["line 3: question is missing", "line 4: no published article"],
        ),
        ({"content": "question,answerable\nHow?,perhaps\n"}, ["answerable is yes or no, not 'perhaps'"]),
        ({"file": "a.jsonl", "content": '{"text": "ok"}\n{broken\n[1]\n'}, ["line 2:", "line 3: an object is expected"]),
        ({"content": "id,question\nx,How?\nx,Why?\n"}, ["the id x is there twice"]),
        ({"content": "question\n"}, ["holds no items"]),
        ({"file": "a.jsonl", "kind": "items", "content": '{"label": "x"}\n'}, ["line 1: text is missing"]),
    ],
)
def test_each_wrong_line_of_a_data_set_is_named_and_nothing_is_kept(reviewer: Person, changes: dict, said: list[str]) -> None:
    before = len(reviewer.ok(reviewer.http.get("/v1/data-sets"))["data_sets"])
    refused = reviewer.http.post("/v1/data-sets", json={"name": "Bad", "file": "asked.csv", "content": ASKED, **changes})
    assert refused.status_code == 422, refused.text
    assert all(one in refused.json()["detail"] for one in said), refused.json()["detail"]
    assert len(reviewer.ok(reviewer.http.get("/v1/data-sets"))["data_sets"]) == before


def test_what_fails_says_why_and_what_is_over_cannot_be_cancelled(reviewer: Person) -> None:
    items = given(reviewer, file="a.jsonl", kind="items", content='{"text": 7, "label": "x"}\n')
    run = ran(reviewer, "mood", items["id"], "Broken")
    assert run["state"] == "failed"
    assert "text is missing" in run["error"]
    assert run["figures"] == []
    assert reviewer.http.put(f"/v1/evaluations/{run['id']}/cancellation", json={}).status_code == 409
    refused = reviewer.http.post("/v1/evaluations", json={"suite": "answers", "data_set": items["id"], "name": "x"})
    assert (refused.status_code, "runs over questions" in refused.text) == (422, True)
    # It would have nothing to learn from.
    offered = [one["name"] for one in reviewer.ok(reviewer.http.get("/v1/suites"))["suites"]]
    refused = reviewer.http.post("/v1/evaluations", json={"suite": "routing", "data_set": items["id"], "name": "x"})
    assert ("routing" in offered, refused.status_code) == (False, 422)


def test_a_run_is_cancelled_before_its_next_question(reviewer: Person, tmp_path: Path) -> None:
    many = given(reviewer, content="question\n" + "".join(f"How long do I have to send thing {n} back?\n" for n in range(800)))
    run = reviewer.ok(reviewer.http.post("/v1/evaluations", json={"suite": "answers", "data_set": many["id"], "name": "Long"}))
    reviewer.ok(reviewer.http.put(f"/v1/evaluations/{run['id']}/cancellation", json={}))
    found = reviewer.ok(reviewer.http.get(f"/v1/evaluations/{run['id']}"))
    assert found["state"] == "cancelled"
    assert found["figures"] == []
    assert found["done"] < 800


def test_an_agent_sees_nothing_of_it(reviewer: Person) -> None:
    agent = Person(reviewer.server).colleague("Ann")
    for path in ("/v1/suites", "/v1/data-sets", "/v1/evaluations", "/v1/frozen-cases"):
        assert agent.http.get(path).status_code == 403


def test_a_data_set_is_imported_from_the_command_line(reviewer: Person, tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text(ASKED)
    assert "Imported 3 questions as asked.csv" in reviewer.server.run("evals", "import", str(file)).stdout
    assert reviewer.ok(reviewer.http.get("/v1/data-sets"))["data_sets"][0]["name"] == "asked.csv"
    file.write_text(ASKED + "Where?,nowhere,,\n")
    done = reviewer.server.run("evals", "import", str(file), check=False)
    assert done.returncode == 2
    assert "line 5: no published article has the id, address or title 'nowhere'" in done.stderr
