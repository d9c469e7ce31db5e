"""API keys: how programs come in. The key is shown once; only its hash is stored."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from core.errors import Forbidden, NotFound
from core.scope import Actor, Scope
from people.roles import known_scopes, permissions_of
from people.tables import api_key

PREFIX = "wlk"


@dataclass(frozen=True)
class ApiKey:
    id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: int
    revoked_at: int | None


@dataclass(frozen=True)
class NewApiKey:
    """token_hash: of the key itself, which is shown once and stored nowhere."""

    id: str
    name: str
    scopes: frozenset[str]
    prefix: str
    token_hash: str


def create_api_key(connection: Connection, scope: Scope, new: NewApiKey, at: int) -> ApiKey:
    """A key never gets more than its maker has. Raises Invalid for unknown scopes, Forbidden for others than one's own."""
    if not known_scopes(new.scopes) <= permissions_of(scope.actor):
        raise Forbidden("a key cannot do more than you can")
    made = ApiKey(new.id, new.name, new.prefix, tuple(sorted(new.scopes)), scope.actor.id, at, None)
    row = {**vars(made), "workspace": scope.workspace, "token_hash": new.token_hash, "scopes": list(made.scopes)}
    connection.execute(api_key.insert().values(row))
    return made


def list_api_keys(connection: Connection, scope: Scope) -> list[ApiKey]:
    mine = select(api_key).where(api_key.c.workspace == scope.workspace).order_by(api_key.c.created_at.desc(), api_key.c.id)
    return [_api_key(row) for row in connection.execute(mine)]


def revoke_api_key(connection: Connection, scope: Scope, key_id: str, at: int) -> None:
    """At once and for good; revoking again changes nothing."""
    mine = (api_key.c.workspace == scope.workspace) & (api_key.c.id == key_id)
    if connection.scalar(select(api_key.c.id).where(mine)) is None:
        raise NotFound()
    connection.execute(update(api_key).where(mine, api_key.c.revoked_at.is_(None)).values(revoked_at=at))


def find_api_key(connection: Connection, token_hash: str) -> Scope | None:
    """The scope a key opens, or None: unknown or revoked."""
    wanted = select(api_key.c.workspace, api_key.c.id, api_key.c.name, api_key.c.scopes)
    row = connection.execute(wanted.where(api_key.c.token_hash == token_hash, api_key.c.revoked_at.is_(None))).first()
    return Scope(row.workspace, Actor("api_key", row.id, row.name, scopes=frozenset(row.scopes))) if row else None


def _api_key(row: Row[Any]) -> ApiKey:
    return ApiKey(row.id, row.name, row.prefix, tuple(row.scopes), row.created_by, row.created_at, row.revoked_at)
