"""Who asks, and in which workspace. Every domain function takes a Scope; what it does not cover does not exist for the caller."""

from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["visitor", "person", "api_key", "system"]


@dataclass(frozen=True)
class Signed:
    """Who a visitor is on the company's own site, by a token that its server signed. sub: its name for them. email: may be empty."""

    sub: str
    email: str


@dataclass(frozen=True)
class Actor:
    """id: contact id of a visitor, person id, API key id, or the name of the part of the system. inbox: set for visitors only. signed: a
    visitor whose identity token is good now."""

    kind: ActorKind
    id: str
    name: str = ""
    role: str | None = None
    inbox: str | None = None
    contact: str | None = None
    signed: Signed | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Scope:
    workspace: str
    actor: Actor


def system_scope(workspace: str, part: str) -> Scope:
    return Scope(workspace, Actor("system", part, part))
