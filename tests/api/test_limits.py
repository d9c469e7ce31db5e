"""S13: over the limit is 429 with Retry-After, and a forged header gains nothing."""

import asyncio

import pytest
from starlette.requests import Request

from api.limits import Limits
from core.errors import Misconfigured, TooManyRequests
from core.settings import Settings

PASSWORD = "a long enough password"
sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def limits(**changes: object) -> Limits:
    return Limits(Settings(_env_file=None, **changes))


def request(peer: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return Request({"type": "http", "client": (peer, 1), "headers": headers})


def allowed(hit, tries: int) -> int:
    passed = 0
    for _ in range(tries):
        try:
            hit()
        except TooManyRequests as refusal:
            return passed if refusal.extra["retry_after"] >= 1 else -1
        passed += 1
    return passed


@sqlite_only
def test_five_tries_at_one_account(server) -> None:
    statuses = []
    for number in range(8):
        answer = server.client().post(
            "/v1/sessions", json={"email": "ann@example.com", "password": "wrong"}, headers={"X-Forwarded-For": f"9.9.9.{number}"}
        )
        statuses.append(answer.status_code)
    assert statuses == [401] * 5 + [429] * 3
    assert 1 <= int(answer.headers["retry-after"]) <= 900
    assert answer.json()["code"] == "too_many_requests"
    right = server.client().post("/v1/sessions", json={"email": "ANN@example.com ", "password": PASSWORD})
    assert right.status_code == 429


@sqlite_only
def test_twenty_tries_from_one_address(server) -> None:
    statuses = [
        server.client().post("/v1/sessions", json={"email": f"nobody{number}@example.com", "password": "wrong"}).status_code
        for number in range(22)
    ]
    assert statuses == [401] * 20 + [429] * 2


@sqlite_only
def test_signing_in_rightly_starts_the_account_afresh(server) -> None:
    for _ in range(3):
        for _ in range(4):
            server.client().post("/v1/sessions", json={"email": "ann@example.com", "password": "wrong"})
        assert server.client().post("/v1/sessions", json={"email": "ann@example.com", "password": PASSWORD}).status_code == 201


@sqlite_only
def test_guessing_the_set_up_link(server) -> None:
    server.app.state.setup_token = "the-link"
    body = {"token": "x", "workspace": "A", "name": "Z", "email": "z@example.com", "password": PASSWORD}
    assert [server.client().post("/v1/setup", json=body).status_code for _ in range(12)] == [403] * 10 + [429] * 2


def test_visitor_lines() -> None:
    ground = limits()
    assert allowed(lambda: ground.visitor_message("con_1", "1.1.1.1"), 100) == 20
    assert allowed(lambda: ground.visitor_message("con_2", "2.2.2.2"), 100) == 20
    by_address = limits(visitor_messages_per_minute=1000)
    contacts = iter(range(1000))
    assert allowed(lambda: by_address.visitor_message(f"con_{next(contacts)}", "1.1.1.1"), 100) == 60
    by_day = limits(visitor_messages_per_minute=1000, address_messages_per_minute=1000)
    assert allowed(lambda: by_day.visitor_message("con_1", "1.1.1.1"), 300) == 200
    assert allowed(lambda: ground.new_visitor("1.1.1.1"), 100) == 30
    assert allowed(lambda: ground.import_files("person:prs_1"), 100) == 10


def test_a_forged_header_gains_nothing() -> None:
    ground = limits()
    assert {ground.address(request("5.5.5.5", f"9.9.9.{n}")) for n in range(20)} == {"5.5.5.5"}


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.0.0.1", ["7.7.7.7"], "7.7.7.7"),
        ("10.0.0.1", ["1.2.3.4, 7.7.7.7"], "7.7.7.7"),
        ("10.0.0.1", ["1.2.3.4", "7.7.7.7, 10.0.0.2"], "7.7.7.7"),
        ("10.0.0.1", ["10.0.0.9, 7.7.7.7, 10.0.0.2"], "7.7.7.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["garbage"], "unknown"),
        ("::ffff:10.0.0.1", ["7.7.7.7"], "7.7.7.7"),
        ("6.6.6.6", ["7.7.7.7"], "6.6.6.6"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
    ],
)
def test_only_trusted_proxies_are_believed(peer: str, forwarded: list[str], expected: str) -> None:
    assert limits(trusted_proxies="10.0.0.0/8").address(request(peer, *forwarded)) == expected


def test_a_wrong_proxy_setting_ends_the_start() -> None:
    with pytest.raises(Misconfigured, match="TRUSTED_PROXIES"):
        limits(trusted_proxies="everyone")


@sqlite_only
def test_tries_at_once_all_count(server) -> None:
    """A check-then-count would let a burst through."""
    import httpx2

    async def burst() -> list[int]:
        transport = httpx2.ASGITransport(app=server.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
            body = {"email": "ann@example.com", "password": "wrong"}
            answers = await asyncio.gather(*(client.post("/v1/sessions", json=body) for _ in range(20)))
        return sorted(answer.status_code for answer in answers)

    assert asyncio.run(burst()) == [401] * 5 + [429] * 15
