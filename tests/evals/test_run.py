"""`warmline evals run` over files of the documented form, gzipped or not, with its lines and its table."""

import asyncio
import gzip
import json
import re
from pathlib import Path

import pytest
from bot_endpoint import FakeEndpoint
from live import Server

from evals.measures import auroc, mean_with_interval, token_f1

CORPUS = [
    {"id": "returns", "title": "Returns", "text": "You can return anything within 30 days of delivery for a full refund."},
    {"id": "shipping", "title": "Shipping", "text": "Shipping to Norway costs 12 euros and takes 5 to 8 days."},
    {"id": "payment", "title": "Payment", "text": "We take credit cards, PayPal and bank transfer."},
]
QUERIES = [
    {
        "id": "q1",
        "text": "Within how many days can I return something?",
        "relevant_ids": ["returns"],
        "answer": "Within 30 days.",
        "answerable": True,
    },
    {
        "id": "q2",
        "text": "How much is it to Norway?",
        "history": [{"role": "user", "text": "What does shipping cost?"}],
        "relevant_ids": ["shipping"],
    },
    {"id": "q3", "text": "Who won the world cup?", "answerable": False},
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    corpus, queries = tmp_path / "corpus.jsonl.gz", tmp_path / "queries.jsonl"
    with gzip.open(corpus, "wt") as out:
        out.writelines(json.dumps(row) + "\n" for row in CORPUS)
    queries.write_text("".join(json.dumps(row) + "\n" for row in QUERIES))
    return corpus, queries


def run(tmp_path: Path, files: tuple[Path, Path], suite: str, check: bool = True, **settings: str):
    out = tmp_path / f"{suite}.jsonl"
    server = Server(tmp_path / "data", **settings)
    done = server.run("evals", "run", suite, "--corpus", str(files[0]), "--queries", str(files[1]), "--out", str(out), check=check)
    assert not (server.data / "warmline.db").exists(), "an evaluation touches no live data"
    return done, [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []


def test_retrieval(tmp_path: Path, files: tuple[Path, Path]) -> None:
    done, rows = run(tmp_path, files, "retrieval")
    assert [row["id"] for row in rows] == ["q1", "q2", "q3"]
    assert [row["ranked"][0]["id"] for row in rows[:2]] == ["returns", "shipping"]
    assert all({"id", "score"} == set(one) for one in rows[0]["ranked"])
    assert "nDCG@10" in done.stdout
    assert "n=2" in done.stdout


def test_answers(tmp_path: Path, files: tuple[Path, Path]) -> None:
    done, rows = run(tmp_path, files, "answers")
    assert set(rows[0]) == {"id", "action", "text", "citations", "confidence", "sentiment", "timings"}
    assert rows[0]["action"] == "answer"
    assert rows[0]["citations"] == ["returns"]
    assert rows[2]["action"] == "no_answer"
    assert rows[0]["confidence"] > rows[2]["confidence"]
    assert "token F1" in done.stdout


async def test_a_model_server_that_keeps_its_connections_words_every_answer(tmp_path: Path, files: tuple[Path, Path]) -> None:
    # In another order than the article has it: quoted, it would be a fallback.
    said = "Within 30 days of delivery you can return anything for a full refund."
    asked = [{"id": f"q{n}", "text": f"Within how many days can I return {what}?"} for n, what in enumerate(("a bag", "boots", "a hat"))]
    files[1].write_text("".join(json.dumps(row) + "\n" for row in asked))
    async with FakeEndpoint(reply=lambda messages: f"{said} [1]", keep_alive=True).serving() as endpoint:
        model = {"llm_base_url": endpoint.base_url, "llm_model": "fake-model"}
        _, rows = await asyncio.to_thread(run, tmp_path, files, "answers", **model)
        assert endpoint.calls == 3
    assert [row["text"] for row in rows] == [f"{said} [1]"] * 3


def test_bad_input_is_named_with_its_line(tmp_path: Path, files: tuple[Path, Path]) -> None:
    files[1].write_text('{"id": "q1", "text": "ok"}\n{broken\n')
    done, _ = run(tmp_path, files, "retrieval", check=False)
    assert done.returncode == 2
    assert "queries.jsonl, line 2" in done.stderr
    assert run(tmp_path, files, "spelling", check=False)[0].returncode == 2


def test_measures() -> None:
    assert token_f1("Within 30 days.", "within 30 days of delivery") == pytest.approx(2 * 3 / 8)
    assert auroc([0.9, 0.4, 0.4], [True, True, False]) == 0.75
    figure = mean_with_interval("x", [0.0, 1.0] * 50)
    assert figure.low < figure.value < figure.high


def test_labelled_lines_are_judged_one_by_one(tmp_path: Path) -> None:
    items, out = tmp_path / "items.jsonl", tmp_path / "mood.jsonl"
    said = [("a", "This is outrageous, you thieves!", "negative"), ("b", "Where is my order?", "neutral"), ("c", "Thanks!", "positive")]
    items.write_text("".join(json.dumps({"id": name, "text": text, "label": label}) + "\n" for name, text, label in said))
    server = Server(tmp_path / "data")
    done = server.run("evals", "run", "mood", "--items", str(items), "--out", str(out))
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [set(row) for row in rows] == [{"id", "sentiment", "anger", "timings"}] * 3
    assert rows[0]["sentiment"] < rows[1]["sentiment"] < rows[2]["sentiment"]
    assert "AUROC negative" in done.stdout


@pytest.mark.parametrize(
    ("suite", "missing"), [("mood", "needs --items"), ("retrieval", "needs --corpus and --queries"), ("taste", "suites: retrieval")]
)
def test_what_a_suite_lacks_is_said(tmp_path: Path, suite: str, missing: str) -> None:
    done = Server(tmp_path / "data").run("evals", "run", suite, "--out", str(tmp_path / "out.jsonl"), check=False)
    assert done.returncode != 0
    assert missing in done.stderr + done.stdout
    assert not (tmp_path / "out.jsonl").exists()


def test_the_right_tool_is_chosen_with_what_is_known(tmp_path: Path) -> None:
    items, out = tmp_path / "items.jsonl", tmp_path / "tools.jsonl"
    known = {"number": "HL-10482", "email": "jonas@example.com"}
    said = [
        {"id": "a", "text": "Where is my order?", "tool": "order_status", "arguments": {}, "outcome": "ask:number"},
        {"id": "b", "text": "Where is my order HL-10482?", "tool": "order_status", "outcome": "ask:email"},
        {"id": "c", "text": "Where is my order HL-10482? jonas@example.com", "tool": "order_status", "arguments": known, "outcome": "run"},
        {"id": "d", "text": "Where is my order?", "identity": {"sub": "jonas"}, "tool": "order_status", "outcome": "run"},
        {"id": "e", "text": "What is your return policy?", "tool": None},
    ]
    items.write_text("".join(json.dumps(one) + "\n" for one in said))
    done = Server(tmp_path / "data").run("evals", "run", "tools", "--items", str(items), "--out", str(out))
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["tool"], row["outcome"]) for row in rows] == [(one["tool"], one.get("outcome")) for one in said]
    assert rows[2]["arguments"] == known
    assert re.search(r"tool precision +1\.000", done.stdout)
    assert "tool_failed" not in done.stdout + done.stderr
