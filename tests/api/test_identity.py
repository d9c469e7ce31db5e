"""Signed in by the company's token, over HTTP: one contact wherever they sign in, and nobody else's."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.demo.catalogue import Shopper
from api.demo.signing import identity_token
from core.settings import Settings
from tests.api.stage import NO_LIMITS, SHOP_SECRET, Answer, Stage, add_identity_key, open_stage

JONAS, PRIYA = Shopper("jonas", "Jonas", "jonas@example.com"), Shopper("priya", "Priya", "priya@example.com")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path_factory.mktemp("identity"), _env_file=None, **NO_LIMITS))
    stage.things["identity key"] = add_identity_key(stage)
    yield stage
    stage.close()


def token(stage: Stage, who: Shopper, inbox: str | None = None, secret: str = SHOP_SECRET) -> str:
    now = stage.house.clock.now() / 1000
    return identity_token(who, inbox or stage.things["/v1/inboxes/{key}"], stage.things["identity key"], secret, now)


def call(stage: Stage, method: str, path: str, body: Any = None, visitor: str = "", key: str = "k") -> Answer:
    headers = {"content-type": "application/json", "idempotency-key": key} | ({"authorization": f"Bearer {visitor}"} if visitor else {})
    return asyncio.run(stage.call(method, path, headers, b"" if body is None else json.dumps(body).encode()))


def enter(stage: Stage, **body: Any) -> dict[str, Any]:
    answer = call(stage, "POST", f"/v1/inboxes/{stage.things['/v1/inboxes/{key}']}/visitors", body)
    assert answer.status == 201, answer.body
    return answer.json()


def test_the_same_customer_is_the_same_contact_everywhere(stage: Stage) -> None:
    one, other, somebody = (enter(stage, identity=token(stage, who)) for who in (JONAS, JONAS, PRIYA))
    assert one["contact"] == other["contact"] != somebody["contact"]
    assert one["token"] != other["token"]
    assert call(stage, "GET", "/v1/visitors/me", visitor=one["token"]).json()["signed"] is True


def test_who_was_anonymous_keeps_the_conversation(stage: Stage) -> None:
    new = Shopper("nora", "Nora", "nora@example.com")
    anonymous = enter(stage)
    opened = call(stage, "POST", "/v1/conversations", {}, anonymous["token"]).json()["id"]
    signed = enter(stage, identity=token(stage, new), visitor=anonymous["token"])
    assert signed["contact"] == anonymous["contact"]
    assert call(stage, "GET", "/v1/visitors/me", visitor=signed["token"]).json()["conversation"] == opened
    again = enter(stage, identity=token(stage, new))
    assert call(stage, "GET", f"/v1/conversations/{opened}", visitor=again["token"]).status == 200


def test_a_token_that_somebody_else_knows_is_good_for_nothing_after_the_sign_in(stage: Stage) -> None:
    """Planted in the customer's browser before: who planted it does not read on as the customer."""
    planted, new = enter(stage), Shopper("olga", "Olga", "olga@example.com")
    hers = enter(stage, identity=token(stage, new), visitor=planted["token"])
    assert hers["token"] != planted["token"]
    assert call(stage, "GET", "/v1/visitors/me", visitor=planted["token"]).status == 401
    assert call(stage, "GET", "/v1/visitors/me", visitor=hers["token"]).json()["signed"] is True
    again = enter(stage, identity=token(stage, new), visitor=hers["token"])
    assert again["token"] == hers["token"], "made at a sign-in, it is hers alone"
    known = enter(stage)
    assert enter(stage, identity=token(stage, new), visitor=known["token"])["contact"] == hers["contact"]
    assert call(stage, "GET", "/v1/visitors/me", visitor=known["token"]).status == 401


def test_nobody_takes_over_a_contact_that_is_somebodys(stage: Stage) -> None:
    """Priya's browser shows Jonas's visitor token: she becomes herself, and reads nothing of his."""
    his = enter(stage, identity=token(stage, JONAS))
    opened = call(stage, "POST", "/v1/conversations", {}, his["token"], key="his").json()["id"]
    hers = enter(stage, identity=token(stage, PRIYA), visitor=his["token"])
    assert hers["contact"] != his["contact"]
    assert call(stage, "GET", f"/v1/conversations/{opened}", visitor=hers["token"]).status == 404


def test_a_message_says_who_wrote_it_to_agents_only(stage: Stage) -> None:
    me = enter(stage, identity=token(stage, JONAS))["token"]
    talk = call(stage, "POST", "/v1/conversations", {}, me, key="said").json()["id"]
    call(stage, "POST", f"/v1/conversations/{talk}/messages", {"text": "hello"}, me)
    mine = call(stage, "GET", f"/v1/conversations/{talk}", visitor=me).json()["events"][-1]
    theirs = asyncio.run(stage.call("GET", f"/v1/conversations/{talk}", stage.callers["main agent"])).json()["events"][-1]
    assert "signed" not in mine
    assert theirs["signed"] == {"sub": "jonas", "email": "jonas@example.com"}


def test_what_is_not_good_is_refused_with_the_reason(stage: Stage) -> None:
    other_inbox = asyncio.run(stage.call("GET", "/v1/inboxes", stage.callers["main admin"])).json()["inboxes"][1]["key"]
    for wrong, why in (
        (token(stage, JONAS, secret="another secret that nobody gave out"), "signed it"),
        (token(stage, JONAS, inbox=other_inbox), "aud"),
        ("x.y.z", "JSON web token"),
    ):
        answer = call(stage, "POST", f"/v1/inboxes/{stage.things['/v1/inboxes/{key}']}/visitors", {"identity": wrong})
        assert (answer.status, answer.json()["code"]) == (403, "identity_refused")
        assert why in answer.json()["detail"]
    good_here = token(stage, JONAS)
    assert call(stage, "POST", f"/v1/inboxes/{other_inbox}/visitors", {"identity": good_here}).status == 403


def test_signing_out_ends_the_token_and_a_removed_key_lets_nobody_in(stage: Stage) -> None:
    me = enter(stage, identity=token(stage, JONAS))["token"]
    assert call(stage, "DELETE", "/v1/visitors/me", visitor=me).status == 204
    assert call(stage, "GET", "/v1/visitors/me", visitor=me).status == 401
    old = token(stage, JONAS)
    stage.things["identity key"] = add_identity_key(stage)
    answer = call(stage, "POST", f"/v1/inboxes/{stage.things['/v1/inboxes/{key}']}/visitors", {"identity": old})
    assert answer.status == 403
    assert enter(stage, identity=token(stage, JONAS))["contact"]


def test_a_secret_goes_to_the_server_that_it_was_given_for(stage: Stage) -> None:
    admin = stage.callers["main admin"] | {"content-type": "application/json"}
    path = f"/v1/inboxes/{stage.things['/v1/inboxes/{id}']}/order-source"

    def put(body: dict[str, str]) -> dict[str, Any]:
        return asyncio.run(stage.call("PUT", path, admin, json.dumps(body).encode())).json()

    assert put({"url": "https://shop.example/orders", "secret": "of-the-shop"}) == {
        "url": "https://shop.example/orders",
        "has_secret": True,
    }
    assert put({"url": "https://shop.example/v2/orders"})["has_secret"] is True
    assert put({"url": "https://evil.example/orders"})["has_secret"] is False
    assert put({"url": "file:///etc/passwd"})["code"] == "invalid"
    stored = stage.house.settings.data / "warmline.db"
    assert b"of-the-shop" not in stored.read_bytes()
