"""What is said of answers, what is learned from it, and the risk dial that keeps wrong answers under a limit: through HTTP."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bot import labels, refit
from bot.confidence import load_confidence
from bot.dial import Setting, limit_of, set_dial
from chat.events import Author
from chat.log import Draft, append, read
from core.ids import new_id
from core.jobs import claim, run_claimed, waiting
from core.scope import system_scope
from core.settings import Settings
from evals.frozen.rows import read_slice
from tests.api.stage import BOT_SEQ, NO_LIMITS, Stage, add_article, add_conversation, furnish, open_stage, settle

WORKSPACE = "wsp_main"
HEAD = load_confidence().heads["lexical"]
BOT = Author("bot", "bot", "Ada")


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path, _env_file=None, **NO_LIMITS))
    yield stage
    stage.close()


def send(stage: Stage, caller: str, method: str, path: str, body: Any = None) -> Any:
    headers = stage.callers[caller] | {"content-type": "application/json", "idempotency-key": new_id("key")}
    return asyncio.run(stage.call(method, path, headers, b"" if body is None else json.dumps(body).encode()))


def told(stage: Stage) -> dict[str, Any]:
    return send(stage, "main admin", "GET", "/v1/confidence").json()


def say(stage: Stage, caller: str, conversation: str, right: bool | None, seq: int = BOT_SEQ) -> Any:
    return send(stage, caller, "PUT", f"/v1/conversations/{conversation}/messages/{seq}/verdict", {"right": right})


def judged(stage: Stage, caller: str, conversation: str) -> list[dict[str, Any]]:
    return [e for e in send(stage, caller, "GET", f"/v1/conversations/{conversation}").json()["events"] if e["kind"] == "answer.judged"]


def answer(stage: Stage, conversation: str, signals: dict[str, float]) -> int:
    """The bot's, as a turn leaves it in the log."""
    decision = {"intent": "question", "action": "answer", "confidence": round(HEAD.probability(signals), 4), "signals": signals}
    body = {"text": "So it is.", "ending": "answer", "decision": decision}
    draft = Draft("message.added", BOT, new_id("msg"), stage.house.clock.now(), body)
    return stage.house.database.write_now(append, WORKSPACE, conversation, draft)[0].seq


def judge_many(stage: Stage, conversation: str, count: int, right_when: Any, seed: int = 7) -> None:
    random = np.random.default_rng(seed)
    for _ in range(count):
        signals = {name: float(random.normal(mean, scale)) for name, mean, scale in zip(HEAD.names, HEAD.mean, HEAD.scale, strict=True)}
        say(
            stage,
            "main reviewer",
            conversation,
            bool(right_when(signals, random)),
            answer(stage, conversation, signals | {"degraded": 0.0}),
        )


def work(stage: Stage) -> None:
    database = stage.house.database
    for workspace, job in database.read_now(waiting):
        run_claimed(database, database.write_now(claim, workspace, job, "test"), stage.house.parts())


def test_a_thumb_is_seen_by_the_team_and_a_mark_is_not_seen_by_the_customer(stage: Stage) -> None:
    talk = add_conversation(stage)
    first = say(stage, "main one a", talk, False)
    assert first.status == 200
    assert say(stage, "main one a", talk, False).json() == first.json(), "the same again says nothing new"
    say(stage, "main reviewer", talk, True)
    by_team = judged(stage, "main agent", talk)
    assert [(e["author"]["kind"], e["message"], e["right"]) for e in by_team] == [("customer", BOT_SEQ, False), ("agent", BOT_SEQ, True)]
    assert [e["author"]["kind"] for e in judged(stage, "main one a", talk)] == ["customer"]
    say(stage, "main one a", talk, None)
    assert "right" not in judged(stage, "main one a", talk)[-1]


def test_taking_back_what_was_never_said_says_nothing(stage: Stage) -> None:
    talk = add_conversation(stage)
    answer = say(stage, "main one a", talk, None)
    assert (answer.status, answer.json()["seq"]) == (200, BOT_SEQ)
    assert judged(stage, "main agent", talk) == []


def test_a_customer_who_changes_their_mind_again_and_again_is_stopped(tmp_path) -> None:
    stage = open_stage(Settings(data=tmp_path, _env_file=None, **{**NO_LIMITS, "visitor_messages_per_minute": 3}))
    talk = add_conversation(stage)
    statuses = [say(stage, "main one a", talk, number % 2 == 0).status for number in range(5)]
    assert statuses == [200] * 3 + [429] * 2
    assert send(stage, "main one a", "POST", f"/v1/conversations/{talk}/messages", {"text": "hello"}).status == 201
    assert say(stage, "main reviewer", talk, True).status == 200
    stage.close()


def test_the_newest_word_on_each_answer_is_read_however_often_one_was_changed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "NEWEST", 4)
    talk = add_conversation(stage)
    judge_many(stage, talk, 3, lambda signals, _: True)
    flipped = answer(stage, talk, dict(zip(HEAD.names, HEAD.mean, strict=True)))
    for number in range(6):
        say(stage, "main one a", talk, number % 2 == 0, flipped)
    found = stage.house.database.read_now(labels.labels_of, WORKSPACE)
    assert [(one.right, one.by) for one in found] == [(True, "agent")] * 3 + [(False, "customer")]


def test_it_is_answers_that_make_a_fit_due_not_words(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refit, "AT_LEAST", 3)
    monkeypatch.setattr(refit, "EVERY", 3)
    talk = add_conversation(stage)
    for number in range(6):
        say(stage, "main one a", talk, number % 2 == 0)
    judge_many(stage, talk, 1, lambda signals, _: True)
    assert not told(stage)["fitting"]
    judge_many(stage, talk, 1, lambda signals, _: True)
    assert told(stage)["fitting"]
    work(stage)
    for number in range(4):
        say(stage, "main one a", talk, number % 2 == 0)
    assert not told(stage)["fitting"], "one answer, however often"
    judge_many(stage, talk, 2, lambda signals, _: True)
    assert told(stage)["fitting"]


def test_a_dial_that_is_turned_off_during_a_fit_stays_off(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    send(stage, "main admin", "PUT", "/v1/confidence/dial", {"wrong_at_most": 0.1})
    database, scope = stage.house.database, system_scope(WORKSPACE, "test")
    write, off = database.write_now, new_id("dia")

    def off_first(unit: Any) -> None:
        write(set_dial, scope, Setting(None, 0.0, "own"), off, 0)
        write(unit)

    monkeypatch.setattr(database, "write_now", off_first)
    refit.keep(database, scope, refit.Fitted(False, {}, [(0.9, True)] * 50, [], {}), load_confidence())
    assert database.read_now(limit_of, WORKSPACE) is None


def test_a_frozen_case_holds_the_confidence_that_serves(stage: Stage) -> None:
    database, scope = stage.house.database, system_scope(WORKSPACE, "test")
    fitted = refit.Fitted(True, {"lexical": HEAD}, [(0.9, True)], [], {})
    refit.keep(database, scope, fitted, load_confidence())
    refit.keep(database, scope, fitted, replace(load_confidence(), fitted_at="1999-01-01"))
    rows = database.read_now(read_slice, WORKSPACE, "", stage.house.embedder.model, [], [])
    assert [row["model"] for row in rows["confidence_fit"]] == [load_confidence().version]


def test_only_what_the_bot_said_can_be_judged(stage: Stage) -> None:
    talk = add_conversation(stage)
    for seq in (1, 2, BOT_SEQ + 1, 999):
        assert say(stage, "main one a", talk, True, seq).status == 404
    assert say(stage, "main agent", talk, True).status == 403, "an agent's role does not review"


def test_enough_words_start_a_fit_and_a_better_one_serves(stage: Stage) -> None:
    """Here an answer is right exactly when the quoted window covers the question: the shipped confidence does not know that."""
    talk = add_conversation(stage)
    centre = dict(zip(HEAD.names, HEAD.mean, strict=True))["window_cover"]
    judge_many(stage, talk, 59, lambda signals, _: signals["window_cover"] > centre)
    assert not told(stage)["fitting"]
    judge_many(stage, talk, 61, lambda signals, _: signals["window_cover"] > centre, seed=8)
    assert told(stage)["fitting"]
    work(stage)
    fit = told(stage)["fit"]
    assert fit["kept"]
    assert fit["loss"] < fit["shipped_loss"] - 0.05
    serving = stage.house.answerer._confidence.for_workspace(WORKSPACE)
    weight = dict(zip(HEAD.names, serving.heads["lexical"].weights, strict=True))["window_cover"]
    assert weight > dict(zip(HEAD.names, HEAD.weights, strict=True))["window_cover"] + 0.3
    assert stage.house.answerer._confidence.for_workspace("wsp_other").heads == load_confidence().heads, "what one learns is its own"
    assert told(stage)["dial"]["source"] == "own"


def test_a_fit_that_foretells_no_better_is_not_used(stage: Stage) -> None:
    talk = add_conversation(stage)
    judge_many(stage, talk, 90, lambda signals, random: random.random() < HEAD.probability(signals))
    work(stage)
    assert told(stage)["fit"]["kept"] is False
    assert stage.house.answerer._confidence.for_workspace(WORKSPACE).heads == load_confidence().heads


def test_few_words_are_too_few(stage: Stage) -> None:
    send(stage, "main admin", "POST", "/v1/confidence/fits", {})
    work(stage)
    shown = told(stage)
    assert (shown["fit"], shown["fitting"], shown["dial"]["source"]) == (None, False, "shipped")


def test_under_the_dial_nothing_is_shown_and_a_person_is_asked(stage: Stage) -> None:
    asyncio.run(furnish(stage))
    article = asyncio.run(add_article(stage))
    send(stage, "main admin", "POST", f"/v1/articles/{article}/publication")
    send(stage, "main admin", "PATCH", f"/v1/inboxes/{stage.things['/v1/inboxes/{id}']}", {"collections": [stage.things["collection"]]})
    assert ask(stage)[-1] == "message.added"
    found = send(stage, "main admin", "GET", "/v1/confidence?wrong_at_most=0.005").json()["dial"]
    assert found["threshold"] > 0.9
    assert told(stage)["dial"]["wrong_at_most"] is None, "trying changes nothing"
    assert send(stage, "main admin", "PUT", "/v1/confidence/dial", {"wrong_at_most": 0.005}).status == 200
    assert ask(stage)[-1] == "handoff.requested"
    send(stage, "main admin", "PUT", "/v1/confidence/dial", {"wrong_at_most": None})
    assert ask(stage)[-1] == "message.added"
    assert send(stage, "main admin", "PUT", "/v1/confidence/dial", {"wrong_at_most": 0.9}).status == 422


def ask(stage: Stage) -> list[str]:
    """Kinds of what the bot appended to a question that its article answers."""
    talk = send(stage, "main one a", "POST", "/v1/conversations", {}).json()["id"]
    send(stage, "main one a", "POST", f"/v1/conversations/{talk}/messages", {"text": "Can I send it back within 30 days?"})
    asyncio.run(settle(stage))
    events = [e for e in stage.house.database.read_now(read, WORKSPACE, talk) if e.author.kind == "bot"]
    handed = [e for e in events if e.kind == "handoff.requested"]
    assert all(e.body["reason"] == "low_confidence" and "limit" in e.body["decision"]["why"] for e in handed)
    return [e.kind for e in events]


def test_more_wrong_answers_than_the_limit_allows_are_told(stage: Stage) -> None:
    talk = add_conversation(stage)
    send(stage, "main admin", "PUT", "/v1/confidence/dial", {"wrong_at_most": 0.1})
    assert told(stage)["dial"]["realised"] == {"wrong": {"value": 0.0, "low": 0.0, "high": 1.0, "n": 0}, "drifts": False}
    judge_many(stage, talk, 20, lambda signals, random: random.random() < 0.95)
    assert not told(stage)["dial"]["realised"]["drifts"]
    judge_many(stage, talk, 20, lambda signals, random: random.random() < 0.5, seed=9)
    realised = told(stage)["dial"]["realised"]
    assert realised["drifts"]
    assert realised["wrong"]["low"] > 0.1
