"""People, keys, inboxes, audit and set-up, through HTTP; and who may not."""

import pytest
from fastapi import FastAPI
from sqlalchemy import delete

from api.guards import route_policies
from api.setup import only_workspace
from core.errors import Misconfigured
from core.ids import new_id
from core.scope import system_scope
from core.tables import workspace as workspace_table
from knowledge.collections import create_collection
from knowledge.record import moment
from people.audit import verify
from people.roles import PERMISSIONS
from people.tables import api_key, audit, audit_head, person, session
from tests.conftest import OTHER_WORKSPACE, WORKSPACE

PASSWORD = "a long enough password"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NEW_PERSON = {"name": "Eve", "email": "eve@example.com", "role": "agent"}


def test_a_new_person_gets_a_password_once_and_signs_in(server) -> None:
    ada = server.signed_in("ada@example.com")
    key = {"Idempotency-Key": "make-eve"}
    first = ada.post("/v1/people", json=NEW_PERSON, headers=key)
    assert first.status_code == 201
    server.signed_in("eve@example.com", first.json()["password"])
    again = ada.post("/v1/people", json=NEW_PERSON, headers=key)
    assert again.json() == {**first.json(), "password": None}
    assert again.headers["idempotency-replayed"] == "true"
    other = ada.post("/v1/people", json={**NEW_PERSON, "name": "Eva"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    assert ada.post("/v1/people", json=NEW_PERSON).json()["code"] == "email_taken"
    assert [one["name"] for one in ada.get("/v1/people").json()["people"]] == ["Ada", "Ann", "Ed", "Eve", "Rita"]


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256, "tab\t"])
def test_a_bad_idempotency_key_is_refused(server, key: str) -> None:
    ada = server.signed_in("ada@example.com")
    answer = ada.post("/v1/people", json=NEW_PERSON, headers={"Idempotency-Key": key.encode()})
    assert answer.status_code == 422


def test_the_same_key_of_two_people_is_two_keys(server) -> None:
    ada, olga = server.signed_in("ada@example.com"), server.signed_in("olga@example.com")
    key = {"Idempotency-Key": "1"}
    assert ada.post("/v1/people", json=NEW_PERSON, headers=key).status_code == 201
    assert olga.post("/v1/people", json={**NEW_PERSON, "email": "eve@other.example"}, headers=key).status_code == 201
    assert "idempotency-replayed" not in olga.post("/v1/api-keys", json={"name": "k", "scopes": ["review"]}, headers=key).headers


def test_api_keys(server) -> None:
    ada = server.signed_in("ada@example.com")
    made = ada.post("/v1/api-keys", json={"name": "robot", "scopes": ["administer"]}).json()
    robot = server.client()
    robot.headers["Authorization"] = f"Bearer {made['key']}"
    assert robot.get("/v1/people").status_code == 200
    assert robot.get("/v1/audit").status_code == 403
    assert robot.get("/v1/sessions/current").status_code == 403
    greedy = robot.post("/v1/api-keys", json={"name": "more", "scopes": ["read_audit"]})
    assert (greedy.status_code, greedy.json()["code"]) == (403, "forbidden")
    listed = ada.get("/v1/api-keys").json()["api_keys"]
    assert made["key"] not in str(listed)
    assert made["key"].startswith(listed[0]["prefix"])
    assert ada.delete(f"/v1/api-keys/{made['id']}").status_code == 204
    assert robot.get("/v1/people").status_code == 401


def test_inboxes(server) -> None:
    ada = server.signed_in("ada@example.com")
    made = ada.post("/v1/inboxes", json={"name": "Shop", "origins": ["https://Shop.example/", "http://localhost:8081"], "prompts": ["Hi?"]})
    assert made.status_code == 201
    inbox = made.json()
    assert inbox["origins"] == ["https://shop.example", "http://localhost:8081"]
    changed = ada.patch(f"/v1/inboxes/{inbox['id']}", json={"assistant": "Bo", "origins": []}).json()
    assert (changed["assistant"], changed["origins"], changed["key"]) == ("Bo", [], inbox["key"])
    assert ada.get("/v1/inboxes").json()["inboxes"] == [changed]


@pytest.mark.parametrize(
    "origin",
    ["*", "shop.example", "https://*.example", "https://shop.example/path", "https://a.example https://b.example", "https://a.example;x *",
     "null", "javascript:alert(1)", "https://a.example:99999", "https://a.example\n", "https://u@a.example", "data:", "https://"],
)  # fmt: skip
def test_only_exact_origins_may_frame_a_widget(server, origin: str) -> None:
    answer = server.signed_in("ada@example.com").post("/v1/inboxes", json={"name": "Shop", "origins": [origin]})
    if origin.endswith("\n"):
        assert answer.json()["origins"] == ["https://a.example"]
    else:
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "origins.0")


def test_every_change_is_in_the_audit(server, database) -> None:
    ada = server.signed_in("ada@example.com")
    made = ada.post("/v1/people", json=NEW_PERSON).json()
    ada.patch(f"/v1/people/{made['id']}", json={"role": "editor"})
    inbox = ada.post("/v1/inboxes", json={"name": "Shop"}).json()
    ada.patch(f"/v1/inboxes/{inbox['id']}", json={"name": "Store"})
    key = ada.post("/v1/api-keys", json={"name": "k", "scopes": ["review"]}).json()
    ada.delete(f"/v1/api-keys/{key['id']}")
    page = ada.get("/v1/audit", params={"limit": 4}).json()
    rest = ada.get("/v1/audit", params={"before": page["next"]}).json()
    actions = [entry["action"] for entry in reversed(page["entries"] + rest["entries"])]
    assert actions == [
        "session.started", "person.created", "person.changed", "inbox.created", "inbox.changed", "api_key.created", "api_key.revoked",
    ]  # fmt: skip
    assert database.read_now(verify, "wsp_main") == []
    assert made["password"] not in str(page) + str(rest)


def test_another_workspace_does_not_exist(server) -> None:
    ada, olga = server.signed_in("ada@example.com"), server.signed_in("olga@example.com")
    ann = next(one for one in ada.get("/v1/people").json()["people"] if one["name"] == "Ann")
    inbox = ada.post("/v1/inboxes", json={"name": "Shop"}).json()
    key = ada.post("/v1/api-keys", json={"name": "k", "scopes": ["review"]}).json()
    for method, path, body in [
        ("PATCH", f"/v1/people/{ann['id']}", {"role": "admin"}),
        ("PATCH", f"/v1/inboxes/{inbox['id']}", {"name": "mine"}),
        ("DELETE", f"/v1/api-keys/{key['id']}", None),
    ]:
        foreign, unknown = (olga.request(method, path[: len(path) - cut] + "x" * cut, json=body) for cut in (0, 6))
        assert foreign.status_code == unknown.status_code == 404
        assert {**foreign.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    for path, name in (("/v1/inboxes", "inboxes"), ("/v1/api-keys", "api_keys")):
        assert olga.get(path).json()[name] == []
    assert [one["name"] for one in olga.get("/v1/people").json()["people"]] == ["Olga"]
    assert [entry["action"] for entry in olga.get("/v1/audit").json()["entries"]] == ["session.started"]


ADMIN_ONLY = [
    ("GET", "/v1/people"), ("POST", "/v1/people"), ("PATCH", "/v1/people/prs_x"), ("GET", "/v1/api-keys"), ("POST", "/v1/api-keys"),
    ("DELETE", "/v1/api-keys/key_x"), ("GET", "/v1/inboxes"), ("POST", "/v1/inboxes"), ("PATCH", "/v1/inboxes/inb_x"), ("GET", "/v1/audit"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["ann", "ed", "rita"])
def test_others_may_not_administer(server, name: str) -> None:
    client = server.signed_in(f"{name}@example.com")
    for method, path in ADMIN_ONLY:
        answer = client.request(method, path, json={} if method != "GET" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path)
        assert server.client().request(method, path, json={} if method != "GET" else None).status_code == 401


def test_policies_name_every_route(server) -> None:
    policies = route_policies(server.app)
    assert policies["POST", "/v1/sessions"].is_public
    assert policies["GET", "/v1/audit"].permission == "read_audit"
    assert {policies[route].permission for route in policies} - {None} <= set(PERMISSIONS)
    listed = {(method, path.replace("prs_x", "{id}").replace("key_x", "{id}").replace("inb_x", "{id}")) for method, path in ADMIN_ONLY}
    assert all("person" in policies[route].actors and not policies[route].is_public for route in listed)


def test_a_route_without_a_guard_is_found(server) -> None:
    bare = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @bare.get("/v1/open")
    async def read() -> None:
        return None

    with pytest.raises(Misconfigured, match="GET /v1/open"):
        route_policies(bare)


SET_UP = {"token": "the-link", "workspace": "Acme", "name": "Zoe", "email": "zoe@acme.example", "password": PASSWORD, "origins": []}


def test_the_set_up_link_works_once_on_an_empty_database(server, database) -> None:
    for table in (session, api_key, audit, audit_head, person, workspace_table):
        database.write_now(lambda connection, table=table: connection.execute(delete(table)))
    server.app.state.setup_token = "the-link"
    zoe = server.client()
    assert zoe.post("/v1/setup", json={**SET_UP, "token": "guess"}).json()["code"] == "set_up_refused"
    answer = zoe.post("/v1/setup", json={**SET_UP, "origins": ["https://acme.example"]})
    assert (answer.status_code, answer.json()["person"]["role"]) == (201, "admin")
    assert zoe.get("/v1/sessions/current").json()["workspace"] == {"id": database.read_now(only_workspace), "name": "Acme"}
    assert zoe.get("/v1/inboxes").json()["inboxes"][0]["origins"] == ["https://acme.example"]
    assert server.client().post("/v1/setup", json=SET_UP).json()["code"] == "set_up_refused"


def test_no_set_up_where_somebody_is(server) -> None:
    assert server.client().post("/v1/setup", json=SET_UP).json()["code"] == "set_up_refused"
    server.app.state.setup_token = "the-link"
    assert server.client().post("/v1/setup", json=SET_UP).json()["code"] == "already_set_up"


REFUNDS = {
    "name": "Refund", "when": ["refund", "money back"],
    "steps": [{"kind": "ask", "text": "What is your order number?", "expects": "order_number"}, {"kind": "handoff", "text": "", "expects": "text"}],
}  # fmt: skip


def test_guidance_and_procedures_of_an_inbox(server) -> None:
    ada = server.signed_in("ada@example.com")
    made = ada.post("/v1/inboxes", json={"name": "Shop", "guidance": "Be brief.", "procedures": [REFUNDS]}).json()
    assert (made["guidance"], made["procedures"]) == ("Be brief.", [REFUNDS])
    changed = ada.patch(f"/v1/inboxes/{made['id']}", json={"guidance": "", "procedures": []}).json()
    assert (changed["guidance"], changed["procedures"]) == ("", [])


@pytest.mark.parametrize(
    "change",
    [
        {"steps": []}, {"when": []}, {"steps": [{"kind": "ask"}]}, {"steps": [{"kind": "handoff", "text": "Why?"}]}, {"steps": [{"kind": "pay"}]},
        {"steps": [{"kind": "ask", "text": "Which?", "expects": "colour"}]},
    ],
)  # fmt: skip
def test_a_procedure_that_cannot_be_followed_is_refused(server, change: dict) -> None:
    refused = server.signed_in("ada@example.com").post("/v1/inboxes", json={"name": "Shop", "procedures": [REFUNDS | change]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].startswith("procedures.0")


def test_an_inbox_reads_collections_that_exist_and_are_ours(server) -> None:
    ours, theirs = (_collection(server, workspace) for workspace in (WORKSPACE, OTHER_WORKSPACE))
    ada = server.signed_in("ada@example.com")
    before = ada.get("/v1/inboxes").json()
    for wrong in ("col_unknown", theirs):
        refused = ada.post("/v1/inboxes", json={"name": "Shop", "collections": [ours, wrong]})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
        assert [one["field"] for one in refused.json()["errors"]] == ["collections.1"]
    assert ada.get("/v1/inboxes").json() == before
    inbox = ada.post("/v1/inboxes", json={"name": "Shop", "collections": [ours]}).json()
    assert inbox["collections"] == [ours]
    changed = {"name": "Changed", "collections": [theirs]}
    assert ada.patch(f"/v1/inboxes/{inbox['id']}", json=changed).status_code == 422
    assert ada.get("/v1/inboxes").json()["inboxes"][-1] == inbox
    assert ada.patch(f"/v1/inboxes/{inbox['id']}", json={"collections": []}).json()["collections"] == []
    assert "inbox.changed" not in [one["action"] for one in ada.get("/v1/audit").json()["entries"]][1:]


def _collection(server, workspace: str) -> str:
    made = server.database.write_now(create_collection, system_scope(workspace, "test"), "Help", new_id("col"), moment(server.clock.now()))
    return made.id
