"""A large base goes on where it was stopped; questions are spoilt always in the same way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.data import Article, Case
from evals.large import chosen
from evals.robust import LANGUAGES, spoil

ARTICLES = {
    "returns": "You can send anything back within 30 days for a full refund.",
    "shipping": "Delivery within Germany takes two working days.",
    "sizes": "Our boots run small: order one size up.",
}
QUESTIONS = (
    ("refunds", "how do I get a refund", "returns"),
    ("delivery", "how long is delivery", "shipping"),
    ("lost", "where is it", "gone"),
)


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    corpus, queries = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl"
    corpus.write_text("".join(json.dumps({"id": name, "title": name, "text": text}) + "\n" for name, text in ARTICLES.items()))
    rows = ({"id": name, "text": text, "relevant_ids": [gold]} for name, text, gold in QUESTIONS)
    queries.write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = ["--corpus", str(corpus), "--queries", str(queries), "--folder", str(tmp_path / "base")]
    return [sys.executable, "-m", "evals.large", *files]


def test_a_second_run_embeds_only_what_is_new(tmp_path: Path, command: list[str]) -> None:
    first = subprocess.run([*command, "--pages", "0"], capture_output=True, text=True, check=True).stdout
    assert "2 articles, 2 passages" in first
    assert "n=2" in first, "the question whose article is nowhere is left out"
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "3 articles, 3 passages" in again.stdout
    assert "hit@5, ranked" in again.stdout


def test_the_gold_articles_are_in_every_choice() -> None:
    articles = [Article(str(number), "", "") for number in range(100)]
    cases = [Case("a", "x", relevant=("77",)), Case("b", "x", relevant=("3", "50"))]
    picked = chosen(articles, cases, 10)
    assert {"77", "3", "50"} <= {article.id for article in picked}
    assert len(picked) == 13
    assert picked == chosen(articles, cases, 10)
    assert chosen(articles, cases, None) == articles


def test_each_content_word_gets_one_typo() -> None:
    text = "How long does my refund take?"
    spoilt = spoil(text)
    assert spoilt == spoil(text)
    changed = [(before, after) for before, after in zip(text.split(), spoilt.split(), strict=True) if before != after]
    assert [before for before, _ in changed] == ["long", "refund", "take?"]


def test_the_base_of_languages_is_whole() -> None:
    articles = [json.loads(line) for line in (LANGUAGES / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    questions = [json.loads(line) for line in (LANGUAGES / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    languages = {article["id"]: article["language"] for article in articles}
    for language in ("de", "fr", "es", "pt", "ja", "zh"):
        asked = [one for one in questions if one["language"] == language]
        assert len(asked) == 20
        assert all(languages[gold] == language for one in asked for gold in one["relevant_ids"])
