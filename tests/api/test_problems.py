"""Every refusal is a problem document, and nothing that comes in makes a 500."""

import json

import pytest

from api.intake import PathId
from core.errors import WarmlineError

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def raw(server, body: bytes, content_type: str = "application/json", path: str = "/v1/sessions"):
    return server.client().post(path, content=body, headers={"Content-Type": content_type})


DEEP = b"[" * 100_000
BODIES = {
    "lone surrogate": b'{"email": "\\ud800", "password": "x"}',
    "lone surrogate in a name": b'{"\\udfff": 1}',
    "NUL": b'{"email": "a\\u0000b", "password": "x"}',
    "NaN": b'{"email": NaN}',
    "Infinity": b'{"email": -Infinity}',
    "2^63": b'{"email": 9223372036854775808}',
    "5000 digits": b'{"email": ' + b"9" * 5000 + b"}",
    "1e400": b'{"email": 1e400}',
    "deep": b'{"email": ' + b"[" * 40 + b"]" * 40 + b"}",
    "deeper than the parser": DEEP[:60_000],
    "invalid UTF-8": b'{"email": "\xff\xfe"}',
    "BOM": b"\xef\xbb\xbf{}",
    "UTF-16": '{"email": "x"}'.encode("utf-16"),
    "duplicate names": b'{"email": "a@b.example", "email": "c@d.example"}',
    "half": b'{"email": ',
    "two values": b"{} {}",
    "nothing but space": b"   ",
}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_json(server, name: str) -> None:
    answer = raw(server, BODIES[name])
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), answer.text


@pytest.mark.parametrize(
    "body", [b"[]", b'"x"', b"1", b"null", b"{}", b'{"email": 1, "password": []}', b'{"email": "a@b.c", "password": "x", "z": 1}']
)
def test_wrong_fields_are_named(server, body: bytes) -> None:
    answer = raw(server, body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid")
    assert all(set(field) == {"field", "message"} for field in problem["errors"])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonp"])
def test_wrong_content_type(server, kind: str) -> None:
    answer = raw(server, b'{"email": "a@b.example", "password": "x"}', kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_too_large(server) -> None:
    answer = raw(server, json.dumps({"email": "x" * 1_000_000}).encode())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    def chunks():
        for _ in range(100):
            yield b" " * 1024

    chunked = server.client().post("/v1/sessions", content=chunks(), headers={"Content-Type": "application/json"})
    assert chunked.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/%00", 404, "not_found"),
        ("GET", "/v1/people/%ff", 404, "not_found"),
        ("GET", "/v1/sessions?x=%00", 400, "malformed"),
        ("GET", "/v1/sessions?x=%ed%a0%80", 400, "malformed"),
        ("DELETE", "/v1/sessions", 405, "method_not_allowed"),
        ("BREW", "/v1/sessions", 405, "method_not_allowed"),
    ],
)
def test_wrong_addresses(server, method: str, path: str, status: int, code: str) -> None:
    answer = server.client().request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_big_numbers_in_queries(server) -> None:
    ada = server.signed_in("ada@example.com")
    for value in ("99999999999999999999", "-3e37", "9" * 5000, "NaN", "-1", "1.5", "", "0x10"):
        for name in ("before", "limit"):
            assert ada.get("/v1/audit", params={name: value}).status_code == 422


def test_a_malformed_id_is_an_unknown_one(server) -> None:
    ada = server.signed_in("ada@example.com")
    answers = [ada.patch(f"/v1/people/{id}", json={}) for id in ("prs_unknown", "x" * 500, "a b", "'; drop", "ä", "..%2f..")]
    shown = [{**answer.json(), "request_id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert all(one == shown[0] for one in shown)


def test_a_bug_shows_nothing_but_its_request_id(server) -> None:
    from fastapi import Depends

    from api.guards import public

    @server.app.get("/v1/bug/{id}", dependencies=[Depends(public())])
    async def bug(id: PathId) -> None:
        raise RuntimeError("secret detail") if id == "plain" else WarmlineError("secret detail")

    for kind in ("plain", "ours"):
        answer = server.client().get(f"/v1/bug/{kind}", headers={"X-Request-Id": "req_of_mine"})
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert answer.json()["request_id"] == "req_of_mine"
        assert "secret" not in answer.text


@pytest.mark.parametrize("as_json", [False, True])
def test_the_log_of_a_bug_holds_no_secrets(server, as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """S15: neither what lay in local variables nor the query string nor the body."""
    from fastapi import Depends, Request

    from api.guards import public
    from core.log import set_up_log

    @server.app.post("/v1/spill", dependencies=[Depends(public())])
    async def spill(request: Request) -> None:
        password = "canary-local"
        raise RuntimeError(f"failed with {len(password)} characters")

    set_up_log("info", as_json)
    try:
        headers = {"Content-Type": "application/json", "Authorization": "Bearer canary-header"}
        answer = server.client().post("/v1/spill?q=canary-query", content=b'{"text": "canary-body"}', headers=headers)
        server.client().post("/v1/sessions", json={"email": "ann@example.com", "password": "canary-password"})
    finally:
        set_up_log("error")
    written = capsys.readouterr().err
    assert answer.status_code == 500
    assert "failed with 12 characters" in written
    assert "/v1/spill" in written
    # The one line of source that made it is code, not data.
    assert [line for line in written.splitlines() if "canary-" in line and 'password = "canary-local"' not in line] == []


@pytest.mark.parametrize("asked", ["short", "x" * 65, "with space", "<script>", "a\tb"])
def test_a_harmful_request_id_is_replaced(server, asked: str) -> None:
    answer = server.client().get("/v1/nothing", headers={"X-Request-Id": asked})
    assert answer.headers["x-request-id"].startswith("req_")


def test_headers_of_the_api(server) -> None:
    headers = server.client().get("/v1/nothing").headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers
