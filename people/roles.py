"""What each role may do: the only table of permissions. A route names one of these words; nothing else decides.

An API key's scopes are permissions too, so the same words guard programs and people.
"""

from typing import Final

from core.errors import Invalid
from core.scope import Actor

PERMISSIONS: Final = {
    "converse": "take, answer, note, transfer and resolve conversations; be routed to",
    "read_conversations": "read every conversation, its decisions and its events",
    "read_content": "read collections, articles and revisions; try search and answers",
    "write_content": "write and import articles and their revisions",
    "publish": "publish, unpublish and archive articles",
    "review": "review conversations and run evaluations",
    "administer": "people, API keys, inboxes and settings",
    "read_audit": "read the audit log",
}

ROLES: Final[dict[str, frozenset[str]]] = {
    "agent": frozenset({"converse", "read_conversations", "read_content"}),
    "editor": frozenset({"read_content", "write_content", "publish"}),
    "reviewer": frozenset({"read_conversations", "read_content", "review"}),
    "admin": frozenset(PERMISSIONS),
}


def permissions_of(actor: Actor) -> frozenset[str]:
    """What an actor may do; visitors hold no permission, their routes name them instead."""
    if actor.kind == "person":
        return ROLES.get(actor.role or "", frozenset())
    if actor.kind == "api_key":
        return actor.scopes & PERMISSIONS.keys()
    if actor.kind == "system":
        return frozenset(PERMISSIONS)
    return frozenset()


def known_role(role: str) -> str:
    if role not in ROLES:
        raise Invalid(f"there is no role {role!r}; roles: {', '.join(ROLES)}")
    return role


def known_scopes(scopes: frozenset[str]) -> frozenset[str]:
    if not scopes or scopes - PERMISSIONS.keys():
        raise Invalid(f"scopes are one or more of: {', '.join(PERMISSIONS)}")
    return scopes
