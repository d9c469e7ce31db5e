"""B2: every string and number field of the OpenAPI × nasty bytes gives no 500. The cases are made from the app's own description."""

import asyncio
import copy
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from joserfc.jwk import OKPKey

from core.settings import Settings
from tests.api.corpus import NASTY, QUERY, naughty_strings
from tests.api.stage import NO_LIMITS, Stage, furnish, open_stage, settle

# Each request of these costs a password hash or a whole answer: they meet a part of it.
COSTLY = ("/v1/sessions", "/v1/sessions/current/password", "/v1/people", "/v1/setup", "/v1/answers", "/v1/frozen-cases/{id}/replays")
# Whoever has called it is nobody afterwards.
SIGNS_OUT = {("DELETE", "/v1/sessions/current"), ("DELETE", "/v1/visitors/me")}
GIVEN = {
    "agent": "me",
    "original": "https://x.example/a",
    "email": "x@example.com",
    "origin": "https://x.example",
    "scope": "review",
    "language": "en",
    "slug": "a-slug",
    "password": "p" * 12,
    "file": "asked.csv",
    "content": "question\nHow?\n",
    "suite": "answers",
    "timezone": "Europe/Berlin",
    "url": "https://x.example/a",
    "identity": "x.y.z",
    "visitor": "vst_x",
    "algorithm": "EdDSA",
    "public_key": OKPKey.generate_key("Ed25519").as_pem(private=False).decode(),
    "groups": [["hoodie", "sweatshirt"]],
    # Of a policy file, a comment.
    "text": "# some words",
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = open_stage(Settings(data=tmp_path_factory.mktemp("bytes"), _env_file=None, **NO_LIMITS))
    asyncio.run(furnish(stage))
    stage.things["message"], stage.things["/v1/frozen-cases/{id}"] = asyncio.run(frozen(stage))
    yield stage
    stage.close()


async def frozen(stage: Stage) -> tuple[str, str]:
    """A message of the bot, and a test made of it."""

    async def post(caller: str, path: str, **body: str) -> Any:
        headers = stage.callers[caller] | {"content-type": "application/json", "idempotency-key": path[-40:]}
        answer = await stage.call("POST", path, headers, json.dumps(body).encode())
        assert answer.status == 201, answer.body
        return answer.json()

    talk = f"/v1/conversations/{(await post('main one a', '/v1/conversations'))['id']}"
    await post("main one a", f"{talk}/messages", text="hello")
    await settle(stage)
    said = (await stage.call("GET", talk, stage.callers["main one a"])).json()["events"][-1]["id"]
    return said, (await post("main reviewer", "/v1/frozen-cases", message=said))["id"]


def operations(stage: Stage) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    schema = stage.app.openapi()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation, schema["components"]["schemas"]


def body_of(operation: dict[str, Any], schemas: dict[str, Any], stage: Stage) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return example(content["schema"], schemas, stage, "") if content else None


def example(schema: dict[str, Any], schemas: dict[str, Any], stage: Stage, name: str) -> Any:
    """A body that is as right as can be known from its schema; the names of things stand for real ones."""
    real = {"collection": "collection", "article": "/v1/articles/{id}", "inbox": "/v1/inboxes/{key}", "data_set": "/v1/data-sets/{id}"}
    if name in real or name == "message":
        return stage.things[real.get(name, name)]
    if name in GIVEN:
        return GIVEN[name]
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas, stage, name)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example(next(one for one in schema[key] if one.get("type") != "null"), schemas, stage, name)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object":
        return {key: example(part, schemas, stage, key) for key, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema.get("items", {}), schemas, stage, name.removesuffix("s"))]
    plain = {"integer": schema.get("minimum", 1), "number": schema.get("maximum", 1.0), "boolean": True}
    return plain.get(str(kind), "some words")


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every leaf, and every object and list themselves."""
    yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*at, key))


def put(body: Any, at: tuple[Any, ...], text: str) -> bytes:
    """The body with raw JSON text in one place."""
    mark = "\x01here\x01"
    if not at:
        return text.encode("utf-8", "surrogateescape")
    body = copy.deepcopy(body)
    holder = body
    for key in at[:-1]:
        holder = holder[key]
    holder[at[-1]] = mark
    return json.dumps(body).replace(json.dumps(mark), text).encode("utf-8", "surrogateescape")


def callers(operation: dict[str, Any]) -> list[str]:
    kinds = {name for one in operation["security"] for name in one}
    return ["main admin"] * ("session" in kinds) + ["main one a"] * ("visitor" in kinds) or ["nobody"]


async def ask(stage: Stage, method: str, path: str, caller: str, body: bytes, query: str = "") -> tuple[int, bytes]:
    path = stage.address(path)
    headers = stage.callers[caller] | {"content-type": "application/json", "idempotency-key": f"k{random.getrandbits(60)}"}
    answer = await stage.call(method, path + (f"?{query}" if query else ""), headers, body)
    if 400 <= answer.status < 500 and path.startswith("/v1"):
        assert answer.headers["content-type"] == "application/problem+json", (method, path, answer.body)
    return answer.status, answer.body


def test_every_field_takes_nasty_bytes(stage: Stage) -> None:
    async def walk() -> tuple[int, list[str]]:
        tried, broken = 0, []
        for method, path, operation, schemas in operations(stage):
            body = body_of(operation, schemas, stage)
            if body is None:
                continue
            for caller in callers(operation):
                for at in places(body):
                    for name, text in NASTY.items():
                        tried += 1
                        status, shown = await ask(stage, method, path, caller, put(body, at, text))
                        if status >= 500:
                            broken.append(f"{method} {path} {at} {name}: {status} {shown[:200]!r}")
        return tried, broken

    tried, broken = asyncio.run(walk())
    assert broken == []
    assert tried > 2000


def test_the_examples_are_right_enough_to_reach_the_code(stage: Stage) -> None:
    """A corpus that stops at validation would prove nothing."""

    async def walk() -> dict[str, int]:
        statuses = {}
        for method, path, operation, schemas in operations(stage):
            body = body_of(operation, schemas, stage)
            if body is not None:
                status, shown = await ask(stage, method, path, callers(operation)[0], json.dumps(body).encode())
                statuses[f"{method} {path}"] = status if status != 422 else shown
        return statuses

    stopped = {route: shown for route, shown in asyncio.run(walk()).items() if isinstance(shown, bytes)}
    assert stopped == {}


def test_every_query_parameter(stage: Stage) -> None:
    async def walk() -> list[str]:
        broken = []
        for method, path, operation, schemas in operations(stage):
            names = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
            body = body_of(operation, schemas, stage)
            sent = b"" if body is None else json.dumps(body).encode()
            for caller in callers(operation) if (method, path) not in SIGNS_OUT else ():
                for name in [*names, "unknown"]:
                    for value in QUERY[:: 5 if path in COSTLY else 1]:
                        query = f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}"
                        status, _ = await ask(stage, method, path, caller, sent, query)
                        if status >= 500 or (path.endswith("/events") and status != 200):
                            broken.append(f"{method} {path}?{query}: {status}")
        return broken

    assert asyncio.run(walk()) == []


def test_every_path_parameter(stage: Stage) -> None:
    async def walk() -> list[str]:
        broken = []
        for method, path, operation, schemas in operations(stage):
            if "{" not in path:
                continue
            body = body_of(operation, schemas, stage)
            for value in QUERY[1:]:
                address = path[: path.index("{")] + quote(value.encode("utf-8", "surrogatepass"), safe="") + path[path.index("}") + 1 :]
                status, _ = await ask(stage, method, address, callers(operation)[0], json.dumps(body).encode() if body else b"")
                if status >= 500 or (path.endswith("/events") and status != 200):
                    broken.append(f"{method} {address}: {status}")
        return broken

    assert asyncio.run(walk()) == []


def test_naughty_strings_in_every_text(stage: Stage) -> None:
    """Each string goes into all free text fields of a route at once."""
    strings = naughty_strings()

    async def walk() -> list[str]:
        broken = []
        for method, path, operation, schemas in operations(stage):
            body = body_of(operation, schemas, stage)
            free = await _free_fields(stage, method, path, operation, body) if body else []
            for text in strings[:: 10 if path in COSTLY else 1] if free else []:
                filled = copy.deepcopy(body)
                for at in free:
                    set_leaf(filled, at, text)
                status, shown = await ask(stage, method, path, callers(operation)[0], json.dumps(filled).encode())
                if status >= 500:
                    broken.append(f"{method} {path} {text!r}: {status} {shown[:200]!r}")
        return broken

    assert asyncio.run(walk()) == []


async def _free_fields(stage: Stage, method: str, path: str, operation: dict[str, Any], body: Any) -> list[tuple[Any, ...]]:
    """String fields that take any words: those that do not, refuse a naughty string before any code sees it."""
    free = []
    for at in places(body):
        if at and isinstance(leaf(body, at), str):
            status, _ = await ask(stage, method, path, callers(operation)[0], put(body, at, json.dumps("no such <word>")))
            if status != 422:
                free.append(at)
    return free


def set_leaf(body: Any, at: tuple[Any, ...], text: str) -> None:
    for key in at[:-1]:
        body = body[key]
    body[at[-1]] = text


def leaf(body: Any, at: tuple[Any, ...]) -> Any:
    for key in at:
        body = body[key]
    return body
