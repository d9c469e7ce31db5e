"""B2 where no JSON field is: streams, uploads and headers; and what becomes of hostile text behind the door."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from structlog.testing import capture_logs

from core.jobs import claim, run_claimed, waiting
from core.settings import Settings
from tests.api.contract import JSON, frames
from tests.api.corpus import NASTY, QUERY, naughty_strings
from tests.api.stage import NO_LIMITS, ORIGIN, Answer, Stage, at_desk, furnish, open_stage, settle

RAW = [value.encode("utf-8", "surrogatepass") for value in QUERY] + [
    b"\xff\xfe", b"\xc0\x80", b"+2AA-", b"=?utf-8?B?AAAA?=", b"a\\\"b", b"utf-8''%00", b"..\\..\\x.md", b"C:\\x.md", b"a" * 300 + b".md", b"\x85\x1b[31m",
]  # fmt: skip


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    settings = Settings(data=tmp_path_factory.mktemp("hostile"), _env_file=None, agent_capacity=100, **NO_LIMITS)
    stage = open_stage(settings)
    asyncio.run(furnish(stage))
    yield stage
    stage.close()


def no_bug(answer: Answer, what: object) -> None:
    assert answer.status < 500, (what, answer.status, answer.body)
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json", (what, answer.body)


# Streams

NO_CURSOR = (
    "abc",
    "-1",
    "99999999999999999999",
    "9" * 16,
    "9" * 5000,
    "1.5",
    "1e3",
    "0x10",
    "%D9%A1",
    "%00",
    "%ff",
    "%ed%a0%80",
    "+1",
    "1%20",
    "[]",
)
NO_ID = ("b%20d", "%00", "%ff", "%ed%a0%80", "x" * 5000, "%C3%A4", "%0d%0aX:%20y", "'%22%25_*", "%F0%9F%92%A5", "..", "none")
FOLLOWERS = ("main one a", "main agent", "key read_conversations")


@pytest.mark.parametrize("caller", FOLLOWERS)
def test_a_stream_is_answered_with_200_whatever_is_asked(stage: Stage, caller: str) -> None:
    talk = f"/v1/conversations/{stage.things['/v1/conversations/{id}']}/events"
    streams = [talk] if caller == "main one a" else [talk, "/v1/agents/me/events"]
    resets = [f"{path}?after={value}" for path in streams for value in NO_CURSOR] + [f"{talk}?after=1&after=x"]
    resets += [f"/v1/conversations/{id}/events" for id in NO_ID]

    async def ask(target: str, **headers: Any) -> Answer:
        return await stage.call("GET", target, stage.callers[caller] | headers)

    async def walk() -> None:
        for target in resets:
            answer = await ask(target)
            assert (answer.status, _kinds(answer)) == (200, ["reset"]), target
        for path in streams:
            for raw in (b"abc", b"-1", b"9" * 30, b"\xff", b"1.5", "١".encode(), b" "):
                answer = await ask(path, **{"last-event-id": raw})
                assert (answer.status, _kinds(answer)) == (200, ["reset"]), raw
            for target in (path, f"{path}?after=", f"{path}?after=1", f"{path}?unknown=%00", f"{path}?%ff=%ff"):
                answer = await ask(target)
                assert answer.status == 200, target
                assert "reset" not in _kinds(answer), target
            answer = await stage.call("GET", path, stage.callers[caller] | {"content-type": "text/plain"}, b"\xff" * 100_000)
            assert answer.status == 200, "a body is no business of a stream"

    asyncio.run(walk())


def _kinds(answer: Answer) -> list[str | None]:
    return [frame.get("event") for frame in frames(answer.body)]


def test_the_larger_cursor_wins(stage: Stage) -> None:
    talk = f"/v1/conversations/{stage.things['/v1/conversations/{id}']}/events"

    async def first(after: int, header: str) -> int:
        answer = await stage.call("GET", f"{talk}?after={after}", stage.callers["main agent"] | {"last-event-id": header})
        return next(frames(answer.body))["id"]

    assert [asyncio.run(first(*cursors)) for cursors in ((1, "2"), (2, "1"), (0, ""), (2, ""))] == [3, 3, 1, 3]


def test_the_cursor_is_an_integer_in_the_description(stage: Stage) -> None:
    for path in ("/v1/conversations/{id}/events", "/v1/agents/me/events"):
        after = next(one for one in stage.app.openapi()["paths"][path]["get"]["parameters"] if one["name"] == "after")
        assert (after["schema"]["type"], after["schema"]["minimum"]) == ("integer", 0)


# Policies


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "own",
    ["[tone]\nalso = ['" + "+)" * 9900 + "']", "x = " + "[" * 15_000, "[tone]\nalso = ['a{99999999999}']", "[tone]\nalso = ['(?:a|aa)+!']"],
    ids=["long", "deep", "huge", "endless"],
)
def test_a_policy_that_could_hold_up_the_server_is_refused(stage: Stage, own: str) -> None:
    body = json.dumps({"text": own}).encode()
    answer = asyncio.run(stage.call("PUT", "/v1/policy", stage.callers["main admin"] | {"content-type": JSON}, body))
    assert (answer.status, answer.json()["code"]) == (422, "bad_policy")
    assert 8 < len(answer.json()["detail"]) < 500


# Uploads


def part(name: bytes, content: bytes, filename: bytes | None = None, more: bytes = b"") -> bytes:
    file = b'; filename="%s"' % filename if filename is not None else b""
    return b'--x\r\nContent-Disposition: form-data; name="%s"%s%s\r\n\r\n%s\r\n' % (name, file, more, content)


def upload(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--x--\r\n"


COLLECTION, FILE = part(b"collection", b"Returns"), part(b"files", b"# Hi", b"a.md")


def uploads(raw: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """(what, body, content type) with the hostile bytes in one place."""
    kind = b"multipart/form-data; boundary=x"
    yield "file name", upload(COLLECTION, part(b"files", b"# Hi", raw)), kind
    yield "file name with an ending", upload(COLLECTION, part(b"files", b"# Hi", raw + b".md")), kind
    yield "file name*", upload(COLLECTION, part(b"files", b"# Hi", b"a.md", b"; filename*=" + raw)), kind
    yield "field name", upload(COLLECTION, FILE, part(raw, b"x")), kind
    yield "file's field name", upload(COLLECTION, FILE, part(raw, b"x", b"a.md")), kind
    yield "collection", upload(part(b"collection", raw), FILE), kind
    yield "publish", upload(COLLECTION, FILE, part(b"publish", raw)), kind
    yield "content", upload(COLLECTION, part(b"files", raw, b"a.md"), part(b"files", raw, b"a.html"), part(b"files", raw, b"a.csv")), kind
    yield "part header", upload(COLLECTION, part(b"files", b"# Hi", b"a.md", b"\r\nContent-Type: " + raw)), kind
    yield "after the end", upload(COLLECTION, FILE) + raw, kind
    yield "boundary", upload(COLLECTION, FILE), b"multipart/form-data; boundary=" + raw
    yield "charset", upload(COLLECTION, part(b"files", b"# Hi", b"+2AA-.md")), kind + b"; charset=" + raw
    for charset in (b"utf-7", b"utf-16", b"punycode", b"idna", b"base64", b"no-such"):
        yield charset.decode(), upload(COLLECTION, part(b"files", b"# Hi", raw)), kind + b"; charset=" + charset


def test_an_upload_takes_nasty_bytes(stage: Stage) -> None:
    strings = RAW + [text.encode("utf-8", "surrogatepass") for text in naughty_strings()[::20]]
    admin = stage.callers["main admin"]

    async def walk() -> int:
        taken = 0
        for number, raw in enumerate(strings):
            for what, body, kind in uploads(raw):
                key = {"idempotency-key": f"{number} {what}".replace(" ", "-")} if number % 2 else {}
                answer = await stage.call("POST", "/v1/imports", admin | {"content-type": kind} | key, body)
                no_bug(answer, (what, raw))
                taken += answer.status == 202
        return taken

    assert asyncio.run(walk()) > 300
    assert _faults_of_jobs(stage) == []


def _faults_of_jobs(stage: Stage) -> list[Any]:
    """Runs what was imported, as the job runner of a server does."""
    database = stage.house.database
    with capture_logs() as written:
        for workspace, job in database.read_now(waiting):
            run_claimed(database, database.write_now(claim, workspace, job, "test"), stage.house.parts())
    return written


# Headers

WHERE = (("POST", "/v1/collections"), ("GET", "/v1/articles"), ("GET", "/v1/agents/me/events"), ("POST", "/v1/imports"))
HEADERS = {"idempotency-key": 409, "last-event-id": 200, "authorization": 401, "origin": 403, "cookie": 401, "content-type": 415}
HEADERS |= {"x-request-id": 200, "x-forwarded-for": 200}


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_takes_nasty_bytes(stage: Stage, header: str) -> None:
    """It is looked at: at least one value is answered as only this header can make it."""
    cookie = stage.callers["main admin"]["cookie"].encode()
    right = {"authorization": stage.callers["key read_content"]["authorization"].encode(), "cookie": cookie}.get(header, b"")

    async def walk() -> set[int]:
        statuses = set()
        for raw in RAW + [text.encode("utf-8", "surrogatepass") for text in naughty_strings()[::10]]:
            for method, path in WHERE:
                for value in {raw, right + raw}:
                    sent = {"cookie": cookie, "origin": ORIGIN, "content-type": JSON, header: value}
                    answer = await stage.call(method, path, sent, b'{"name": "%d"}' % len(statuses) if method == "POST" else b"")
                    no_bug(answer, (header, method, path, value))
                    statuses.add(answer.status)
        return statuses

    assert HEADERS[header] in asyncio.run(walk())


# Behind the door


def test_hostile_messages_meet_the_turn_the_brief_and_routing(stage: Stage) -> None:
    """Each string is a conversation of its own: asked of the bot, handed off with a brief, offered, and read by everybody."""
    texts = [*NASTY.values(), *(json.dumps(text) for text in naughty_strings())]
    agent = stage.callers["main agent"]

    async def walk() -> tuple[int, int]:
        await _publish(stage)
        await at_desk(stage, "main agent")
        talks = [talk for number, text in enumerate(texts) if (talk := await _say(stage, text, number))]
        await settle(stage)
        for talk in talks:
            whole = (await stage.call("GET", talk, stage.callers["main one a"])).json()
            assert whole["events"][-1]["author"]["kind"] == "bot", whole
            no_bug(await stage.call("POST", f"{talk}/handoff", stage.callers["main one a"] | {"content-type": JSON}, b"{}"), talk)
        await settle(stage)
        offered = 0
        for talk in talks:
            whole = (await stage.call("GET", talk, agent)).json()
            assert whole["brief"]["wants"]["text"], whole
            offered += whole["summary"]["offered_to"] is not None
            for path in (f"{talk}/transcript", f"{talk}/events"):
                assert (await stage.call("GET", path, agent)).status == 200
        return len(talks), offered

    with capture_logs() as written:
        talks, offered = asyncio.run(walk())
    assert written == []
    assert talks > 400
    assert offered == 99, "as many as one agent takes who holds one already"


async def _publish(stage: Stage) -> None:
    """So that the words are searched for."""
    admin = stage.callers["main admin"] | {"content-type": JSON}
    await stage.call("POST", f"{stage.address('/v1/articles/{id}')}/publication", admin)
    reads = json.dumps({"collections": [stage.things["collection"]]}).encode()
    assert (await stage.call("PATCH", stage.address("/v1/inboxes/{id}"), admin, reads)).status == 200


async def _say(stage: Stage, text: str, number: int) -> str | None:
    """text: JSON. The address of the new conversation; None when it was refused."""
    visitor = stage.callers["main one a"] | {"content-type": JSON}
    page = f'{{"url": "https://x.example/{quote(str(number))}", "title": {text}, "product": {text}, "referrer": {text}}}'
    for page_or_none in (page, "null"):
        sent = f'{{"page": {page_or_none}}}'.encode("utf-8", "surrogateescape")
        opened = await stage.call("POST", "/v1/conversations", visitor, sent)
        no_bug(opened, text)
        if opened.status == 201:
            break
    talk = f"/v1/conversations/{opened.json()['id']}"
    body = f'{{"text": {text}, "page": {page_or_none}}}'.encode("utf-8", "surrogateescape")
    said = await stage.call("POST", f"{talk}/messages", visitor | {"idempotency-key": f"n{number}"}, body)
    no_bug(said, text)
    return talk if said.status == 201 else None
