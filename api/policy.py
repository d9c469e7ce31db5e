"""What may not be said to a customer: the workspace's own file for admins, and what agents are told of it before they send."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import Connection
from starlette.responses import Response

from api.guards import allow
from api.house import TheHouse
from api.idempotency import Key, once
from api.intake import Body, PathId, Text10k
from api.parts import Db, Now
from api.shapes import Shape, gives
from bot.rulebook import LONGEST, RULES, default_text, keep_policy, own_policy, rulebook
from chat import conversation, log
from chat.events import Event
from chat.inboxes import Inbox, find_inbox
from core.errors import Unavailable
from core.ids import new_id
from core.scope import Scope
from people import audit
from retrieval.query import Query
from retrieval.search import Filters

router = APIRouter(prefix="/v1", tags=["policy"])
Admin = Annotated[Scope, Depends(allow("administer"))]
Agent = Annotated[Scope, Depends(allow("converse"))]
# Passages that an amount is looked for in, and for how long.
PASSAGES, SEARCH_S = 20, 3.0


class NewPolicy(Body):
    """text: TOML, laid over ours; empty: ours alone."""

    text: Annotated[str, Field(max_length=LONGEST)]


class DraftReply(Body):
    text: Text10k


class PolicyView(Shape):
    """text: the workspace's own; ours: what it is laid over."""

    text: str
    ours: str
    version: str


class Hint(Shape):
    rule: Literal["promises", "prices", "personal_data", "tone"]
    quote: str
    hint: str


class Hints(Shape):
    hints: list[Hint]


@router.get("/policy", responses=gives(PolicyView))
async def read_policy(scope: Admin, database: Db) -> dict[str, Any]:
    return _view(await database.read(own_policy, scope.workspace))


@router.put("/policy", responses=gives(PolicyView))
async def set_policy(body: NewPolicy, scope: Admin, database: Db, now: Now, key: Key) -> Response:
    # Read before the unit: patterns are compiled once and remembered. TOML may be written so that it takes seconds to read.
    await asyncio.to_thread(rulebook, body.text)
    entry = new_id("aud")

    def make(connection: Connection) -> dict[str, Any]:
        keep_policy(connection, scope, body.text, now)
        audit.record(connection, scope, "policy.set", scope.workspace, {"characters": len(body.text)}, entry_id=entry, at=now)
        return _view(body.text)

    return (await database.write(once, scope, key, now, make)).response()


@router.post("/conversations/{id}/hints", responses=gives(Hints))
async def check_reply(id: PathId, body: DraftReply, scope: Agent, house: TheHouse) -> dict[str, Any]:
    """What in a reply that is being written breaks a rule. It may be sent all the same."""
    own, events, inbox = await house.database.read(_conversation, scope, id)
    rules, said = rulebook(own), _said(events)
    found = await asyncio.to_thread(rules.findings, body.text, said)
    if any(one.rule != "tone" for one in found):
        articles = await _articles(house, inbox, body.text)
        # What could not be looked up in time is not judged.
        judged = RULES if articles is not None else tuple(name for name in RULES if name != "prices")
        found = await asyncio.to_thread(rules.findings, body.text, said, articles or "", judged)
    return {"hints": [{"rule": one.rule, "quote": one.quote, "hint": one.hint} for one in found]}


def _conversation(connection: Connection, scope: Scope, id: str) -> tuple[str, list[Event], Inbox]:
    state = conversation.find(connection, scope, id)
    return own_policy(connection, scope.workspace), log.read(connection, scope.workspace, id), find_inbox(connection, scope, state.inbox)


async def _articles(house: TheHouse, inbox: Inbox, text: str) -> str | None:
    """What the articles say nearest to it; None when the search takes longer than somebody types."""
    filters = Filters(inbox.workspace, frozenset(inbox.collections))
    try:
        async with asyncio.timeout(SEARCH_S):
            found = await asyncio.to_thread(house.searcher.search, Query(text[:1000]), filters, PASSAGES)
    except (TimeoutError, Unavailable):
        return None
    return "\n".join(hit.text for hit in found.hits)


def _said(events: list[Event]) -> str:
    return "\n".join(str(event.body.get("text", "")) for event in events if event.kind in ("message.added", "note.added"))


def _view(own: str) -> dict[str, Any]:
    return {"text": own, "ours": default_text(), "version": rulebook(own).policy.version}
