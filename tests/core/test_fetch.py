"""S4: nothing inside the network is reached, whatever the address looks like. Canaries are real loopback servers that count hits."""

import asyncio
import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core import fetch as door
from core.fetch import Rules, fetch, fetch_now, is_public

OWN_LIST = [
    "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://[::1]/", "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:0:a9fe:a9fe]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::a9fe:a9fe]/", "http://[2002:7f00:1::1]/",
    "http://[2001:0:4136:e378:8000:63bf:5601:5601]/", "http://[fe80::5efe:a9fe:a9fe]/", "http://192.0.0.192/", "http://224.0.0.1/",
    "http://user@8.8.8.8/", "http://8.8.8.8:22/", "http://8.8.8.8\\@127.0.0.1/", "file:///etc/passwd", "http:127.0.0.1", "http://",
    "http://１２７.０.０.１/", "http://127.0.0.1%00.example.com/", " http://127.0.0.1/", "http://127.0.0.1./",
]  # fmt: skip


def refused(url: str, rules: Rules = Rules(deadline_s=5), resolve: door.Resolve = door.resolve_name) -> type[Exception] | None:
    try:
        asyncio.run(door.check_target(url, rules, resolve))
    except door.FetchFailed as error:
        return type(error)
    return None


@pytest.mark.parametrize("url", OWN_LIST)
def test_own_list_is_refused(url: str) -> None:
    assert refused(url) in (door.BadAddress, door.BlockedAddress)


def test_shared_list() -> None:
    listed = Path(__file__).parents[3] / "shared/corpora/ssrf/ssrf_urls.json"
    if not listed.exists():
        pytest.skip("../shared/corpora is not beside this checkout; the list above stands alone")

    def no_names(host: str, port: int) -> list[str]:
        """Names are taken for public, so that what is refused is refused by us and not by a missing name server."""
        if "nip.io" in host or "localhost" in host or "internal" in host:
            return door.resolve_name("127.0.0.1", port)
        return door.resolve_name(host, port) if ":" in host or host.replace(".", "").isdigit() else ["93.184.216.34"]

    wrong = [
        entry["url"]
        for entry in json.loads(listed.read_text())["urls"]
        if (refused(entry["url"], resolve=no_names) is not None) != (entry["expect"] == "block")
    ]
    assert wrong == []


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "2a00:1450:4001:81b::200e"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_one_bad_address_among_good_ones_refuses_all() -> None:
    assert refused("http://two.example/", resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"]) is door.BlockedAddress


class Canary(BaseHTTPRequestHandler):
    hits: list[str] = []

    def do_GET(self) -> None:
        Canary.hits.append(self.path)
        name = self.path.strip("/").partition("?")[0]
        getattr(self, f"answer_{name}", self.answer_plain)()

    do_POST = do_GET

    def answer_plain(self) -> None:
        self._send(200, b"hello " + self.headers["Host"].encode())

    def answer_secret(self) -> None:
        self._send(200, (self.headers.get("Authorization") or "none").encode())

    def answer_loop(self) -> None:
        self._send(302, b"", Location="/loop")

    def answer_away(self) -> None:
        self._send(302, b"", Location=self.path.partition("?")[2])

    def answer_bomb(self) -> None:
        self._send(200, gzip.compress(b"0" * 20_000_000), **{"Content-Encoding": "gzip"})

    def answer_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def canary() -> Iterator[str]:
    Canary.hits.clear()
    with serving() as address:
        yield address


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


INSIDE = Rules(deadline_s=10, allow_private=True)


def test_a_plain_answer_comes_from_the_pinned_address(canary: str) -> None:
    port = canary.partition(":")[2]
    answer = asyncio.run(fetch(f"http://shop.example:{port}/plain", INSIDE, resolve=lambda host, _: ["127.0.0.1"]))
    assert (answer.status, answer.content) == (200, f"hello shop.example:{port}".encode())
    assert fetch_now(f"http://{canary}/", INSIDE, method="POST", content=b"x").status == 200


def test_nothing_dials_inside_without_leave(canary: str) -> None:
    port = canary.partition(":")[2]
    for url in (f"http://{canary}/", f"http://localhost:{port}/", f"http://[::ffff:127.0.0.1]:{port}/", f"http://0.0.0.0:{port}/"):
        with pytest.raises(door.FetchFailed):
            fetch_now(url, Rules(deadline_s=5))
    assert Canary.hits == []


def test_a_name_that_turns_inward_is_not_followed(canary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: the second look-up would say 127.0.0.1, but there is none; and a redirect is looked up and checked anew."""
    answers = iter([["127.0.0.1"], ["10.1.2.3"]])
    port = int(canary.partition(":")[2])
    # The canary stands for a public host: its own address is let through once, everything else stays closed.
    monkeypatch.setattr(door, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(door, "PORTS", frozenset({port}))
    with pytest.raises(door.BlockedAddress):
        asyncio.run(
            fetch(f"http://a.example:{port}/away?http://b.example:{port}/", Rules(deadline_s=5), resolve=lambda h, p: next(answers))
        )
    assert Canary.hits == [f"/away?http://b.example:{port}/"]


@pytest.mark.parametrize(
    "inside", ["http://169.254.169.254/", "http://[::1]/", "file:///etc/passwd", "//10.0.0.1/", "http://0/", "gopher://x"]
)
def test_redirects_inward_are_refused(canary: str, inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(canary.partition(":")[2])
    monkeypatch.setattr(door, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(door, "PORTS", frozenset({port, 80, 443}))
    with pytest.raises((door.BlockedAddress, door.BadAddress)):
        fetch_now(f"http://127.0.0.1:{port}/away?{inside}", Rules(deadline_s=5))
    assert len(Canary.hits) == 1


def test_secrets_do_not_travel_to_another_host(canary: str) -> None:
    port = canary.partition(":")[2]
    headers = {"Authorization": "Bearer secret"}
    assert fetch_now(f"http://{canary}/away?/secret", INSIDE, headers=headers).content == b"Bearer secret"
    assert fetch_now(f"http://{canary}/away?http://localhost:{port}/secret", INSIDE, headers=headers).content == b"none"


def test_secrets_do_not_travel_to_another_port(canary: str) -> None:
    with serving() as other:
        answer = fetch_now(f"http://{canary}/away?http://{other}/secret", INSIDE, headers={"Authorization": "Bearer secret"})
    assert answer.content == b"none"


def test_who_is_outside_leads_nobody_to_what_is_trusted_inside(canary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two names of the canary one stands for a public host, the other is one that the operator trusts."""
    port = int(canary.partition(":")[2])
    monkeypatch.setattr(door, "PORTS", frozenset({port}))
    monkeypatch.setattr(door, "is_public", lambda address: address == "127.0.0.1")
    rules = Rules(deadline_s=5, inside=frozenset({f"http://inside.example:{port}"}))

    def get(path: str, addresses: dict[str, str]) -> door.Fetched:
        return asyncio.run(fetch(f"http://{path}", rules, resolve=lambda host, _: [addresses[host]]))

    with pytest.raises(door.BlockedAddress):
        get(f"outside.example:{port}/away?http://inside.example:{port}/", {"outside.example": "127.0.0.1", "inside.example": "127.0.0.2"})
    assert len(Canary.hits) == 1
    monkeypatch.setattr(door, "is_public", lambda address: False)
    assert get(f"inside.example:{port}/away?http://inside.example:{port}/plain", {"inside.example": "127.0.0.1"}).status == 200


@pytest.mark.parametrize(
    ("path", "failure"),
    [("loop", door.TooManyRedirects), ("drip", door.TooSlow), ("bomb", door.AnswerTooLarge)],
)
def test_each_failure_has_its_name(canary: str, path: str, failure: type[Exception]) -> None:
    rules = Rules(deadline_s=1 if path == "drip" else 10, limit_bytes=100_000, allow_private=True)
    with pytest.raises(failure):
        fetch_now(f"http://{canary}/{path}", rules)


def test_nobody_there() -> None:
    with pytest.raises(door.Unreachable):
        fetch_now("http://127.0.0.1:9/", INSIDE)
