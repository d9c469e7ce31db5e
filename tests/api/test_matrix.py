"""S2: who may call what. Every route of the app × every kind of caller × own, foreign and unknown objects.

The table below is written by hand and held against the guards: a route that is not in it fails, and so does one whose guard says otherwise.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.guards import route_policies
from core.scope import Actor
from core.settings import Settings
from people.roles import ROLES
from tests.api.stage import (
    BOT_SEQ,
    NO_LIMITS,
    ORIGIN,
    Answer,
    Stage,
    add_article,
    add_conversation,
    add_frozen_case,
    add_identity_key,
    furnish,
    open_stage,
)

PUBLIC, VISITOR, PERSON = "public", "visitor", "person"

# What a person or key must hold; `+visitor`: visitors too, for what is theirs.
POLICY = """
GET    /                                     public
GET    /openapi.json                         public
GET    /livez                                public
GET    /readyz                               public
GET    /metrics                              public
GET    /warmline.js                          public
GET    /widget                               public
GET    /console                              public
GET    /console/{path:path}                  public
GET    /assets/{path:path}                   public
GET    /help.css                             public
GET    /help/{slug}                          public
POST   /v1/setup                             public
POST   /v1/sessions                          public
POST   /v1/inboxes/{key}/visitors            public
GET    /appointments/{token}                 public
POST   /appointments/{token}/cancellation    public
GET    /appointments/{token}/calendar.ics    public
GET    /v1/visitors/me                       visitor
DELETE /v1/visitors/me                       visitor
GET    /v1/appointments                      read_conversations
DELETE /v1/appointments/{id}                 converse
POST   /v1/conversations                     visitor
POST   /v1/conversations/{id}/handoff        visitor
POST   /v1/conversations/{id}/messages       converse +visitor
PUT    /v1/conversations/{id}/typing         converse +visitor
PUT    /v1/conversations/{id}/messages/{seq}/verdict review +visitor
GET    /v1/confidence                        review
PUT    /v1/confidence/dial                   administer
POST   /v1/confidence/fits                   administer
GET    /v1/conversations/{id}                read_conversations +visitor
GET    /v1/conversations/{id}/events         read_conversations +visitor
GET    /v1/conversations/{id}/transcript     read_conversations +visitor
GET    /v1/sessions/current                  person
DELETE /v1/sessions/current                  person
PUT    /v1/sessions/current/password         person
GET    /v1/agents/me/events                  read_conversations
PUT    /v1/agents/me/availability            converse
GET    /v1/agents                            read_conversations
GET    /v1/queue                             read_conversations
GET    /v1/conversations                     read_conversations
PUT    /v1/conversations/{id}/assignment     converse
POST   /v1/conversations/{id}/notes          converse
PUT    /v1/conversations/{id}/mode           converse
POST   /v1/conversations/{id}/resolution     converse
POST   /v1/search                            read_content
POST   /v1/answers                           read_content
GET    /v1/collections                       read_content
POST   /v1/collections                       write_content
GET    /v1/vocabulary                        read_content
PUT    /v1/vocabulary                        publish
GET    /v1/articles                          read_content
POST   /v1/articles                          write_content
GET    /v1/articles/{id}                     read_content
DELETE /v1/articles/{id}                     publish
GET    /v1/articles/{id}/revisions           read_content
POST   /v1/articles/{id}/revisions           write_content
POST   /v1/articles/{id}/publication         publish
DELETE /v1/articles/{id}/publication         publish
GET    /v1/imports                           read_content
POST   /v1/imports                           publish
GET    /v1/imports/{id}                      read_content
POST   /v1/preview                           read_content
GET    /v1/suites                            review
GET    /v1/data-sets                         review
POST   /v1/data-sets                         review
DELETE /v1/data-sets/{id}                    review
GET    /v1/evaluations                       review
POST   /v1/evaluations                       review
GET    /v1/evaluations/{id}                  review
DELETE /v1/evaluations/{id}                  review
PUT    /v1/evaluations/{id}/cancellation     review
GET    /v1/evaluations/{id}/lines            review
GET    /v1/evaluations/{id}/lines/{number}   review
GET    /v1/evaluations/{id}/comparison       review
GET    /v1/frozen-cases                      review
POST   /v1/frozen-cases                      review
GET    /v1/frozen-cases/{id}                 review
DELETE /v1/frozen-cases/{id}                 review
POST   /v1/frozen-cases/{id}/replays         review
GET    /v1/people                            administer
POST   /v1/people                            administer
PATCH  /v1/people/{id}                       administer
GET    /v1/api-keys                          administer
POST   /v1/api-keys                          administer
DELETE /v1/api-keys/{id}                     administer
GET    /v1/inboxes                           administer
POST   /v1/inboxes                           administer
PATCH  /v1/inboxes/{id}                      administer
GET    /v1/inboxes/{id}/identity-keys        administer
POST   /v1/inboxes/{id}/identity-keys        administer
DELETE /v1/inboxes/{id}/identity-keys/{key_id} administer
GET    /v1/inboxes/{id}/order-source         administer
PUT    /v1/inboxes/{id}/order-source         administer
DELETE /v1/inboxes/{id}/order-source         administer
GET    /v1/policy                            administer
PUT    /v1/policy                            administer
POST   /v1/conversations/{id}/hints          converse
GET    /v1/audit                             read_audit
"""

# A body that passes validation, so that a cell that lets somebody in is seen to let them in.
BODIES = {
    "POST /v1/conversations/{id}/messages": {"text": "hi", "after_seq": 10**6},
    "PUT /v1/conversations/{id}/typing": {"on": True},
    "PUT /v1/conversations/{id}/messages/{seq}/verdict": {"right": True},
    "PUT /v1/confidence/dial": {"wrong_at_most": None},
    "PUT /v1/agents/me/availability": {"availability": "online"},
    "POST /v1/conversations/{id}/notes": {"text": "hm"},
    "PUT /v1/conversations/{id}/mode": {"mode": "bot"},
    "POST /v1/search": {"query": "return"},
    "POST /v1/answers": {"question": "How do I return it?"},
    "POST /v1/collections": {"name": "Shipping"},
    "PUT /v1/vocabulary": {"groups": [["hoodie", "sweatshirt"]]},
    "POST /v1/articles/{id}/revisions": {"title": "Returns", "markdown": "30 days.", "base": 1},
    "POST /v1/preview": {"markdown": "*hi*"},
    "POST /v1/data-sets": {"name": "S", "file": "s.csv", "content": "question\nHow?\n"},
    "POST /v1/frozen-cases": {"message": "no id"},
    "POST /v1/evaluations": {"suite": "spelling", "data_set": "set_x", "name": "R"},
    "POST /v1/people": {"name": "N", "email": "n@example.com", "role": "agent"},
    "POST /v1/api-keys": {"name": "k", "scopes": ["administer"]},
    "POST /v1/inboxes": {"name": "I"},
    "PUT /v1/policy": {"text": ""},
    "POST /v1/conversations/{id}/hints": {"text": "We guarantee it."},
    "PUT /v1/inboxes/{id}/order-source": {"url": "https://shop.example/orders", "secret": "shop-secret"},
}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# They end the caller's own credential: tried apart.
OUT = {("DELETE", "/v1/sessions/current"), ("DELETE", "/v1/visitors/me")}


def table() -> dict[tuple[str, str], tuple[str, bool]]:
    rows = [line.split() for line in POLICY.strip().splitlines()]
    return {(row[0], row[1]): (row[2], "+visitor" in row) for row in rows}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path_factory.mktemp("matrix"), _env_file=None, **NO_LIMITS))
    asyncio.run(furnish(stage))
    yield stage
    stage.close()


def test_the_table_names_every_route(stage: Stage) -> None:
    policies = route_policies(stage.app)
    written = table()
    found = {}
    for (method, path), policy in policies.items():
        if method == "HEAD":
            continue
        kind = PUBLIC if policy.is_public else VISITOR if policy.actors == {"visitor"} else policy.permission or PERSON
        found[method, re.sub(r"\{(article|job)\}", "{id}", path)] = (kind, kind not in (PUBLIC, VISITOR) and "visitor" in policy.actors)
    assert found == written


def expected(kind: str, with_visitors: bool, actor: Actor | None, method: str) -> int | None:
    """The refusal, or None for: let in. Written apart from the guards on purpose."""
    if kind == PUBLIC:
        return None
    if actor is None:
        return 401
    if actor.kind == "visitor":
        return None if with_visitors or kind == VISITOR else 404
    if kind == VISITOR or (kind == PERSON and actor.kind == "api_key"):
        return 403
    held = ROLES[actor.role] if actor.kind == "person" else actor.scopes
    return None if kind == PERSON or kind in held else 403


def test_every_cell(stage: Stage) -> None:
    wrong: list[str] = []
    cells = asyncio.run(_walk(stage, wrong))
    assert wrong == []
    assert len(stage.callers) >= 12
    assert cells > 1000


async def _walk(stage: Stage, wrong: list[str]) -> int:
    cells = 0
    for (method, path), (kind, with_visitors) in table().items():
        if kind == PUBLIC or (method, path) in OUT:
            continue
        for name, headers in stage.callers.items():
            cells += 1
            answer = await _own(stage, method, path, headers)
            refusal = expected(kind, with_visitors, stage.actors[name], method)
            if "{id}" in path and refusal is None and not _mine(name):
                refusal = 404
                if not await _same_as_unknown(stage, method, path, headers, answer):
                    wrong.append(f"{name}: {method} {path} tells a foreign id from an unknown one")
            if (method, path) == ("POST", "/v1/articles") and refusal is None and not _mine(name):
                # Its body names a collection of workspace main.
                refusal = 404
            if not _as_expected(answer, refusal):
                wrong.append(f"{name}: {method} {path} gave {answer.status}, not {refusal or 'in'}: {answer.body[:120]!r}")
    return cells


def _mine(caller: str) -> bool:
    """Every thing on the stage is of workspace main; its conversation is of visitor `main one a`."""
    return caller == "main one a" or (caller.startswith(("main", "key")) and not caller.startswith(("main one", "main two")))


def _as_expected(answer: Answer, refusal: int | None) -> bool:
    is_stream = "event-stream" in answer.headers.get("content-type", "")
    if refusal is None:
        return answer.status < 500 and answer.status not in (401, 403, 404) and not (is_stream and b"event: reset" in answer.body)
    if refusal == 404 and is_stream:
        return b"event: reset" in answer.body
    return answer.status == refusal


async def _own(stage: Stage, method: str, path: str, headers: dict[str, str]) -> Answer:
    return await stage.call(method, await _address(stage, method, path), *_request(stage, method, path, headers))


async def _same_as_unknown(stage: Stage, method: str, path: str, headers: dict[str, str], foreign: Answer) -> bool:
    known = _thing(stage, path)
    unknown = (
        path.replace("{id}", known[:-4] + "zzzz")
        .replace("{seq}", str(BOT_SEQ))
        .replace("{number}", "1")
        .replace("{key_id}", stage.things["identity key"])
    )
    return (await stage.call(method, unknown, *_request(stage, method, path, headers))).shown() == foreign.shown()


def _request(stage: Stage, method: str, path: str, headers: dict[str, str]) -> tuple[dict[str, str], bytes]:
    if method not in UNSAFE:
        return headers, b""
    if path == "/v1/imports":
        part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n# Hi\r\n'
        part += b'--x\r\nContent-Disposition: form-data; name="collection"\r\n\r\nReturns\r\n--x--\r\n'
        return headers | {"content-type": "multipart/form-data; boundary=x"}, part
    body = BODIES.get(f"{method} {path}", {})
    if (method, path) == ("POST", "/v1/articles"):
        body = {"collection": stage.things["collection"], "title": "T", "markdown": "M"}
    if (method, path) == ("PUT", "/v1/sessions/current/password"):
        # Refused by its body, not by the guard: the right password is not known to this test.
        body = {"new_password": "long enough to be one"}
    fresh = str(stage.house.clock.now()) + str(id(headers)) + path
    more = {"content-type": "application/json", "idempotency-key": fresh.replace(" ", "")[:200]}
    return headers | more, json.dumps(body).encode()


def _thing(stage: Stage, path: str) -> str:
    return stage.things[path[: path.index("{id}") + 4]]


async def _address(stage: Stage, method: str, path: str) -> str:
    """What a cell destroys is made anew."""
    if method == "DELETE" and path == "/v1/articles/{id}":
        stage.things["/v1/articles/{id}"] = await add_article(stage)
    if method == "DELETE" and path == "/v1/data-sets/{id}":
        more = {"content-type": "application/json"}
        body = json.dumps(BODIES["POST /v1/data-sets"]).encode()
        stage.things[path] = (await stage.call("POST", "/v1/data-sets", stage.callers["main admin"] | more, body)).json()["id"]
    if method == "DELETE" and path == "/v1/frozen-cases/{id}":
        stage.things[path] = add_frozen_case(stage)
    if path in ("/v1/conversations/{id}/resolution", "/v1/conversations/{id}/mode"):
        stage.things["/v1/conversations/{id}"] = add_conversation(stage)
    if path.endswith("{key_id}"):
        stage.things["identity key"] = add_identity_key(stage)
    path = path.replace("{key_id}", stage.things["identity key"]).replace("{seq}", str(BOT_SEQ)).replace("{number}", "1")
    return path.replace("{id}", _thing(stage, path)) if "{id}" in path else path


def test_signing_out_ends_only_that_session(stage: Stage) -> None:
    async def out() -> list[int]:
        headers = stage.callers["other reviewer"]
        gone = await stage.call("DELETE", "/v1/sessions/current", headers)
        after = await stage.call("GET", "/v1/sessions/current", headers)
        others = await stage.call("GET", "/v1/sessions/current", stage.callers["other editor"])
        return [gone.status, after.status, others.status]

    try:
        assert asyncio.run(out()) == [204, 401, 200]
    finally:
        stage.actors["other reviewer"] = None


def test_leaving_ends_only_that_visitor(stage: Stage) -> None:
    async def out() -> list[int]:
        headers = stage.callers["other two b"]
        refused = [(await stage.call("DELETE", "/v1/visitors/me", stage.callers[name])).status for name in ("main admin", "key converse")]
        gone = await stage.call("DELETE", "/v1/visitors/me", headers)
        after = await stage.call("GET", "/v1/visitors/me", headers)
        others = await stage.call("GET", "/v1/visitors/me", stage.callers["other two a"])
        return [*refused, gone.status, after.status, others.status]

    try:
        assert asyncio.run(out()) == [403, 403, 204, 401, 200]
    finally:
        stage.actors["other two b"] = None


def test_an_identified_customer_is_let_in_to_what_is_theirs_at_any_browser(stage: Stage) -> None:
    """And nobody else: not who is called the same in another inbox or by another company, not who sat at that browser before."""
    theirs, others = ("main one signed", "main one signed again"), ("main two signed", "other one signed", "main one a", "main one b")
    here = "/v1/conversations/{id}"
    kept = stage.things[here]

    async def walk() -> list[str]:
        wrong = []
        for (method, path), (_, with_visitors) in table().items():
            if path.startswith(here) and (with_visitors or path.endswith("/handoff")):
                for name in (*theirs, *others):
                    stage.things[here] = add_conversation(stage, theirs[0])
                    answer = await _own(stage, method, path, stage.callers[name])
                    if not _as_expected(answer, None if name in theirs else 404):
                        wrong.append(f"{name}: {method} {path} gave {answer.status}: {answer.body[:120]!r}")
        return wrong

    try:
        assert asyncio.run(walk()) == []
    finally:
        stage.things[here] = kept


def test_a_foreign_id_in_a_body_is_an_unknown_one(stage: Stage) -> None:
    """Body-id swaps: olga-like admins of another workspace name things of ours."""
    collection, article, inbox_id = (stage.things[name] for name in ("collection", "/v1/articles/{id}", "/v1/inboxes/{id}"))
    inbox, run, data_set = stage.things["/v1/inboxes/{key}"], stage.things["/v1/evaluations/{id}"], stage.things["/v1/data-sets/{id}"]
    others, own_set, own_run, message = asyncio.run(_of_both(stage))
    swaps = [
        ("POST", "/v1/articles", lambda id: {"collection": id, "title": "T", "markdown": "M"}, collection),
        ("POST", "/v1/answers", lambda id: {"question": "How?", "inbox": id}, inbox),
        ("POST", "/v1/answers", lambda id: {"question": "How?", "draft": {"article": id, "title": "T", "markdown": "M"}}, article),
        ("POST", "/v1/answers", lambda id: {"question": "How?", "collections": [id]}, collection),
        ("POST", "/v1/search", lambda id: {"query": "How?", "collections": [id]}, collection),
        ("POST", "/v1/inboxes", lambda id: {"name": "I", "collections": [id]}, collection),
        ("PATCH", f"/v1/inboxes/{others}", lambda id: {"collections": [id]}, collection),
        ("POST", "/v1/data-sets", lambda id: {"name": "S", "file": "s.csv", "content": f"question,article\nHow?,{id}\n"}, article),
        ("POST", "/v1/evaluations", lambda id: {"suite": "retrieval", "data_set": id, "name": "R"}, data_set),
        ("POST", "/v1/evaluations", lambda id: {"suite": "retrieval", "data_set": own_set, "name": "R", "inbox": id}, inbox_id),
        ("GET", f"/v1/evaluations/{own_run}/comparison?baseline=", None, run),
        ("POST", "/v1/frozen-cases", lambda id: {"message": id}, message),
    ]

    async def compare() -> list[str]:
        headers = stage.callers["other admin"] | {"content-type": "application/json"}
        differ = []
        for method, path, body, known in swaps:
            unknown = known[:-4] + "zzzz"
            asked = [(path, json.dumps(body(id)).encode()) if body else (path + id, b"") for id in (known, unknown)]
            answers = [await stage.call(method, where, headers, what) for where, what in asked]
            shown = [_without_times(answer, id) for answer, id in zip(answers, (known, unknown), strict=True)]
            stored = path not in ("/v1/answers", "/v1/search") and answers[0].status not in (404, 422)
            if shown[0] != shown[1] or b"30 days" in answers[0].body or stored:
                differ.append(f"{method} {path}: {shown}")
        return differ

    assert asyncio.run(compare()) == []


async def _of_both(stage: Stage) -> tuple[str, str, str, str]:
    """The other workspace's inbox, data set and run; a message of the bot in ours, and our article is published."""

    async def ask(caller: str, method: str, path: str, body: object = None) -> Any:
        more = {"content-type": "application/json"}
        answer = await stage.call(method, path, stage.callers[caller] | more, b"" if body is None else json.dumps(body).encode())
        assert answer.status < 300, (path, answer.body)
        return answer.json()

    inbox = (await ask("other admin", "GET", "/v1/inboxes"))["inboxes"][0]["id"]
    own_set = (await ask("other admin", "POST", "/v1/data-sets", BODIES["POST /v1/data-sets"]))["id"]
    own_run = (await ask("other admin", "POST", "/v1/evaluations", {"suite": "retrieval", "data_set": own_set, "name": "R"}))["id"]
    await ask("main admin", "POST", f"/v1/articles/{stage.things['/v1/articles/{id}']}/publication", {})
    events = (await ask("main admin", "GET", f"/v1/conversations/{add_conversation(stage)}"))["events"]
    return inbox, own_set, own_run, next(one["id"] for one in events if one["author"]["kind"] == "bot")


def _without_times(answer: Answer, asked: str) -> object:
    body = answer.json()
    body.pop("request_id", None)
    if isinstance(body.get("decision"), dict):
        body["decision"].pop("timings", None)
    return answer.status, json.dumps(body, sort_keys=True).replace(asked, "ASKED")


def test_an_origin_is_asked_of_every_unsafe_route(stage: Stage) -> None:
    """S8 over the whole app: no unsafe route takes a cookie from elsewhere."""

    async def cross() -> list[str]:
        taken = []
        for (method, path), (kind, _) in table().items():
            if method in UNSAFE and kind != PUBLIC:
                headers, body = _request(stage, method, path, stage.callers["main admin"])
                for origin in ("https://evil.example", "null", ORIGIN.replace("8080", "8081")):
                    address = path.replace("{id}", _thing(stage, path)) if "{id}" in path else path
                    answer = await stage.call(method, address, headers | {"origin": origin}, body)
                    if answer.status != 403:
                        taken.append(f"{origin} {method} {path}: {answer.status}")
        return taken

    assert asyncio.run(cross()) == []
