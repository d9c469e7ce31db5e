"""/openapi.json says what comes back, for every route, and what comes back is so."""

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from api.demo.catalogue import shoppers
from api.demo.signing import identity_token
from api.frames import AgentFrame
from core.jobs import claim, run_claimed
from core.settings import Settings
from tests.api.contract import JSON, STREAM, frames
from tests.api.stage import NO_LIMITS, ORIGIN, Stage, at_desk, empty_stage, furnish, open_stage, settle

FILES = {"text/plain", "text/html", "text/calendar"}
# What a record of the audit log needs, either side of whatever has changed, and the inside of a case, which only `evals replay` reads.
FREE = {"detail", "before", "after", "turn", "tape", "rows", "expected"}
PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path_factory.mktemp("contract"), _env_file=None, **NO_LIMITS))
    asyncio.run(furnish(stage))
    yield stage
    stage.close()


def untyped(schema: dict[str, Any], document: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where a schema says nothing, or only that there is some object."""
    for key in ("anyOf", "oneOf"):
        for number, part in enumerate(schema.get(key, ())):
            yield from untyped(part, document, f"{at}|{number}")
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        for field, part in document["components"]["schemas"][name].get("properties", {"": {}}).items():
            if field not in FREE:
                yield from untyped(part, document, f"{name}.{field}")
    elif schema.get("type") == "array":
        yield from untyped(schema.get("items", {}), document, at + "[]")
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from untyped(schema["additionalProperties"], document, at + "{}")
    elif not schema.keys() & {"anyOf", "oneOf"} and schema.get("type", "object") == "object" and "const" not in schema:
        yield at


def test_every_success_has_a_shape(stage: Stage) -> None:
    bare = []
    for method, path, status, content in stage.contract.promised():
        schemas = [body["schema"] for kind, body in content.items() if kind == JSON]
        schemas += [body["itemSchema"] for kind, body in content.items() if kind == STREAM]
        if status != 204 and not schemas and not content.keys() & FILES:
            bare.append(f"{method} {path}: nothing")
        bare += [f"{method} {path}: {place}" for schema in schemas for place in untyped(schema, stage.contract.document, "itself")]
    assert bare == []


def test_the_frames_of_streams_are_named(stage: Stage) -> None:
    content = stage.contract.document["paths"]["/v1/agents/me/events"]["get"]["responses"]["200"]["content"]
    shapes = [
        stage.contract.document["components"]["schemas"][one["$ref"].rpartition("/")[2]] for one in content[STREAM]["itemSchema"]["anyOf"]
    ]
    named = {shape["properties"]["event"].get("const") for shape in shapes if "event" in shape["properties"]}
    live = {"delta", "thinking", "typing", "snapshot", "summary", "presence"}
    assert named == {None, "reset", "closed", "reconnect"} | live
    assert len(shapes) == len(AgentFrame.__args__)


def test_what_comes_back_has_the_shape_that_is_promised(stage: Stage) -> None:
    """Each answer is held against its shape by the stage; here every one of them comes back at least once."""
    asyncio.run(_a_day(stage))
    promised = {(method, path, status) for method, path, status, content in stage.contract.promised() if content.keys() & {JSON, STREAM}}
    assert promised - stage.contract.held == {("POST", "/v1/setup", 201)}


def test_a_shape_that_is_wrong_is_noticed(stage: Stage) -> None:
    hold = partial(stage.contract.hold, "GET", "/v1/queue", 200, JSON)
    hold(b'{"conversations": [], "position": 1, "next": null}')
    for wrong in (
        b"{}",
        b'{"conversations": [{}], "position": 1, "next": null}',
        b'{"conversations": [], "position": 1, "next": null, "x": 1}',
    ):
        with pytest.raises(AssertionError):
            hold(wrong)


def test_setting_up_answers_as_signing_in(tmp_path: Any) -> None:
    stage = empty_stage(Settings(data=tmp_path, _env_file=None))
    stage.app.state.setup_token = "the-link"
    body = {"token": "the-link", "workspace": "A", "name": "Z", "email": "z@example.com", "password": PASSWORD}
    headers = {"content-type": JSON, "origin": ORIGIN}
    answer = asyncio.run(stage.call("POST", "/v1/setup", headers, json.dumps(body).encode()))
    assert answer.status == 201
    assert ("POST", "/v1/setup", 201) in stage.contract.held
    stage.close()


async def _send(stage: Stage, caller: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
    sent = stage.callers[caller] | {"content-type": JSON, "idempotency-key": "k" + str(len(stage.contract.held)) + path[-60:]} | headers
    answer = await stage.call(method, path, sent, b"" if body is None else json.dumps(body).encode())
    assert answer.status < 300, (method, path, answer.body)
    is_json = answer.headers.get("content-type") == JSON
    return answer.json() if is_json else list(frames(answer.body)) if "event-stream" in answer.headers.get("content-type", "") else None


async def _a_day(stage: Stage) -> None:
    admin, agent, visitor = (partial(_send, stage, name) for name in ("main admin", "main agent", "main one a"))
    await _content(stage, admin)
    await at_desk(stage, "main agent")
    inbox = stage.things["/v1/inboxes/{key}"]
    assert (await _send(stage, "nobody", "POST", f"/v1/inboxes/{inbox}/visitors", {}))["inbox"]["available"]
    talk = f"/v1/conversations/{(await visitor('POST', '/v1/conversations', {'page': {'url': 'https://x.example/p', 'title': 'P'}}))['id']}"
    await visitor("POST", f"{talk}/messages", {"text": "Can I send it back within 30 days?", "page": {"url": "https://x.example/p"}})
    await settle(stage)
    answered = (await visitor("GET", talk))["events"]
    assert any(event.get("citations") for event in answered), answered
    said = next(event for event in answered if event.get("citations"))["seq"]
    await _evaluations(stage, partial(_send, stage, "main reviewer"), answered[-1]["id"])
    judged = await visitor("PUT", f"{talk}/messages/{said}/verdict", {"right": True})
    await visitor("POST", f"{talk}/messages", {"text": "This is a terrible outrage! My order is AB-12345."}, **{"idempotency-key": "angry"})
    await visitor("POST", f"{talk}/handoff", {})
    await settle(stage)
    await _handoff(stage, agent, visitor, talk)
    await _administration(stage, admin)
    assert {"message": said, "right": True}.items() <= (await visitor("GET", f"{talk}/events?after={judged['seq'] - 1}"))[0]["data"].items()
    await _connections(stage, admin, agent, visitor)
    for caller in (visitor, agent):
        assert (await caller("GET", f"{talk}/events"))[0]["event"] == "conversation.opened"
        assert (await caller("GET", talk))["seq"] > 8
    await visitor("GET", "/v1/visitors/me")
    await agent("GET", "/v1/conversations")


async def _connections(stage: Stage, admin: Any, agent: Any, visitor: Any) -> None:
    """Signed in, an appointment is offered, booked, seen and cancelled; each card comes in both views."""
    inbox, key = stage.things["/v1/inboxes/{id}"], stage.things["/v1/inboxes/{key}"]
    every_day = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    await admin("PATCH", f"/v1/inboxes/{inbox}", {"hours": every_day, "timezone": "Europe/Berlin", "slot_minutes": 60})
    made = await admin("POST", f"/v1/inboxes/{inbox}/identity-keys", {"algorithm": "HS256"})
    assert [one["id"] for one in (await admin("GET", f"/v1/inboxes/{inbox}/identity-keys"))["identity_keys"]][-1] == made["id"]
    await admin("PUT", f"/v1/inboxes/{inbox}/order-source", {"url": "https://shop.example/orders", "secret": "shop-secret"})
    assert (await admin("GET", f"/v1/inboxes/{inbox}/order-source"))["has_secret"]
    for asked in ({"question": "Is my order shipped?", "inbox": key}, {"question": "Where is my order HL-10482, jonas@example.com?"}):
        answer = await admin("POST", "/v1/answers", asked)
        assert (answer["action"], answer["citations"], answer["text"][:36]) == ("no_answer", [], "I can do that only in a conversation")
        assert {"name": "order_status", "outcome": "not_here", "source": None}.items() <= answer["decision"]["tool"].items()
    await admin("DELETE", f"/v1/inboxes/{inbox}/order-source", **{"idempotency-key": "gone"})
    await admin("PUT", "/v1/policy", {"text": "[tone]\non = false"})
    assert "[promises]" in (await admin("GET", "/v1/policy"))["ours"]
    token = identity_token(shoppers()[0], key, made["id"], made["secret"], stage.house.clock.now() / 1000)
    await _send(stage, "nobody", "POST", f"/v1/inboxes/{key}/visitors", {"identity": token})
    talk = f"/v1/conversations/{(await visitor('POST', '/v1/conversations', {}, **{'idempotency-key': 'again'}))['id']}"
    for number, text in enumerate(("I'd like to book an appointment", "2")):
        await visitor("POST", f"{talk}/messages", {"text": text}, **{"idempotency-key": f"book {number}".replace(" ", "")})
        await settle(stage)
    for caller in (visitor, agent):
        cards = [event["card"]["kind"] for event in (await caller("GET", talk))["events"] if "card" in event]
        assert cards == ["slots", "appointment"]
    hints = (await agent("POST", f"{talk}/hints", {"text": "We guarantee it for €7.35, calm down"}))["hints"]
    assert [hint["rule"] for hint in hints] == ["promises", "prices"]
    coming = (await agent("GET", "/v1/appointments"))["appointments"]
    assert talk.endswith(coming[0]["conversation"])
    await agent("DELETE", f"/v1/appointments/{coming[0]['id']}", **{"idempotency-key": "off"})
    assert [event["kind"] for event in (await visitor("GET", talk))["events"]][-1] == "appointment.cancelled"


async def _content(stage: Stage, admin: Any) -> None:
    article = stage.things["/v1/articles/{id}"]
    await admin("POST", f"/v1/articles/{article}/publication")
    revised = {"title": "Returns", "markdown": "You can send it back within 40 days.", "base": 1}
    await admin("POST", f"/v1/articles/{article}/revisions", revised)
    for path in ("/v1/collections", "/v1/articles", f"/v1/articles/{article}", f"/v1/articles/{article}/revisions", "/v1/imports"):
        await admin("GET", path)
    await admin("GET", f"/v1/imports/{stage.things['/v1/imports/{id}']}")
    await admin("POST", "/v1/preview", {"markdown": "*hi*"})
    assert (await admin("POST", "/v1/search", {"query": "send it back"}))["hits"]
    asked = {"question": "Can I send it back within 30 days?"}
    answer = await admin("POST", "/v1/answers", asked)
    assert (answer["citations"][0]["article"], type(answer["sentiment"])) == (article, float)
    tried = {"title": "Socks", "markdown": "Socks are washed at 40 degrees."}
    await admin("POST", "/v1/answers", {"question": "At how many degrees are socks washed?", "draft": tried})
    inbox = stage.things["/v1/inboxes/{id}"]
    await admin("PUT", "/v1/vocabulary", {"groups": [["hoodie", "sweatshirt"]]})
    await admin("GET", "/v1/vocabulary")
    await admin("PATCH", f"/v1/inboxes/{inbox}", {"collections": [stage.things["collection"]]})


async def _evaluations(stage: Stage, reviewer: Any, message: str) -> None:
    article = stage.things["/v1/articles/{id}"]
    rows = "question,article\nCan I send it back within 30 days?,{0}\nWho won the cup?,\n"
    asked = await reviewer("POST", "/v1/data-sets", {"name": "Returns", "file": "a.csv", "content": rows.format(article)})
    begun = {"suite": "answers", "data_set": asked["id"], "inbox": None}
    names = ("Before", "After", "Never")
    runs = [(await reviewer("POST", "/v1/evaluations", {**begun, "name": name}, **{"idempotency-key": name}))["id"] for name in names]
    await reviewer("PUT", f"/v1/evaluations/{runs.pop()}/cancellation", {})
    for run in runs:
        row = await stage.house.database.write(claim, "wsp_main", run, "test")
        await asyncio.to_thread(run_claimed, stage.house.database, row, stage.house.parts())
    whole = await reviewer("GET", f"/v1/evaluations/{runs[1]}")
    assert (whole["state"], whole["done"], len(whole["curve"])) == ("done", 2, 101), whole
    verdicts = [line["verdict"] for line in (await reviewer("GET", f"/v1/evaluations/{runs[1]}/lines"))["lines"]]
    assert verdicts[0] == "right"
    assert (await reviewer("GET", f"/v1/evaluations/{runs[1]}/lines/1"))["trace"]["passages"]
    assert (await reviewer("GET", f"/v1/evaluations/{runs[1]}/comparison?baseline={runs[0]}"))["changed_lines"] == 0
    frozen = await reviewer("POST", "/v1/frozen-cases", {"message": message})
    assert (await reviewer("POST", f"/v1/frozen-cases/{frozen['id']}/replays", {}))["replay"]["differences"] == []
    assert (await reviewer("GET", f"/v1/frozen-cases/{frozen['id']}"))["format"] == 1
    for path in ("/v1/suites", "/v1/data-sets", "/v1/evaluations", "/v1/frozen-cases"):
        await reviewer("GET", path)
    for path in (f"/v1/frozen-cases/{frozen['id']}", f"/v1/evaluations/{runs[0]}", f"/v1/data-sets/{asked['id']}"):
        await reviewer("DELETE", path)


async def _handoff(stage: Stage, agent: Any, visitor: Any, talk: str) -> None:
    waiting = (await agent("GET", "/v1/queue"))["conversations"][0]
    assert waiting["offered_to"] == {"id": stage.actors["main agent"].id}
    whole = await agent("GET", talk)
    assert whole["brief"]["tried"][0]["sources"]
    assert whole["brief"]["facts"]
    position = (await agent("GET", "/v1/conversations"))["position"]
    await agent("PUT", f"{talk}/assignment", {})
    named = {frame.get("event") for frame in await agent("GET", f"/v1/agents/me/events?after={position}")}
    assert named == {"conversation.assigned", "snapshot", "summary"}
    await agent("POST", f"{talk}/notes", {"text": "hm"})
    live, id = stage.house.live, talk.rpartition("/")[2]
    live.type(id, "agent", "Ann", on=True)
    live.begin(id, "trn_1", whole["epoch"] + 1)
    live.write(id, "trn_1", "You can")
    assert (await visitor("GET", talk))["live"] == {"turn": "trn_1", "text": "You can"}
    seq = (await agent("GET", talk))["seq"]
    assert [frame["event"] for frame in await visitor("GET", f"{talk}/events?after={seq}")] == ["thinking", "delta", "typing"]
    live.end(id, "trn_1")
    await agent("PUT", "/v1/agents/me/availability", {"availability": "away"})
    position = (await agent("GET", "/v1/queue"))["position"]
    assert "presence" in [frame["event"] for frame in await agent("GET", f"/v1/agents/me/events?after={position}")]
    await agent("GET", "/v1/agents")
    await agent("PUT", f"{talk}/mode", {"mode": "bot"})
    await agent("POST", f"{talk}/resolution", {})
    await visitor("POST", f"{talk}/messages", {"text": "One more thing."}, **{"idempotency-key": "more"})


async def _administration(stage: Stage, admin: Any) -> None:
    eve = {"name": "Eve", "email": "eve@example.com", "role": "agent", "password": PASSWORD}
    made = await admin("POST", "/v1/people", eve)
    await admin("PATCH", f"/v1/people/{made['id']}", {"name": "Eva"})
    await _send(stage, "nobody", "POST", "/v1/sessions", {"email": eve["email"], "password": PASSWORD})
    await admin("GET", "/v1/sessions/current")
    await admin("POST", "/v1/api-keys", {"name": "k", "scopes": ["review"]})
    await admin("POST", "/v1/inboxes", {"name": "I"})
    await admin("PUT", "/v1/confidence/dial", {"wrong_at_most": 0.2})
    await admin("POST", "/v1/confidence/fits", {})
    assert (await admin("GET", "/v1/confidence"))["fitting"]
    for path in ("/v1/people", "/v1/api-keys", "/v1/inboxes", "/v1/audit", "/readyz"):
        await admin("GET", path)
