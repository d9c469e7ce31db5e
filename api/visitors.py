"""Who a customer is: a visitor with a token of their own, anonymous or signed in by the company's."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy import Connection
from starlette.responses import Response

from api.guards import VISITOR_PREFIX, credential_of, public, visitors
from api.intake import Body, Language, PathId
from api.parts import Db, Here, Parts
from api.shapes import Ref, Shape, gives
from chat import contacts, conversation
from chat.inboxes import Inbox, find_inbox, inbox_by_key
from core.ids import new_id, new_secret
from core.scope import Scope, Signed
from core.secret import require_secret
from handoff.presence import colleagues
from people.identity import LONGEST_TOKEN, keys_of, read_token
from people.session import hash_token

router = APIRouter(prefix="/v1", tags=["customers"])
Visitor = Annotated[Scope, Depends(visitors())]
Token = Annotated[str, Field(min_length=1, max_length=LONGEST_TOKEN, pattern=r"^[\x21-\x7e]+$")]


class NewVisitor(Body):
    """identity: a token that the company's server signed (docs/identity.md). visitor: the visitor token that this browser has already."""

    language: Language | None = None
    identity: Token | None = None
    visitor: Token | None = None


class InboxFace(Shape):
    """available: whether a person could take over right now."""

    key: str
    name: str
    assistant: str
    greeting: str
    language: str
    prompts: list[str]
    available: bool


class Welcome(Shape):
    """token: the one that was sent, where it goes on being good."""

    token: str
    contact: Ref
    inbox: InboxFace


class Visiting(Shape):
    """conversation: the newest. signed: whether an identity token vouches for this visitor now."""

    contact: Ref
    inbox: InboxFace
    conversation: str | None
    signed: bool


@router.post("/inboxes/{key}/visitors", status_code=201, dependencies=[Depends(public())], responses=gives(Welcome, 201))
async def add_visitor(key: PathId, body: NewVisitor, here: Here) -> dict[str, Any]:
    """With `identity` the same customer has the same contact wherever they sign in."""
    here.limits.new_visitor(here.address)
    inbox = await here.database.read(inbox_by_key, key)
    token, contact = new_secret(VISITOR_PREFIX), new_id("con")
    if body.identity:
        contact, kept = await _sign_in(here, inbox, body, (token, contact))
        token = body.visitor if kept and body.visitor else token
    else:
        language = body.language or ""
        await here.database.write(contacts.add_visitor, inbox.workspace, inbox.id, hash_token(token), contact, language, here.now)
    return {"token": token, "contact": {"id": contact}, "inbox": await here.database.read(_inbox_view, inbox)}


async def _sign_in(here: Parts, inbox: Inbox, body: NewVisitor, new: tuple[str, str]) -> tuple[str, bool]:
    """(contact, whether their token is kept). Raises IdentityRefused."""
    keys = await here.database.read(keys_of, inbox.workspace, inbox.id)
    secret = require_secret(here.settings) if keys else ""
    who = read_token(body.identity or "", inbox.key, keys, secret, here.now)
    current = hash_token(body.visitor) if body.visitor else None
    door = contacts.Door(inbox.workspace, inbox.id, hash_token(new[0]), new[1], body.language or "", current)
    come = contacts.SignIn(Signed(who.sub, who.email), who.name, who.until)
    found: tuple[str, bool] = await here.database.write(contacts.sign_in_visitor, door, come, here.now)
    return found


@router.get("/visitors/me", responses=gives(Visiting))
async def read_visitor(scope: Visitor, database: Db) -> dict[str, Any]:
    def query(connection: Connection) -> dict[str, Any]:
        inbox = find_inbox(connection, scope, scope.actor.inbox or "")
        newest = conversation.newest_of(connection, scope)
        face = {"contact": {"id": scope.actor.id}, "inbox": _inbox_view(connection, inbox)}
        return {**face, "conversation": newest, "signed": scope.actor.signed is not None}

    return await database.read(query)


@router.delete("/visitors/me", status_code=204)
async def leave(scope: Visitor, request: Request, database: Db) -> Response:
    """Signing out: the token is good for nothing any more. What was said stays with the company."""
    await database.write(contacts.sign_out_visitor, scope.workspace, credential_of(request).token_hash)
    return Response(status_code=204)


def _inbox_view(connection: Connection, inbox: Inbox) -> dict[str, Any]:
    available = any(one.reachable for one in colleagues(connection, inbox.workspace))
    shown = ("key", "name", "assistant", "greeting", "language")
    return {**{name: getattr(inbox, name) for name in shown}, "prompts": list(inbox.prompts), "available": available}
