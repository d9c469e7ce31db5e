"""Any message becomes a test: `warmline evals freeze` and `replay`. A case replays without the server, its database and its model."""

import copy
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from bot_endpoint import FakeEndpoint
from bot_stage import article
from live import ROOT, Customer, Server

SHOP = ROOT / "demo" / "shop" / "articles"
SAID = "You can send anything back within 30 days"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Customer]]:
    folder = tmp_path_factory.mktemp("frozen")
    server = Server(folder / "data")
    inbox = server.init()
    # All in one collection, the one that the inbox reads.
    (folder / "articles").mkdir()
    for file in SHOP.glob("*.md"):
        title, _, body = article(file.stem)
        (folder / "articles" / file.name).write_text(f"# {title}\n\n{body}")
    server.run("import", str(folder / "articles"))
    server.start()
    yield server, Customer(server, inbox)
    server.stop()


@pytest.fixture(scope="module")
def talk(shop: tuple[Server, Customer]) -> dict[str, dict]:
    """Each answer by its question; the second one follows on the first."""
    _, customer = shop
    conversation, answers = customer.open(), {}
    for text in (
        "How long do I have to return something?",
        "Do gift cards expire?",
        "this is outrageous, I want to talk to a person now!",
    ):
        asked = customer.says(conversation, text)
        kind = "handoff.requested" if "person" in text else "message.added"
        answers[text] = customer.until(conversation, kind, after=asked["seq"], author="bot")
    return {**answers, "asked": asked, "conversation": {"id": conversation}}


@pytest.fixture(scope="module")
def case(shop: tuple[Server, Customer], talk: dict[str, dict], tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Of the follow-up question."""
    out = tmp_path_factory.mktemp("case") / "case.json"
    shop[0].run("evals", "freeze", talk["Do gift cards expire?"]["id"], "--out", str(out))
    return json.loads(out.read_text())


def replayed(case: dict, folder: Path, *options: str, **settings: str):
    file = folder / "case.json"
    file.write_text(json.dumps(case))
    # A folder that was never set up, and an embedder that could not embed anything alike.
    return Server(folder / "nowhere", embedder="hash", **settings).run("evals", "replay", str(file), *options, check=False)


def test_it_replays_where_there_is_nothing_but_the_case(case: dict, talk: dict[str, dict], tmp_path: Path) -> None:
    posted = talk["Do gift cards expire?"]
    assert case["as_posted"]
    message = case["expected"]["outcome"]["message"]
    assert message["text"] == posted["text"]
    assert [one["quote"] for one in message["citations"]] == [one["quote"] for one in posted["citations"]]
    done = replayed(case, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 cases: 1 the same, 0 differ" in done.stdout
    assert not (tmp_path / "nowhere").exists()


def test_the_search_is_that_of_the_whole_base(case: dict, shop: tuple[Server, Customer]) -> None:
    """Not of the slice: word weights depend on all passages, and the slice holds fewer."""
    with sqlite3.connect(f"file:{shop[0].data / 'warmline.db'}?mode=ro", uri=True) as connection:
        whole = connection.execute("SELECT count(*) FROM passage").fetchone()[0]
    assert 50 <= len(case["rows"]["passage"]) < whole


def break_text(case: dict) -> None:
    cited = case["expected"]["outcome"]["message"]["citations"][0]["passage"]
    row = next(row for row in case["rows"]["passage"] if row["id"] == cited)
    row["text"] = row["text"].replace("return", "reTurn") + " "


def break_unused_text(case: dict) -> None:
    used = {hit["passage"] for hit in case["expected"]["searches"][0]}
    row = next(row for row in case["rows"]["passage"] if row["id"] not in used)
    row["text"] += "!"


def break_vector(case: dict) -> None:
    top = case["expected"]["searches"][0][0]["passage"]
    sha = next(row["sha"] for row in case["rows"]["passage"] if row["id"] == top)
    rows = {row["sha"]: row for row in case["rows"]["embedding"]}
    rows[sha]["vector"] = next(row["vector"] for name, row in rows.items() if name != sha)


def break_score(case: dict) -> None:
    case["expected"]["searches"][0][0]["score"] += 2e-6


def break_confidence(case: dict) -> None:
    case["expected"]["outcome"]["decision"]["confidence"] += 0.001


def break_words(case: dict) -> None:
    call = next(name for name in case["tape"]["lexical"] if name.startswith('["search"'))
    case["tape"]["lexical"][call] = case["tape"]["lexical"][call][1:]


def break_question(case: dict) -> None:
    asked = [one for one in case["turn"]["events"] if one["author"]["kind"] == "customer"]
    asked[-1]["body"]["text"] = "And what about rain boots?"


SPOILS = {
    break_text: "was altered",
    break_unused_text: "was altered",
    break_vector: "searches[0]",
    break_score: "searches[0][0].score",
    break_confidence: "outcome.decision.confidence",
    break_words: "searches[0]",
    break_question: "asked for what was not recorded",
}


def test_a_case_that_was_changed_fails(case: dict, tmp_path: Path) -> None:
    for spoil in SPOILS:
        spoiled = copy.deepcopy(case)
        spoil(spoiled)
        (tmp_path / f"{spoil.__name__}.json").write_text(json.dumps(spoiled))
    done = replayed(case, tmp_path, *(str(tmp_path / f"{spoil.__name__}.json") for spoil in SPOILS))
    assert done.returncode == 1
    assert f"{1 + len(SPOILS)} cases: 1 the same, {len(SPOILS)} differ" in done.stdout
    told = dict(part.split("\n", 1) for part in done.stdout.split("DIFFERS  ")[1:])
    for spoil, said in SPOILS.items():
        assert said in told[str(tmp_path / f"{spoil.__name__}.json")], spoil.__name__


def test_a_new_result_may_be_accepted_but_not_one_of_a_case_that_is_broken(case: dict, tmp_path: Path) -> None:
    changed = copy.deepcopy(case)
    break_confidence(changed)
    assert "1 accepted" in replayed(changed, tmp_path, "--accept").stdout
    again = json.loads((tmp_path / "case.json").read_text())
    assert again["expected"] == case["expected"]
    for spoil in (break_text, break_question):
        altered = copy.deepcopy(case)
        spoil(altered)
        done = replayed(altered, tmp_path, "--accept")
        assert done.returncode == 2
        assert "cannot be accepted" in done.stderr


def test_a_handoff_by_what_the_customer_wrote(shop: tuple[Server, Customer], talk: dict[str, dict], tmp_path: Path) -> None:
    out = tmp_path / "case.json"
    shop[0].run("evals", "freeze", talk["asked"]["id"], "--out", str(out))
    case = json.loads(out.read_text())
    assert case["expected"]["outcome"]["reason"] == "asked_for_human"
    assert case["expected"]["outcome"]["message"] is None
    assert replayed(case, tmp_path).returncode == 0


def test_a_second_look_is_played_again_and_so_is_one_that_took_too_long(
    shop: tuple[Server, Customer], talk: dict[str, dict], tmp_path: Path
) -> None:
    for budget_ms, came in (("5000", "reranked"), ("0", "over_budget")):
        out = tmp_path / f"{came}.json"
        looking = Server(shop[0].data, reranker="maxsim", reranker_budget_ms=budget_ms)
        looking.run("evals", "freeze", talk["Do gift cards expire?"]["id"], "--out", str(out))
        case = json.loads(out.read_text())
        assert case["expected"]["outcome"]["decision"]["second_look"] == came
        assert replayed(case, tmp_path).returncode == 0
        case["tape"]["looks"] = {}
        assert "asked for what was not recorded: a second look" in replayed(case, tmp_path).stdout


def test_cases_are_kept_replayed_and_erased_with_their_contact(
    shop: tuple[Server, Customer], talk: dict[str, dict], tmp_path: Path
) -> None:
    server, customer = shop
    conversation = customer.open()
    # Misspelt: the passages that mend it belong to the case too.
    asked = customer.says(conversation, "Do giftt cards expire?")
    answer = customer.until(conversation, "message.added", after=asked["seq"], author="bot")
    assert "Kept as frz_" in server.run("evals", "freeze", answer["id"]).stdout
    assert "1 cases: 1 the same" in server.run("evals", "replay", "--all").stdout
    server.run("erase", conversation, "--yes")
    assert "0 cases" in server.run("evals", "replay", "--all").stdout
    done = server.run("evals", "freeze", answer["id"], check=False)
    assert done.returncode == 2
    assert "was erased" in done.stderr


def test_what_cannot_be_frozen_or_replayed_is_said(shop: tuple[Server, Customer], tmp_path: Path) -> None:
    server, _ = shop
    assert "there is no message msg_x" in server.run("evals", "freeze", "msg_x", check=False).stderr
    (tmp_path / "case.json").write_text('{"format": 1}')
    for words, said in (
        ((str(tmp_path / "case.json"),), "no whole case"),
        ((), "or --all"),
        ((str(SHOP / "warranty.md"),), "warranty.md"),
    ):
        done = server.run("evals", "replay", *words, check=False)
        assert done.returncode == 2
        assert said in done.stderr


async def test_what_a_model_said_is_played_again(tmp_path: Path) -> None:
    import asyncio

    said = "Within 30 days of delivery you can return anything for a refund. [1] The moon is made of cheese. [1]"
    async with FakeEndpoint(reply=lambda messages: said, keep_alive=True).serving() as endpoint:
        server = Server(tmp_path / "data", llm_base_url=endpoint.base_url, llm_model="fake-model")
        answer = await asyncio.to_thread(_asked_of_a_model, server, tmp_path)
        calls = endpoint.calls
        await asyncio.to_thread(server.run, "evals", "freeze", answer["id"], "--out", str(tmp_path / "case.json"))
        assert endpoint.calls == calls, "it is not asked again"
    case = json.loads((tmp_path / "case.json").read_text())
    assert case["turn"]["model"]["said"] == [{"text": said, "failure": None}]
    assert case["as_posted"]
    assert case["expected"]["outcome"]["message"]["text"] == answer["text"]
    shutil.rmtree(tmp_path / "data")
    assert replayed(case, tmp_path).returncode == 0
    case["turn"]["model"]["said"][0]["text"] = "Returns are accepted within 90 days. [1]"
    assert replayed(case, tmp_path).returncode == 1


async def test_what_a_model_made_of_a_follow_up_is_played_again(tmp_path: Path) -> None:
    import asyncio

    whole = "Within how many days can I return a lamp?"
    said = {True: whole, False: "Within 30 days of delivery you can return anything for a refund. [1]"}
    async with FakeEndpoint(lambda messages: said["Reword" in messages[0]["content"]], keep_alive=True).serving() as endpoint:
        server = Server(tmp_path / "data", llm_base_url=endpoint.base_url, llm_model="fake-model")
        answer = await asyncio.to_thread(_asked_of_a_model, server, tmp_path, "And how many days for it, the lamp?")
        assert whole not in json.dumps(answer), "no customer reads it"
        calls = endpoint.calls
        await asyncio.to_thread(server.run, "evals", "freeze", answer["id"], "--out", str(tmp_path / "case.json"))
        assert endpoint.calls == calls, "it is not asked again"
    shutil.rmtree(tmp_path / "data")
    case = json.loads((tmp_path / "case.json").read_text())
    assert case["expected"]["outcome"]["decision"]["rewrite"] == {"text": whole, "failure": None}
    assert replayed(case, tmp_path).returncode == 0
    of_before = json.loads(json.dumps(case))
    del of_before["turn"]["model"]["rewrites"], of_before["turn"]["model"]["said"][0]
    changed = replayed(of_before, tmp_path)
    assert "decision.answerer" not in changed.stdout + changed.stderr, "what it said of an answer is not taken for a question"
    case["turn"]["model"]["said"][0]["text"] = "Within how many days of delivery can I return a lamp?"
    assert replayed(case, tmp_path).returncode == 1


def _asked_of_a_model(server: Server, folder: Path, *then: str) -> dict:
    inbox = server.init()
    article = folder / "returns.md"
    article.write_text("# Returns\n\nYou can return anything within 30 days of delivery for a full refund.\n")
    server.run("import", str(article))
    server.start()
    try:
        customer = Customer(server, inbox)
        conversation = customer.open()
        for line in ("Within how many days can I return something?", *then):
            asked = customer.says(conversation, line)
            answer = customer.until(conversation, "message.added", after=asked["seq"], author="bot")
        return answer
    finally:
        server.stop()
