"""What the operator is promised (docs/deploy.md), of a real server: readiness with its reasons, metrics, a quick and clean end."""

import re
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from live import Customer, Person, Server, stream

from api.health import nearly_full

EXIT_S = 10
CLOSED_S = 5


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "data", log_level="warning")
    yield server
    server.kill()


def readiness(server: Server) -> tuple[int, dict[str, Any]]:
    answer = httpx.get(f"{server.url}/readyz", timeout=30)
    return answer.status_code, answer.json()


def until_ready(server: Server) -> dict[str, Any]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        status, body = readiness(server)
        if status == 200:
            return body
    raise AssertionError(f"not ready within 30 s: {body}")


def test_it_is_alive_and_ready(server: Server) -> None:
    server.init()
    server.start()
    assert httpx.get(f"{server.url}/livez").text == "ok"
    assert until_ready(server) == {"ready": True, "reasons": [], "degraded": []}


def test_a_database_that_cannot_be_written_is_a_reason(server: Server) -> None:
    """Another process holds the write lock: reading still works, writing does not."""
    server.init()
    server.start()
    until_ready(server)
    other = sqlite3.connect(server.data / "warmline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    status, body = readiness(server)
    assert (status, body["ready"], len(body["reasons"])) == (503, False, 1)
    assert body["reasons"][0].startswith("database: ")
    assert httpx.get(f"{server.url}/livez").status_code == 200, "alive, so not to be restarted"
    other.execute("ROLLBACK")
    other.close()
    assert until_ready(server)["reasons"] == []


def test_a_part_that_stopped_is_a_reason(server: Server) -> None:
    server.init()
    (server.data / "jobs.db").mkdir()
    server.start()
    end = time.monotonic() + 30
    while time.monotonic() < end and readiness(server)[0] == 200:
        pass
    assert readiness(server) == (503, {"ready": False, "reasons": ["jobs has stopped"], "degraded": []})


def test_an_index_without_its_vectors_degrades_and_keeps_answering(server: Server, tmp_path: Path) -> None:
    key = server.init()
    (tmp_path / "returns.md").write_text("# Returns\n\nOur return policy: you can return anything within 30 days of delivery.\n")
    server.run("import", str(tmp_path / "returns.md"))
    # Nobody listens there.
    server.env |= {"WARMLINE_EMBEDDER": "openai:some-model", "WARMLINE_EMBEDDINGS_BASE_URL": "http://127.0.0.1:9/v1"}
    server.start()
    status, body = readiness(server)
    assert (status, body["ready"], body["reasons"]) == (200, True, [])
    assert [one.partition(":")[0] for one in body["degraded"]] == ["index"]
    ada = Person(server)
    found = ada.ok(ada.http.post("/v1/search", json={"query": "return policy"}))
    assert (found["degraded"], found["hits"][0]["title"]) == (True, "Returns")
    assert Customer(server, key).open()


def test_a_full_disk_is_a_reason() -> None:
    gib = 2**30
    assert not nearly_full(free=50 * gib, total=100 * gib)
    assert nearly_full(free=4 * gib, total=100 * gib), "under 5 %"
    assert nearly_full(free=gib // 8, total=gib), "under 200 MiB"


def test_metrics_name_routes_and_nobody(server: Server) -> None:
    key = server.init()
    server.start()
    customer, ada = Customer(server, key), Person(server)
    talk = customer.open()
    for _ in range(3):
        customer.reads(talk)
    ada.http.get("/v1/conversations/cnv_unknown")
    httpx.get(f"{server.url}/v1/queue")
    next(stream(customer.http, f"/v1/conversations/{talk}/events"))
    answer = httpx.get(f"{server.url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    counted = dict(re.findall(r"^warmline_request_seconds_count\{(.*)\} (\S+)$", answer.text, re.MULTILINE))
    assert counted['method="GET",route="/v1/conversations/{id}",status="2xx"'] == "3.0"
    assert counted['method="GET",route="/v1/conversations/{id}",status="4xx"'] == "1.0"
    assert counted['method="GET",route="/v1/queue",status="4xx"'] == "1.0"
    assert re.search(r'^warmline_request_seconds_bucket\{le="0\.005",method="POST",route="/v1/conversations",', answer.text, re.MULTILINE)
    assert "process_resident_memory_bytes" in answer.text
    for secret in (talk, key, customer.token, "/events", "cnv_unknown"):
        assert secret not in answer.text


def test_sigterm_sends_streams_away_and_ends_well(server: Server) -> None:
    key = server.init()
    server.start()
    customer, ada = Customer(server, key), Person(server)
    talk = customer.open()
    streams = [stream(customer.http, f"/v1/conversations/{talk}/events"), stream(ada.http, "/v1/agents/me/events")]
    heard: list[list[dict[str, Any]]] = [[next(frames)] for frames in streams]
    readers = [threading.Thread(target=lambda h=h, f=f: h.extend(f)) for h, f in zip(heard, streams, strict=True)]
    for reader in readers:
        reader.start()
    started = time.monotonic()
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(EXIT_S + 5) == 0
    took = time.monotonic() - started
    for reader in readers:
        reader.join(10)
    assert took < EXIT_S, "promised by docs/deploy.md"
    for frames in heard:
        assert frames[-1]["event"] == "reconnect"
        assert 500 <= frames[-1]["data"]["retry"] <= 3000
    server.start()
    assert customer.reads(talk)["id"] == talk


def test_the_streams_of_somebody_deactivated_are_closed(server: Server) -> None:
    """S14. The stream is woken again and again, as in a busy team: that must not put the next look at the session off."""
    key = server.init()
    server.start()
    customer, ada = Customer(server, key), Person(server)
    bob = ada.colleague("Bob")
    talk = customer.open()
    frames = stream(bob.http, "/v1/agents/me/events")
    next(frames)
    over = threading.Event()

    def write() -> None:
        while not over.wait(0.7):
            customer.says(talk, "hello?")

    writing = threading.Thread(target=write)
    writing.start()
    ada.ok(ada.http.patch(f"/v1/people/{bob.person['id']}", json={"active": False}))
    started = time.monotonic()
    last = list(frames)[-1]
    took = time.monotonic() - started
    over.set()
    writing.join()
    assert (last["event"], last["data"]) == ("closed", {"reason": "signed_out"})
    assert took <= CLOSED_S
    assert bob.http.get("/v1/queue").status_code == 401


def test_the_first_question_after_a_start_finds_the_index_whole(server: Server, tmp_path: Path) -> None:
    server.init()
    (tmp_path / "returns.md").write_text("# Returns\n\nOur return policy: you can return anything within 30 days of delivery.\n")
    server.run("import", str(tmp_path / "returns.md"))
    for _ in range(3):
        shutil.rmtree(server.data / "index", ignore_errors=True)
        server.start()
        person = Person(server)
        made = person.ok(person.http.post("/v1/answers", json={"question": "What is your return policy?"}))
        assert (made["action"], made["decision"]["degraded"]) == ("answer", False)
        server.stop()
