"""Sign-in through the door people use (S8, S13, S14)."""

import pytest
from starlette.testclient import TestClient

from api.guards import resolve, still_valid
from core.errors import Unauthenticated

PASSWORD = "a long enough password"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def code(answer) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    return answer.json()["code"]


def test_sign_in_read_and_out(server) -> None:
    ann = server.client()
    answer = ann.post("/v1/sessions", json={"email": " Ann@Example.com", "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json()["person"]["email"] == "ann@example.com"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert PASSWORD not in answer.text
    assert ann.get("/v1/sessions/current").json()["workspace"]["name"] == "wsp_main"
    ann.headers["Origin"] = "http://localhost:8080"
    assert ann.delete("/v1/sessions/current").status_code == 204
    assert code(ann.get("/v1/sessions/current")) == "unauthenticated"


def test_a_signed_out_cookie_is_dead_everywhere(server) -> None:
    ann = server.signed_in("ann@example.com")
    stolen = dict(ann.cookies)
    ann.delete("/v1/sessions/current")
    thief = server.client()
    thief.cookies.update(stolen)
    assert thief.get("/v1/sessions/current").status_code == 401


def test_each_sign_in_is_a_new_session(server) -> None:
    """Fixation: a cookie that was there before never becomes a session."""
    client = server.client()
    client.cookies.set("warmline", "wls_planted")
    answer = client.post("/v1/sessions", json={"email": "ann@example.com", "password": PASSWORD})
    assert "wls_planted" not in answer.headers["set-cookie"]
    planted = server.client()
    planted.cookies.set("warmline", "wls_planted")
    assert planted.get("/v1/sessions/current").status_code == 401


@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com"])
def test_wrong_password_and_unknown_address_answer_the_same(server, email: str) -> None:
    answer = server.client().post("/v1/sessions", json={"email": email, "password": "not the password"})
    assert (answer.status_code, code(answer)) == (401, "sign_in_refused")
    assert {**answer.json(), "request_id": ""}["detail"] == "E-mail address or password is wrong"


def test_a_deactivated_person_is_out_at_once(server) -> None:
    ann, ada = server.signed_in("ann@example.com"), server.signed_in("ada@example.com")
    me = ann.get("/v1/sessions/current").json()["person"]["id"]
    assert ada.patch(f"/v1/people/{me}", json={"active": False}).status_code == 200
    assert ann.get("/v1/sessions/current").status_code == 401
    answer = server.client().post("/v1/sessions", json={"email": "ann@example.com", "password": PASSWORD})
    assert code(answer) == "sign_in_refused"


def test_a_new_password_ends_the_other_sessions(server) -> None:
    here, elsewhere = server.signed_in("ann@example.com"), server.signed_in("ann@example.com")
    body = {"password": PASSWORD, "new_password": "another good password"}
    assert here.put("/v1/sessions/current/password", json={**body, "password": "wrong"}).status_code == 401
    assert here.put("/v1/sessions/current/password", json=body).status_code == 204
    assert here.get("/v1/sessions/current").status_code == 200
    assert elsewhere.get("/v1/sessions/current").status_code == 401
    server.signed_in("ann@example.com", "another good password")


def test_sessions_end_by_age_and_by_idleness(server) -> None:
    day = 86_400_000
    idle = server.signed_in("ann@example.com")
    server.clock.advance(8 * day)
    assert idle.get("/v1/sessions/current").status_code == 401
    used = server.signed_in("ann@example.com")
    for _ in range(5):
        server.clock.advance(5 * day)
        assert used.get("/v1/sessions/current").status_code == 200
    server.clock.advance(6 * day)
    assert used.get("/v1/sessions/current").status_code == 401


FOREIGN = [
    "null", "http://localhost", "http://localhost:8081", "https://localhost:8080", "http://localhost:8080.evil.example", "http://evil.example",
    "http://localhost:80801", "http://notlocalhost:8080", "http://localhost:8080@evil.example", "http://127.0.0.1:8080", "file://",
    "http://sub.localhost:8080", "http://localhost:8080/", "HTTP://LOCALHOST:8080 ", "chrome-extension://abcdef", "http://[::1]:8080",
    "http://localhost.:8080", "http://localhost%00:8080", "*", "",
]  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_changes_nothing(server, origin: str) -> None:
    ada = server.signed_in("ada@example.com")
    ada.headers["Origin"] = origin
    before = ada.get("/v1/people").json()
    answer = ada.post("/v1/people", json={"name": "Eve", "email": "eve@example.com", "role": "admin"})
    assert (answer.status_code, code(answer)) == (403, "wrong_origin")
    assert ada.get("/v1/people").json() == before
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("site", "status"), [("same-origin", 204), ("none", 204), ("same-site", 403), ("cross-site", 403), (None, 403)])
def test_without_origin_the_fetch_metadata_decides(server, site: str | None, status: int) -> None:
    ann = server.signed_in("ann@example.com")
    del ann.headers["Origin"]
    assert ann.delete("/v1/sessions/current", headers={"Sec-Fetch-Site": site} if site else {}).status_code == status


def test_signing_in_from_another_site_is_refused(server) -> None:
    answer = server.client().post(
        "/v1/sessions", json={"email": "ann@example.com", "password": PASSWORD}, headers={"Origin": "http://evil.example"}
    )
    assert code(answer) == "wrong_origin"


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer vst_unknown", "Bearer wlk_unknown", "Basic YTpi", "wlk_x"])
def test_a_bad_header_never_falls_back_to_the_cookie(server, header: str) -> None:
    ann = server.signed_in("ann@example.com")
    answer = ann.get("/v1/sessions/current", headers={"Authorization": header})
    assert (answer.status_code, code(answer)) == (401, "unauthenticated")


def test_a_stream_can_ask_again(server) -> None:
    from api.guards import Credential, allow
    from people.session import hash_token

    ann = server.signed_in("ann@example.com")
    credential = Credential("session", hash_token(ann.cookies["warmline"]))
    settings, now = server.app.state.settings, server.clock.now()
    policy = allow("converse").policy
    scope = server.database.read_now(still_valid, credential, policy, now, settings)
    assert scope.actor.role == "agent"
    assert server.database.read_now(still_valid, credential, allow("administer").policy, now, settings) is None
    ann.delete("/v1/sessions/current")
    assert server.database.read_now(still_valid, credential, policy, now, settings) is None
    with pytest.raises(Unauthenticated):
        server.database.read_now(resolve, credential, now, settings)


def test_https_gets_the_host_cookie(database, settings, server) -> None:
    from fastapi import FastAPI

    from api import sessions
    from api.foundation import lay_foundation
    from core.settings import Settings

    app = FastAPI(docs_url=None, redoc_url=None)
    lay_foundation(
        app, settings=Settings(data=settings.data, public_url="https://help.example", _env_file=None), database=database, clock=server.clock
    )
    app.include_router(sessions.router)
    client = TestClient(app, base_url="https://help.example")
    answer = client.post("/v1/sessions", json={"email": "ann@example.com", "password": PASSWORD})
    assert answer.headers["set-cookie"].startswith("__Host-warmline=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]
    assert client.delete("/v1/sessions/current", headers={"Origin": "http://help.example"}).status_code == 403
    assert client.delete("/v1/sessions/current", headers={"Origin": "https://help.example"}).status_code == 204
