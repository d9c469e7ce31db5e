"""R17 and R15 over HTTP: the same message sent twenty times at once is one message; of many who accept, one wins."""

import threading
from collections import Counter

import httpx2 as httpx
import pytest
from crash.test_kill import fresh
from live import Customer, Person

ROUNDS = 25


@pytest.fixture(scope="module")
def stage(set_up_folder, tmp_path_factory):
    server, key = fresh(set_up_folder, tmp_path_factory.mktemp("submit"))
    yield server.start(), key
    server.stop()


def at_once(count, work) -> list:
    barrier, results = threading.Barrier(count), []

    def go(number: int) -> None:
        barrier.wait()
        results.append(work(number))

    threads = [threading.Thread(target=go, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_same_key_at_once_is_one_message(stage) -> None:
    server, key = stage
    customer = Customer(server, key)
    conversation = customer.open()
    path = f"/v1/conversations/{conversation}/messages"
    for number in range(ROUNDS):
        headers = {"Idempotency-Key": f"round-{number}"}
        answers = at_once(20, lambda n: customer.http.post(path, json={"text": "Do you ship to Norway?"}, headers=headers))
        assert {a.status_code for a in answers} == {201}
        assert len({(a.json()["id"], a.json()["seq"]) for a in answers}) == 1
        other = customer.http.post(path, json={"text": "something else"}, headers=headers)
        assert other.status_code == 409
        assert other.json()["code"] == "idempotency_mismatch"
    second = customer.open()
    again = customer.http.post(f"/v1/conversations/{second}/messages", json={"text": "hi"}, headers={"Idempotency-Key": "round-0"})
    assert again.status_code == 201, "a key is the conversation's own"
    written = [e for e in customer.reads(conversation)["events"] if e["kind"] == "message.added" and e["author"]["kind"] == "customer"]
    assert Counter(e["client_id"] for e in written) == {f"round-{n}": 1 for n in range(ROUNDS)}


def test_of_eight_who_accept_one_wins_and_the_others_learn_the_name(stage) -> None:
    server, key = stage
    admin = Person(server)
    team = [admin.colleague(name) for name in ("Lea", "Sam", "Kim", "Ola", "Raj", "Tia", "Uma", "Zoe")]
    customer = Customer(server, key)
    for _ in range(10):
        conversation = customer.open()
        customer.says(conversation, "Let me talk to a person please")
        customer.until(conversation, "handoff.requested")
        answers = at_once(8, lambda n: team[n].http.put(f"/v1/conversations/{conversation}/assignment", json={}))
        won = [a.json()["agent"]["name"] for a in answers if a.status_code == 200]
        lost = [a.json()["agent"]["name"] for a in answers if a.status_code == 409]
        assert len(won) == 1
        assert lost == won * 7
        assert admin.reads(conversation)["agent"]["name"] == won[0]


def test_no_stream_is_refused_but_by_a_frame(stage) -> None:
    """A valid session's stream is answered with 200 whatever is asked: EventSource dies for good on anything else."""
    server, key = stage
    customer = Customer(server, key)
    conversation = customer.open()
    for path in (f"/v1/conversations/{conversation}/events?after=999999", "/v1/conversations/cnv_unknown/events"):
        answer = customer.http.get(path)
        assert answer.status_code == 200
        assert answer.text.startswith("event: reset")
    assert httpx.get(f"{server.url}/v1/conversations/{conversation}/events").status_code == 401
