"""For admins: what ties an inbox to the company's own systems: the keys that vouch for its customers, and where their orders are."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import Connection
from starlette.responses import Response

from api.guards import allow
from api.idempotency import Key, once
from api.intake import Body, PathId, Secret
from api.parts import Db, Here, Now
from api.shapes import Shape, gives
from bot.tools.order_source import OrderSource, drop_source, keep_source, source_of
from chat.inboxes import find_inbox
from core.clock import iso
from core.errors import Invalid
from core.fetch import BadAddress, check_url, rules_from
from core.ids import new_id, new_secret
from core.scope import Scope
from core.secret import require_secret
from people import audit, identity
from people.sealed import seal

router = APIRouter(prefix="/v1", tags=["admin"])
Admin = Annotated[Scope, Depends(allow("administer"))]
SECRET_PREFIX = "wli"  # noqa: S105  how identity secrets begin, so that they are recognised where they should not be
Url = Annotated[str, StringConstraints(min_length=8, max_length=2000)]


class NewIdentityKey(Body):
    """public_key: PEM, for EdDSA only; for HS256 a secret is made."""

    algorithm: Literal["HS256", "EdDSA"] = "HS256"
    public_key: Annotated[str, Field(max_length=2000)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> "NewIdentityKey":
        if (self.algorithm == "EdDSA") != (self.public_key is not None):
            raise ValueError("give a public_key for EdDSA, and none for HS256")
        return self


class NewOrderSource(Body):
    """secret: left out, the one that is stored stays."""

    url: Url
    secret: Secret | None = None


class IdentityKeyRow(Shape):
    """id: the `kid` of a token's header."""

    id: str
    algorithm: Literal["HS256", "EdDSA"]
    created_at: datetime


class NewIdentityKeyRow(IdentityKeyRow):
    """secret: shown once."""

    secret: str | None


class IdentityKeys(Shape):
    identity_keys: list[IdentityKeyRow]


class OrderSourceView(Shape):
    """url: null where no orders are looked up. has_secret: one is sent with each call."""

    url: str | None
    has_secret: bool


@router.get("/inboxes/{id}/identity-keys", responses=gives(IdentityKeys))
async def list_identity_keys(id: PathId, scope: Admin, database: Db) -> dict[str, Any]:
    def query(connection: Connection) -> dict[str, Any]:
        find_inbox(connection, scope, id)
        return {"identity_keys": [_key_view(one) for one in identity.list_keys(connection, scope, id)]}

    return await database.read(query)


@router.post("/inboxes/{id}/identity-keys", status_code=201, responses=gives(NewIdentityKeyRow, 201))
async def add_identity_key(id: PathId, body: NewIdentityKey, scope: Admin, here: Here, key: Key) -> Response:
    """Signs customers in from now on, beside the keys that are there."""
    secret = new_secret(SECRET_PREFIX) if body.algorithm == "HS256" else None
    material = seal(require_secret(here.settings), secret) if secret else identity.public_material(body.public_key or "")
    new = identity.NewIdentityKey(new_id("idk"), id, body.algorithm, material)
    entry = new_id("aud")

    def make(connection: Connection) -> dict[str, Any]:
        find_inbox(connection, scope, id)
        made = identity.add_key(connection, scope, new, here.now)
        audit.record(
            connection, scope, "identity_key.created", made.id, {"inbox": id, "algorithm": made.algorithm}, entry_id=entry, at=here.now
        )
        return _key_view(made) | {"secret": secret}

    return (await here.database.write(once, scope, key, here.now, make, status=201, shown_once="secret")).response()


@router.delete("/inboxes/{id}/identity-keys/{key_id}", status_code=204)
async def remove_identity_key(id: PathId, key_id: PathId, scope: Admin, database: Db, now: Now, key: Key) -> Response:
    entry = new_id("aud")

    def make(connection: Connection) -> None:
        identity.remove_key(connection, scope, id, key_id)
        audit.record(connection, scope, "identity_key.removed", key_id, {"inbox": id}, entry_id=entry, at=now)

    return (await database.write(once, scope, key, now, make, status=204)).response()


@router.get("/inboxes/{id}/order-source", responses=gives(OrderSourceView))
async def read_order_source(id: PathId, scope: Admin, database: Db) -> dict[str, Any]:
    return await database.read(_source_view, scope, id)


@router.put("/inboxes/{id}/order-source", responses=gives(OrderSourceView))
async def set_order_source(id: PathId, body: NewOrderSource, scope: Admin, here: Here, key: Key) -> Response:
    try:
        check_url(body.url, rules_from(here.settings))
    except BadAddress as error:
        raise Invalid("That address cannot be called.", errors=[{"field": "url", "message": error.detail}]) from error
    sealed = seal(require_secret(here.settings), body.secret) if body.secret else None
    entry = new_id("aud")

    def make(connection: Connection) -> dict[str, Any]:
        find_inbox(connection, scope, id)
        present = source_of(connection, scope.workspace, id)
        # A secret goes to the server that it was given for, and to no other.
        same = present is not None and _server(present.url) == _server(body.url)
        stored = sealed if sealed is not None else present.sealed if present and same else ""
        keep_source(connection, scope, OrderSource(id, body.url, stored), here.now)
        audit.record(connection, scope, "order_source.set", id, {"url": body.url}, entry_id=entry, at=here.now)
        return _source_view(connection, scope, id)

    return (await here.database.write(once, scope, key, here.now, make)).response()


@router.delete("/inboxes/{id}/order-source", status_code=204)
async def remove_order_source(id: PathId, scope: Admin, database: Db, now: Now, key: Key) -> Response:
    entry = new_id("aud")

    def make(connection: Connection) -> None:
        find_inbox(connection, scope, id)
        drop_source(connection, scope, id)
        audit.record(connection, scope, "order_source.removed", id, entry_id=entry, at=now)

    return (await database.write(once, scope, key, now, make, status=204)).response()


def _source_view(connection: Connection, scope: Scope, inbox: str) -> dict[str, Any]:
    find_inbox(connection, scope, inbox)
    source = source_of(connection, scope.workspace, inbox)
    return {"url": source.url if source else None, "has_secret": bool(source and source.sealed)}


def _server(url: str) -> str:
    return "/".join(url.split("/")[:3]).lower()


def _key_view(one: identity.IdentityKey) -> dict[str, Any]:
    return {"id": one.id, "algorithm": one.algorithm, "created_at": iso(one.created_at)}
