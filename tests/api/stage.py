"""The whole app with its cast, for tests that are made from the app itself. Speaks ASGI, so that streams can be looked at and let go."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from fastapi import FastAPI
from fold import check_fold

from api.app import build_house, close_house, create_app
from api.desk import open_desk
from api.house import House
from bot.appointments import Appointment, book
from bot.outcome import Tools
from bot.turn import Turns
from chat import contacts, conversation
from chat.conversation import owed
from chat.events import Author
from chat.inboxes import Inbox, create_inbox
from chat.log import Draft, append
from core.clock import SystemClock
from core.database import Database
from core.ids import new_id
from core.log import set_up_log
from core.scope import Actor, Scope, Signed, system_scope
from core.secret import make_secret, require_secret
from core.settings import Settings
from core.tables import metadata
from core.tables import workspace as workspace_table
from evals import kept_cases, kept_runs
from handoff import presence
from handoff.queue import accept, ask_for_person
from handoff.router import Router
from handoff.scoring import scoring
from people import api_keys, identity, person, session
from people.budget import Allowance, ModelBudget
from people.roles import PERMISSIONS, ROLES
from retrieval.hash_embedder import HashEmbedder
from tests.api.contract import Contract
from tests.conftest import import_all_tables

ORIGIN = "http://localhost:8080"
SHOP_SECRET = "wli_the-secret-of-the-shop-in-these-tests-xxxxx"
_LIMITS = """login_per_account login_per_address setup_per_address visitor_messages_per_minute visitor_messages_per_day
address_messages_per_minute address_visitors_per_minute imports_per_minute streams_per_session"""
BOT_SEQ = 3
Headers = Mapping[str, str | bytes]
NO_LIMITS = dict.fromkeys(_LIMITS.split(), 10**6)


@dataclass
class Answer:
    """route: the path as the app writes it."""

    status: int
    headers: dict[str, str]
    body: bytes
    route: str = ""

    def json(self) -> Any:
        return json.loads(self.body)

    def shown(self) -> Any:
        """What may not differ between a foreign and an unknown object."""
        body = {**self.json(), "request_id": ""} if "json" in self.headers.get("content-type", "") else self.body
        return self.status, body


@dataclass
class Stage:
    """callers: name → headers. things: the ids that stand for path parameters, by the path before them; all of workspace `main`."""

    app: FastAPI
    house: House
    callers: dict[str, dict[str, str]] = field(default_factory=dict)
    actors: dict[str, Actor | None] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)

    @cached_property
    def contract(self) -> Contract:
        return Contract(self.app)

    async def call(self, method: str, path: str, headers: Headers | None = None, body: bytes = b"") -> Answer:
        """A stream is let go after its first frame. Every answer is held against the shape that its route promises."""
        answer = await asyncio.wait_for(_call(self.app, method, path, headers or {}, body), 20)
        self.contract.hold(method, answer.route, answer.status, answer.headers.get("content-type", ""), answer.body)
        return answer

    def address(self, path: str) -> str:
        """With the id of the thing that the path's first parameter names, if there is one here."""
        before, brace, rest = path.partition("{")
        name, _, after = rest.partition("}")
        thing = self.things.get(before + ("{key}" if name == "key" else "{id}"))
        return before + thing + after if brace and thing else path

    def close(self) -> None:
        check_fold(self.house.database)
        self.app.state.passwords.close()
        close_house(self.house)


async def _call(app: FastAPI, method: str, target: str, headers: Headers, body: bytes) -> Answer:
    path, _, query = target.partition("?")
    raw = [(name.lower().encode(), value if isinstance(value, bytes) else value.encode("latin-1")) for name, value in headers.items()]
    raw += [(b"host", b"localhost:8080"), (b"content-length", str(len(body)).encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": unquote(path),
        "raw_path": path.encode(), "query_string": query.encode(), "headers": raw, "client": ("127.0.0.1", 1),
        "server": ("localhost", 8080), "root_path": "", "state": {},
    }  # fmt: skip
    started: dict[str, Any] = {}
    chunks: list[bytes] = []
    ended, sent = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not sent.is_set():
            sent.set()
            return {"type": "http.request", "body": body, "more_body": False}
        await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            chunks.append(message.get("body", b""))
            is_stream = any(b"event-stream" in value for _, value in started["headers"])
            if not message.get("more_body") or (is_stream and chunks[-1].strip(b":\r\n ")):
                ended.set()

    running = asyncio.create_task(app(scope, receive, send))
    ending = asyncio.create_task(ended.wait())
    # A quiet stream sends nothing after its headers.
    await asyncio.wait({running, ending}, timeout=2 if target.partition("?")[0].endswith("/events") else 15, return_when="FIRST_COMPLETED")
    ended.set()
    await asyncio.wait({running, ending}, timeout=10)
    if running.done() and running.exception() and not started:
        raise running.exception()  # type: ignore[misc]
    shown = {name.decode(): value.decode("latin-1") for name, value in started["headers"]}
    return Answer(started["status"], shown, b"".join(chunks), getattr(scope.get("route"), "path", ""))


def empty_stage(settings: Settings) -> Stage:
    import_all_tables()
    set_up_log("error")
    make_secret(settings)
    database = Database.open(settings)
    metadata.create_all(database.store.engine)
    database.close()
    house = build_house(settings, SystemClock(), HashEmbedder())
    return Stage(create_app(house, work=False), house)


def open_stage(settings: Settings) -> Stage:
    stage = empty_stage(settings)
    now = stage.house.clock.now()
    for workspace in ("main", "other"):
        _fill(stage, workspace, now)
    stage.callers["nobody"], stage.actors["nobody"] = {}, None
    return stage


def _fill(stage: Stage, workspace: str, now: int) -> None:
    database, scope = stage.house.database, system_scope(f"wsp_{workspace}", "test")
    row = {"id": scope.workspace, "name": workspace, "position": 0, "demo": False, "created_at": now}
    database.write_now(lambda connection: connection.execute(workspace_table.insert().values(**row)))
    for role in ROLES:
        _add_person(stage, scope, f"{workspace} {role}", role, now)
    for number in ("one", "two"):
        inbox = database.write_now(create_inbox, scope, Inbox(new_id("inb"), new_id("key"), number), now)
        for visitor in ("a", "b"):
            _add_visitor(stage, scope, f"{workspace} {number} {visitor}", inbox.id, now)
        for browser in ("signed", "signed again"):
            _add_customer(stage, scope, f"{workspace} {number} {browser}", inbox.id, now)
        if (workspace, number) == ("main", "one"):
            stage.things |= {"/v1/inboxes/{id}": inbox.id, "/v1/inboxes/{key}": inbox.key}
    if workspace == "main":
        for permission in PERMISSIONS:
            _add_key(stage, scope, f"key {permission}", frozenset({permission}), now)
        _add_things(stage, scope, now)


def _add_person(stage: Stage, scope: Scope, name: str, role: str, now: int) -> person.Person:
    database, token = stage.house.database, f"wls_{name.replace(' ', '_')}"
    new = person.NewPerson(new_id("prs"), name, f"{name.replace(' ', '.')}@example.com", role, f"hash {name}")
    made = database.write_now(person.create_person, scope, new, now)
    opening = session.Opening(new_id("ses"), session.hash_token(token), now, now + 10**9)
    database.write_now(session.sign_in, session.Credentials(scope.workspace, made.id, new.password_hash), opening)
    stage.callers[name] = {"cookie": f"warmline={token}", "origin": ORIGIN}
    stage.actors[name] = Actor("person", made.id, name, role=role)
    return made


def _add_visitor(stage: Stage, scope: Scope, name: str, inbox: str, now: int) -> None:
    token, contact = f"vst_{name.replace(' ', '_')}", new_id("con")
    stage.house.database.write_now(contacts.add_visitor, scope.workspace, inbox, session.hash_token(token), contact, "en", now)
    stage.callers[name] = {"authorization": f"Bearer {token}"}
    stage.actors[name] = Actor("visitor", contact, inbox=inbox, contact=contact)


def _add_customer(stage: Stage, scope: Scope, name: str, inbox: str, now: int) -> None:
    """Identified: a shop calls its customer the same wherever they come in, and so may another shop call its own."""
    token, signed = f"vst_{name.replace(' ', '_')}", Signed("customer-1", "customer@example.com")
    door = contacts.Door(scope.workspace, inbox, session.hash_token(token), new_id("con"))
    contact, _ = stage.house.database.write_now(contacts.sign_in_visitor, door, contacts.SignIn(signed, "Robin", now + 10**9), now)
    stage.callers[name] = {"authorization": f"Bearer {token}"}
    stage.actors[name] = Actor("visitor", contact, "Robin", inbox=inbox, contact=contact, signed=signed)


def _add_key(stage: Stage, scope: Scope, name: str, scopes: frozenset[str], now: int) -> str:
    token = f"wlk_{name.replace(' ', '_')}"
    new = api_keys.NewApiKey(new_id("key"), name, scopes, token[:10], session.hash_token(token))
    made = stage.house.database.write_now(api_keys.create_api_key, scope, new, now)
    stage.callers[name] = {"authorization": f"Bearer {token}"}
    stage.actors[name] = Actor("api_key", made.id, name, scopes=scopes)
    return made.id


def _add_things(stage: Stage, scope: Scope, now: int) -> None:
    """One of each kind of object, and callers who no longer may."""
    database = stage.house.database
    gone = _add_person(stage, scope, "deactivated", "admin", now)
    database.write_now(person.deactivate, scope, gone.id)
    revoked = _add_key(stage, scope, "revoked", frozenset({"administer"}), now)
    database.write_now(api_keys.revoke_api_key, scope, revoked, now)
    for name in ("deactivated", "revoked"):
        stage.actors[name] = None
    stage.things["/v1/people/{id}"] = _add_person(stage, scope, "victim", "agent", now).id
    stage.callers.pop("victim"), stage.actors.pop("victim")
    stage.things["/v1/api-keys/{id}"] = _add_key(stage, scope, "victim", frozenset({"review"}), now)
    stage.callers.pop("victim"), stage.actors.pop("victim")
    stage.things["/v1/conversations/{id}"] = add_conversation(stage)
    stage.things["/v1/appointments/{id}"] = add_appointment(stage)
    stage.things["identity key"] = add_identity_key(stage)


async def furnish(stage: Stage) -> None:
    """What is easiest made through the door itself: a collection, an article, an import."""
    admin = stage.callers["main admin"] | {"content-type": "application/json"}

    async def make(path: str, **body: object) -> str:
        answer = await stage.call("POST", path, admin, json.dumps(body).encode())
        assert answer.status == 201, (path, answer.body)
        return answer.json()["id"]

    stage.things["collection"] = await make("/v1/collections", name="Returns")
    stage.things["/v1/articles/{id}"] = await add_article(stage)
    stage.things["/v1/data-sets/{id}"] = await make("/v1/data-sets", name="Asked", file="a.csv", content="question\nHow?\n")
    stage.things["/v1/evaluations/{id}"] = await add_evaluation(stage)
    stage.things["/v1/frozen-cases/{id}"] = add_frozen_case(stage)
    part = 'Content-Disposition: form-data; name="{0}"{1}\r\n\r\n{2}\r\n'
    parts = [part.format("collection", "", "Returns"), part.format("files", '; filename="a.md"', "# Hi")]
    upload = "".join(f"--x\r\n{one}" for one in parts) + "--x--\r\n"
    multipart = admin | {"content-type": "multipart/form-data; boundary=x"}
    answer = await stage.call("POST", "/v1/imports", multipart, upload.encode())
    assert answer.status == 202, answer.body
    stage.things["/v1/imports/{id}"] = answer.json()["id"]


async def add_evaluation(stage: Stage) -> str:
    """With one line, as if its job had made it."""
    admin = stage.callers["main admin"] | {"content-type": "application/json"}
    body = {"suite": "retrieval", "data_set": stage.things["/v1/data-sets/{id}"], "name": "Before"}
    answer = await stage.call("POST", "/v1/evaluations", admin, json.dumps(body).encode())
    assert answer.status == 202, answer.body
    run = answer.json()["id"]
    line = {
        "number": 1,
        "item": "line-1",
        "asked": {"id": "line-1"},
        "line": {"id": "line-1", "ranked": []},
        "trace": None,
        "is_right": None,
    }
    await stage.house.database.write(kept_runs.keep_line, system_scope("wsp_main", "test"), run, line)
    return run


def add_frozen_case(stage: Stage) -> str:
    turn = {"events": [], "state": {"id": stage.things["/v1/conversations/{id}"]}, "message": "msg_x"}
    case: dict[str, Any] = {
        "format": 1,
        "workspace": "wsp_main",
        "frozen_at": "2026-11-25T00:00:00Z",
        "now": 0,
        "seed": 7,
        "as_posted": True,
    }
    case |= {"turn": turn} | {name: {} for name in ("made_with", "tape", "rows", "expected")}
    scope, case_id = system_scope("wsp_main", "test"), new_id("frz")
    stage.house.database.write_now(kept_cases.keep_case, scope, case_id, case, kept_cases.packed(case), stage.house.clock.now())
    return case_id


async def settle(stage: Stage) -> None:
    """Everything that a server does beside its requests, until nothing is owed any more: turns, mood, routing."""
    house = stage.house
    database, settings = house.database, house.settings
    tools = Tools(database, house.answerer, house.embedder, ModelBudget(database, house.clock, Allowance(0, 0)), open_desk(house))
    turns, mood = Turns(tools, house.live, settings, house.clock), scoring(database, house.embedder, house.clock)
    with database.wakes.subscribe("events") as woken:
        running = asyncio.create_task(turns.run())
        while await database.read(owed) or await mood.step():
            await woken.wait(1)
        running.cancel()
        await turns.drain(10)
    await Router(database, settings, house.clock).step()


async def at_desk(stage: Stage, name: str) -> None:
    """Online and connected: may be offered what waits."""
    database, scope = stage.house.database, Scope("wsp_main", stage.actors[name])
    await database.write(presence.set_availability, scope, "online", stage.house.clock.now())
    await database.write(presence.renew, scope, new_id("str"), 600)


async def add_article(stage: Stage) -> str:
    body = {"collection": stage.things["collection"], "title": f"Returns {new_id('x')}", "markdown": "You can send it back within 30 days."}
    headers = stage.callers["main admin"] | {"content-type": "application/json"}
    answer = await stage.call("POST", "/v1/articles", headers, json.dumps(body).encode())
    assert answer.status == 201, answer.body
    return answer.json()["id"]


def add_identity_key(stage: Stage) -> str:
    """Of the first inbox of workspace main, in the place of those it has."""
    database, scope, inbox = stage.house.database, system_scope("wsp_main", "test"), stage.things["/v1/inboxes/{id}"]
    for old in database.read_now(identity.list_keys, scope, inbox):
        database.write_now(identity.remove_key, scope, inbox, old.id)
    material = identity.secret_material(require_secret(stage.house.settings), SHOP_SECRET)
    new = identity.NewIdentityKey(new_id("idk"), inbox, "HS256", material)
    return database.write_now(identity.add_key, scope, new, stage.house.clock.now()).id


def add_appointment(stage: Stage) -> str:
    """Tomorrow, in the conversation that is there."""
    database, now = stage.house.database, stage.house.clock.now()
    start, conversation_id = now + 24 * 3_600_000, stage.things["/v1/conversations/{id}"]
    contact = stage.actors["main one a"].contact
    new = Appointment(new_id("apt"), stage.things["/v1/inboxes/{id}"], conversation_id, contact, start, start + 1_800_000)
    database.write_now(book, "wsp_main", new, new_id("evt"), Author("bot", "bot"), now)
    return new.id


def add_conversation(stage: Stage, of: str = "main one a") -> str:
    """Answered by the bot at seq BOT_SEQ, then taken by `main agent`."""
    database, now = stage.house.database, stage.house.clock.now()
    who, agent = Scope("wsp_main", stage.actors[of]), Scope("wsp_main", stage.actors["main agent"])
    made = database.write_now(conversation.open_conversation, who, new_id("cnv"), None, new_id("evt"), now).id
    database.write_now(conversation.post_message, who, made, {"text": "hello"}, (new_id("msg"), new_id("evt")), now)
    says = Draft("message.added", Author("bot", "bot", "Ada"), new_id("msg"), now, {"text": "Hello!", "ending": "small_talk"})
    assert database.write_now(append, "wsp_main", made, says)[0].seq == BOT_SEQ
    database.write_now(ask_for_person, who, made, "You asked for a person.", new_id("evt"), now)
    database.write_now(accept, agent, made, new_id("evt"), now)
    return made
