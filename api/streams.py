"""Server-sent events. The sole user of sse_starlette.

A stream holds a cursor and a wake flag, no queue: on each wake it reads what the log has after its cursor, page by page, one chunk a page.
A frame with an id is in the log; a frame without is live only. A valid stream is never answered with anything but 200.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import anyio
from fastapi import Request
from sse_starlette.sse import EventSourceResponse
from starlette.responses import Response

from api.guards import Credential, Policy, credential_of, still_valid
from api.house import House
from api.intake import cursor_of
from chat.events import Event
from core.scope import Scope

PAGE = 100
RETRY_MS = (500, 3000)
RECHECK_SHARE = 0.8
Body = AsyncIterator[bytes]


def frame(kind: str, data: Any, id: int | None = None) -> bytes:
    head = f"id: {id}\n" if id is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def cursor_frame(id: int) -> bytes:
    """Moves the cursor past events that this reader may not see."""
    return f"id: {id}\n\n".encode()


def farewell() -> bytes:
    return frame("reconnect", {"retry": random.randint(*RETRY_MS)})


@dataclass
class Door:
    """Who opened a stream, asked again so often that a revoked session's stream ends within `recheck_s`."""

    house: House
    credential: Credential
    policy: Policy
    scope: Scope
    opened: float = field(default_factory=time.monotonic)
    checked: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        # Spread, so that a restart does not bring everybody back in the same second.
        self.until = self.opened + self.house.settings.stream_max_age_s * random.uniform(0.85, 1.15)

    @property
    def old(self) -> bool:
        return time.monotonic() > self.until

    @property
    def check_in(self) -> float:
        """Seconds until who opened it is asked again; early enough that the stream has ended within `recheck_s`."""
        return self.checked + self.house.settings.recheck_s * RECHECK_SHARE - time.monotonic()

    async def valid(self) -> bool:
        if self.check_in > 0:
            return True
        self.checked = time.monotonic()
        house = self.house
        scope = await house.database.read(still_valid, self.credential, self.policy, house.clock.now(), house.settings)
        self.scope = scope or self.scope
        return scope is not None


def last_seen(request: Request, after: int) -> int:
    """The larger of Last-Event-ID and ?after= wins."""
    return max(after, cursor_of(request.headers.get("last-event-id", "")))


def respond(request: Request, house: House, scope: Scope, policy: Policy, body: Callable[[Door], Body]) -> Response:
    """Opens a stream for a caller that the route's guard has let in."""
    session = f"{scope.actor.kind}:{scope.actor.id}"
    if house.open_streams.get(session, 0) >= house.settings.streams_per_session:
        return _short(frame("closed", {"reason": "too many streams of this session are open"}))
    door = Door(house, credential_of(request), policy, scope)
    return EventSourceResponse(
        _counted(house, session, body(door)),
        ping=house.settings.stream_ping_s,
        send_timeout=30,
        shutdown_event=house.closing,
        shutdown_grace_period=1,
    )


def gone() -> Response:
    """To a valid session that asks for what is not there (any more)."""
    return _short(frame("reset", {"reason": "not_found"}))


def _short(chunk: bytes) -> Response:
    return Response(chunk, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _counted(house: House, session: str, body: Body) -> Body:
    house.open_streams[session] = house.open_streams.get(session, 0) + 1
    try:
        async for chunk in body:
            yield chunk
    finally:
        house.open_streams[session] -= 1
        if not house.open_streams[session]:
            del house.open_streams[session]


async def pause(door: Door, woken: Any, at_most: float) -> bool:
    """Waits for a wake, the next check, or the end of the process; False when the stream should say goodbye."""
    closing: anyio.Event = door.house.closing
    if closing.is_set() or door.old:
        return False
    await woken.wait(max(0.0, min(at_most, door.check_in)))
    return not closing.is_set()


def pages(events: Iterable[Event], view: Callable[[Event], Any], id_of: Callable[[Event], int]) -> bytes:
    """One chunk for a page of events."""
    chunks = []
    for event in events:
        shown = view(event)
        chunks.append(cursor_frame(id_of(event)) if shown is None else frame(event.kind, shown, id_of(event)))
    return b"".join(chunks)


@dataclass
class LiveCursor:
    """What of the live state of one conversation this stream has sent already."""

    turn: str | None = None
    offset: int = 0
    typing: frozenset[tuple[str, str]] = frozenset()

    def news(self, house: House, conversation: str, epoch: int | None, hide: str, extra: dict[str, Any]) -> bytes:
        """hide: the author kind whose own typing is not shown to it. epoch: of the conversation; an older answer is not shown."""
        chunks: list[bytes] = []
        answer = house.live.answer(conversation)
        if answer is not None and epoch is not None and answer.epoch != epoch:
            answer = None
        if answer is None and self.turn is not None:
            self.turn = None
            chunks.append(frame("thinking", {**extra, "turn": None}))
        if answer is not None:
            if answer.turn != self.turn:
                self.turn, self.offset = answer.turn, 0
                chunks.append(frame("thinking", {**extra, "turn": answer.turn}))
            if len(answer.text) > self.offset:
                chunks.append(frame("delta", {**extra, "turn": answer.turn, "offset": self.offset, "text": answer.text[self.offset :]}))
                self.offset = len(answer.text)
        typing = frozenset(who for who in house.live.typing(conversation) if who[0] != hide)
        for kind, name in sorted(typing ^ self.typing):
            chunks.append(frame("typing", {**extra, "author": {"kind": kind, "name": name}, "on": (kind, name) in typing}))
        self.typing = typing
        return b"".join(chunks)


async def shielded(work: Any) -> None:
    """Clean-up that must be done although the client is gone."""
    await asyncio.shield(asyncio.ensure_future(work))
