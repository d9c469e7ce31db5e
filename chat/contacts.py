"""Contacts, their identities, and the visitors whose bearer token opens one contact's conversations in one inbox."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from chat import tables
from core.errors import NotFound

contact, identity, visitor = tables.contact, tables.contact_identity, tables.visitor
# Each request of a visitor runs it: made once, as making a statement costs several times its execution.
_BY_TOKEN = (
    select(visitor.c.workspace, visitor.c.contact, contact.c.name, visitor.c.inbox)
    .join(contact, (contact.c.workspace == visitor.c.workspace) & (contact.c.id == visitor.c.contact))
    .where(visitor.c.token_hash == bindparam("hash"), contact.c.erased_at.is_(None))
)


@dataclass(frozen=True)
class Identity:
    channel: str
    external_id: str
    verified_how: str
    verified_at: int | None


@dataclass(frozen=True)
class Contact:
    id: str
    name: str
    language: str
    created_at: int
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True)
class Visitor:
    workspace: str
    contact: str
    contact_name: str
    inbox: str


def add_visitor(connection: Connection, workspace: str, inbox: str, token_hash: str, contact_id: str, language: str, at: int) -> None:
    """A new contact known only by the token whose sha256 is given."""
    connection.execute(contact.insert().values(workspace=workspace, id=contact_id, name="", language=language, created_at=at))
    row = {"workspace": workspace, "channel": "widget", "external_id": contact_id, "contact": contact_id}
    connection.execute(identity.insert().values(**row, verified_how="token", verified_at=at))
    connection.execute(visitor.insert().values(workspace=workspace, token_hash=token_hash, contact=contact_id, inbox=inbox, created_at=at))


def visitor_by_token_hash(connection: Connection, token_hash: str) -> Visitor | None:
    """Without a scope: the secret itself names the workspace. None when unknown or erased."""
    row = connection.execute(_BY_TOKEN, {"hash": token_hash}).one_or_none()
    return Visitor(row.workspace, row.contact, row.name, row.inbox) if row else None


def find_contact(connection: Connection, workspace: str, contact_id: str) -> Contact:
    row = connection.execute(select(contact).where(contact.c.workspace == workspace, contact.c.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound()
    known = connection.execute(select(identity).where(identity.c.workspace == workspace, identity.c.contact == contact_id))
    return Contact(row.id, row.name, row.language, row.created_at, tuple(_identity(one) for one in known))


def _identity(row: Row[Any]) -> Identity:
    return Identity(row.channel, row.external_id, row.verified_how, row.verified_at)
