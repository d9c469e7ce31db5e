"""Sessions of people. A session is a random 256-bit token; only its hash is stored, and it is new at every sign-in."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from core.errors import NotFound, Unauthenticated
from core.scope import Actor, Scope
from people.tables import person, session


class SignInRefused(Unauthenticated):
    """One answer for an unknown address, a wrong password and a deactivated account."""

    code = "sign_in_refused"
    title = "E-mail address or password is wrong"


@dataclass(frozen=True)
class Credentials:
    workspace: str
    person: str
    password_hash: str


@dataclass(frozen=True)
class Opening:
    """A session about to be opened; its token was made outside the unit."""

    id: str
    token_hash: str
    at: int
    expires_at: int


def hash_token(token: str) -> str:
    """Tokens are 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def find_credentials(connection: Connection, email: str) -> Credentials | None:
    """What a sign-in is checked against; None for an unknown address or a deactivated person."""
    wanted = select(person.c.workspace, person.c.id, person.c.password_hash).where(person.c.email == email.strip().lower(), person.c.active)
    row = connection.execute(wanted).first()
    return Credentials(row.workspace, row.id, row.password_hash) if row else None


def own_credentials(connection: Connection, scope: Scope) -> Credentials:
    wanted = select(person.c.password_hash).where(person.c.workspace == scope.workspace, person.c.id == scope.actor.id, person.c.active)
    stored = connection.scalar(wanted)
    if stored is None:
        raise NotFound()
    return Credentials(scope.workspace, scope.actor.id, stored)


def sign_in(connection: Connection, checked: Credentials, opening: Opening, new_hash: str | None = None) -> Scope:
    """Starts a session for credentials whose password was just found right, outside the unit.

    Refused when person or password changed since the check. new_hash: the password under today's parameters.
    """
    me = (person.c.workspace == checked.workspace) & (person.c.id == checked.person)
    row = connection.execute(select(person).where(me, person.c.active, person.c.password_hash == checked.password_hash)).first()
    if row is None:
        raise SignInRefused()
    if new_hash:
        connection.execute(update(person).where(me).values(password_hash=new_hash))
    connection.execute(delete(session).where(session.c.workspace == checked.workspace, session.c.expires_at <= opening.at))
    whose = {"workspace": checked.workspace, "person": checked.person, "id": opening.id, "token_hash": opening.token_hash}
    connection.execute(session.insert().values(**whose, created_at=opening.at, expires_at=opening.expires_at, seen_at=opening.at))
    return Scope(row.workspace, Actor("person", row.id, row.name, role=row.role))


def find_session(connection: Connection, token_hash: str, now: int, idle_ms: int) -> tuple[Scope, int] | None:
    """The scope a token opens and when it was last seen, or None: unknown, expired, idle for too long, or its person deactivated."""
    joined = session.join(person, (person.c.workspace == session.c.workspace) & (person.c.id == session.c.person))
    wanted = select(session.c.workspace, session.c.seen_at, person.c.id, person.c.name, person.c.role).select_from(joined)
    alive = (session.c.expires_at > now) & (session.c.seen_at > now - idle_ms) & person.c.active
    row = connection.execute(wanted.where(session.c.token_hash == token_hash, alive)).first()
    return (Scope(row.workspace, Actor("person", row.id, row.name, role=row.role)), row.seen_at) if row else None


def see(connection: Connection, scope: Scope, token_hash: str, now: int) -> None:
    mine = (session.c.workspace == scope.workspace) & (session.c.token_hash == token_hash)
    connection.execute(update(session).where(mine).values(seen_at=now))


def sign_out(connection: Connection, scope: Scope, token_hash: str) -> None:
    connection.execute(delete(session).where(session.c.workspace == scope.workspace, session.c.token_hash == token_hash))


def end_sessions(connection: Connection, scope: Scope, person_id: str, *, keep: str | None = None) -> int:
    """Ends every session of a person, apart from the one whose token hash is `keep`."""
    theirs = delete(session).where(session.c.workspace == scope.workspace, session.c.person == person_id)
    return connection.execute(theirs.where(session.c.token_hash != keep) if keep else theirs).rowcount


def change_password(connection: Connection, scope: Scope, person_id: str, password_hash: str, *, keep: str | None = None) -> int:
    """Sets the hash and ends all (other) sessions; returns how many ended."""
    mine = (person.c.workspace == scope.workspace) & (person.c.id == person_id)
    if connection.execute(update(person).where(mine).values(password_hash=password_hash)).rowcount == 0:
        raise NotFound()
    return end_sessions(connection, scope, person_id, keep=keep)
