"""Safe repeats. The same key and body again answers the same; the same key with another body is 409 `idempotency_mismatch`.

    @router.post("/v1/conversations/{id}/notes", status_code=201)
    async def add_note(id: PathId, note: NewNote, scope: Converse, key: Key, database: Db, now: Now) -> JSONResponse:
        made = await database.write(once, scope, key, now, lambda connection: {"id": …}, status=201, conversation=id)
        return made.response()

`Key` is optional, `RequiredKey` refuses a request without one. The stored answer lies in the same transaction as what it tells of.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from sqlalchemy import Connection, bindparam, select
from starlette.responses import JSONResponse, Response

from api.middleware import UPLOADS
from core.errors import Conflict, Invalid
from core.scope import Scope
from core.tables import idempotency

# Each message runs these: made once, as making a statement costs several times its execution.
_FIND = select(idempotency).where(*(idempotency.c[name] == bindparam(f"of_{name}") for name in ("workspace", "actor", "route", "key")))
_KEEP = idempotency.insert()
_VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")


class IdempotencyMismatch(Conflict):
    code = "idempotency_mismatch"
    title = "That Idempotency-Key was used for something else"


@dataclass(frozen=True)
class RequestKey:
    """route: method and path with its ids. body_hash: sha256 of the body as sent; JSON that differs only in layout counts as the same."""

    key: str
    route: str
    body_hash: str


@dataclass(frozen=True)
class Made:
    status: int
    body: Any
    replayed: bool = False

    def response(self) -> Response:
        headers = {"Idempotency-Replayed": "true"} if self.replayed else None
        return Response(status_code=self.status, headers=headers) if self.body is None else JSONResponse(self.body, self.status, headers)


_HEADER = Header(alias="Idempotency-Key", min_length=1, max_length=255, description="1–255 visible ASCII characters; makes a repeat safe.")


async def _optional(request: Request, key: Annotated[str | None, _HEADER] = None) -> RequestKey | None:
    if key is None:
        return None
    if not _VISIBLE.fullmatch(key):
        raise Invalid("Idempotency-Key: 1 to 255 visible ASCII characters")
    return RequestKey(key, f"{request.method} {request.url.path}"[:300], await _hash_body(request))


async def _required(request: Request, key: Annotated[str, _HEADER]) -> RequestKey:
    made = await _optional(request, key)
    assert made is not None
    return made


Key = Annotated[RequestKey | None, Depends(_optional)]
RequiredKey = Annotated[RequestKey, Depends(_required)]


def find(connection: Connection, scope: Scope, key: RequestKey | None) -> Made | None:
    """In the unit, after the lock and before the work. Raises IdempotencyMismatch."""
    if key is None:
        return None
    sought = {"of_workspace": scope.workspace, "of_actor": _actor(scope), "of_route": key.route, "of_key": key.key}
    row = connection.execute(_FIND, sought).first()
    if row is None:
        return None
    if row.body_hash != key.body_hash:
        raise IdempotencyMismatch()
    return Made(row.status, row.response, replayed=True)


def keep(connection: Connection, scope: Scope, key: RequestKey | None, made: Made, at: int, conversation: str | None = None) -> Made:
    """In the same unit, after the work. conversation: erased with it."""
    if key is not None:
        connection.execute(
            _KEEP,
            {
                "workspace": scope.workspace, "actor": _actor(scope), "route": key.route, "key": key.key, "body_hash": key.body_hash,
                "status": made.status, "response": made.body, "conversation": conversation, "at": at,
            },
        )  # fmt: skip
    return made


def once(
    connection: Connection,
    scope: Scope,
    key: RequestKey | None,
    at: int,
    make: Callable[[Connection], Any],
    *,
    status: int = 200,
    conversation: str | None = None,
    shown_once: str | None = None,
) -> Made:
    """The unit of most unsafe routes: make(connection) → JSON answer, at most once per key.

    shown_once: the name of a field that a repeat shows as null, so that it is never stored.
    """
    replay = find(connection, scope, key)
    if replay is not None:
        return replay
    answer = make(connection)
    stored = {**answer, shown_once: None} if shown_once else answer
    keep(connection, scope, key, Made(status, stored), at, conversation)
    return Made(status, answer)


def _actor(scope: Scope) -> str:
    return f"{scope.actor.kind}:{scope.actor.id}"


async def _hash_body(request: Request) -> str:
    if request.url.path.startswith(UPLOADS):
        # The route puts what the form says in its place (api/uploads.py): read here it would be uncapped, and its boundary changes.
        return ""
    kind = request.headers.get("content-type", "")
    body = await request.body()
    if "json" in kind and body:
        body = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(body).hexdigest()
