"""Contacts, their identities, and the visitors whose bearer token opens one contact's conversations in one inbox."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from chat import tables
from core.errors import NotFound
from core.scope import Signed

contact, identity, visitor = tables.contact, tables.contact_identity, tables.visitor
# Each request of a visitor runs it: made once, as making a statement costs several times its execution.
_BY_TOKEN = (
    select(visitor, contact.c.name.label("contact_name"))
    .join(contact, (contact.c.workspace == visitor.c.workspace) & (contact.c.id == visitor.c.contact))
    .where(visitor.c.token_hash == bindparam("hash"), contact.c.erased_at.is_(None))
)
# The channel of an identity that the company's own token vouches for; its external id begins with the inbox, whose key signed it.
SIGNED = "signed"


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
    signed: Signed | None = None


@dataclass(frozen=True)
class SignIn:
    """Of a visitor, by the company's own token. until: ms."""

    signed: Signed
    name: str
    until: int


@dataclass(frozen=True)
class Door:
    """What a visitor comes in with. token_hash: of the token made for them, contact: the id made for them, both used if they are new here.
    current_hash: of the token that they have already."""

    workspace: str
    inbox: str
    token_hash: str
    contact: str
    language: str = ""
    current_hash: str | None = None


def add_visitor(connection: Connection, workspace: str, inbox: str, token_hash: str, contact_id: str, language: str, at: int) -> None:
    """A new contact known only by the token whose sha256 is given."""
    connection.execute(contact.insert().values(workspace=workspace, id=contact_id, name="", language=language, created_at=at))
    row = {"workspace": workspace, "channel": "widget", "external_id": contact_id, "contact": contact_id}
    connection.execute(identity.insert().values(**row, verified_how="token", verified_at=at))
    connection.execute(visitor.insert().values(workspace=workspace, token_hash=token_hash, contact=contact_id, inbox=inbox, created_at=at))


def sign_in_visitor(connection: Connection, door: Door, come: SignIn, at: int) -> tuple[str, bool]:
    """(contact, whether the current token goes on being good). A customer has one contact in an inbox, wherever they sign in. Who was
    anonymous until now keeps their conversation, unless they are known already; their token ends, as another may have put it there."""
    known = _contact_of(connection, door, come.signed.sub)
    current = _current(connection, door)
    if known is None:
        anonymous = current is not None and not _is_signed(connection, door, current.contact)
        known = current.contact if current and anonymous else door.contact
        _keep_identity(connection, door, come, known, at)
    same = current is not None and (current.contact, current.signed_sub) == (known, come.signed.sub)
    if not same:
        if current and door.current_hash:
            sign_out_visitor(connection, door.workspace, door.current_hash)
        add_token = {"workspace": door.workspace, "token_hash": door.token_hash, "contact": known, "inbox": door.inbox, "created_at": at}
        connection.execute(visitor.insert().values(**add_token))
    mine = (visitor.c.workspace == door.workspace) & (visitor.c.token_hash == (door.current_hash if same else door.token_hash))
    values = {"signed_sub": come.signed.sub, "signed_email": come.signed.email, "signed_until": come.until}
    connection.execute(update(visitor).where(mine).values(**values))
    named = (contact.c.workspace == door.workspace) & (contact.c.id == known)
    if come.name:
        connection.execute(update(contact).where(named).values(name=come.name))
    return known, same


def sign_out_visitor(connection: Connection, workspace: str, token_hash: str) -> None:
    """Their token is good for nothing any more."""
    connection.execute(delete(visitor).where(visitor.c.workspace == workspace, visitor.c.token_hash == token_hash))


def _contact_of(connection: Connection, door: Door, sub: str) -> str | None:
    mine = (identity.c.workspace == door.workspace) & (identity.c.channel == SIGNED)
    found: str | None = connection.scalar(select(identity.c.contact).where(mine, identity.c.external_id == f"{door.inbox}:{sub}"))
    return found


def _current(connection: Connection, door: Door) -> Row[Any] | None:
    mine = (visitor.c.workspace == door.workspace) & (visitor.c.inbox == door.inbox)
    return connection.execute(select(visitor).where(mine, visitor.c.token_hash == door.current_hash)).one_or_none()


def _is_signed(connection: Connection, door: Door, contact_id: str) -> bool:
    mine = (identity.c.workspace == door.workspace) & (identity.c.channel == SIGNED) & (identity.c.contact == contact_id)
    return connection.scalar(select(identity.c.contact).where(mine).limit(1)) is not None


def _keep_identity(connection: Connection, door: Door, come: SignIn, contact_id: str, at: int) -> None:
    if contact_id == door.contact:
        made = {"workspace": door.workspace, "id": contact_id, "name": come.name, "language": door.language, "created_at": at}
        connection.execute(contact.insert().values(**made))
    row = {"workspace": door.workspace, "channel": SIGNED, "external_id": f"{door.inbox}:{come.signed.sub}", "contact": contact_id}
    connection.execute(identity.insert().values(**row, verified_how="signed token", verified_at=at))


def visitor_by_token_hash(connection: Connection, token_hash: str, now: int) -> Visitor | None:
    """Without a scope: the secret itself names the workspace. None when unknown or erased."""
    row = connection.execute(_BY_TOKEN, {"hash": token_hash}).one_or_none()
    if row is None:
        return None
    signed = Signed(row.signed_sub, row.signed_email or "") if row.signed_until and row.signed_until > now else None
    return Visitor(row.workspace, row.contact, row.contact_name, row.inbox, signed)


def is_erased(connection: Connection, workspace: str, contact_id: str) -> bool:
    """On Postgres the row is held: who is being erased meanwhile is waited for."""
    here = select(contact.c.erased_at).where(contact.c.workspace == workspace, contact.c.id == contact_id)
    return connection.scalar(here.with_for_update(read=True)) is not None


def find_contact(connection: Connection, workspace: str, contact_id: str) -> Contact:
    row = connection.execute(select(contact).where(contact.c.workspace == workspace, contact.c.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound()
    known = connection.execute(select(identity).where(identity.c.workspace == workspace, identity.c.contact == contact_id))
    return Contact(row.id, row.name, row.language, row.created_at, tuple(_identity(one) for one in known))


def _identity(row: Row[Any]) -> Identity:
    return Identity(row.channel, row.external_id, row.verified_how, row.verified_at)
