"""Who is asking, and may they: a guard turns a request into a Scope. Every route names exactly one.

    Converse = Annotated[Scope, Depends(allow("converse"))]

    @router.get("/v1/queue")
    async def read_queue(scope: Converse, database: Db) -> …

    allow("converse")                    a person whose role has the permission, or an API key with that scope
    allow("converse", visitors=True)     the same, or a visitor (what is theirs is decided by the domain function: not yours = not found)
    signed_in()                          any person with a session
    visitors()                           visitors only
    public()                             anybody: `@router.get("/livez", dependencies=[Depends(public())])`

`route_policies(app)` lists the guard of every route and raises for one without: the authorisation matrix is made from the app itself.
A stream keeps `credential_of(request)` and asks `still_valid` on each wake and every `recheck_s`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from sqlalchemy import Connection

from chat.contacts import visitor_by_token_hash
from core.errors import Forbidden, Misconfigured, NotFound, Unauthenticated
from core.scope import Actor, Scope
from core.settings import Settings
from people import session
from people.api_keys import PREFIX as KEY_PREFIX
from people.api_keys import find_api_key
from people.roles import PERMISSIONS, permissions_of

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
VISITOR_PREFIX: Final = "vst"
# A session is marked as seen at most this often, so that reading does not become writing.
SEEN_EVERY_MS: Final = 5 * 60_000


class WrongOrigin(Forbidden):
    code = "wrong_origin"
    title = "A request with a cookie must come from our own pages"


@dataclass(frozen=True)
class Credential:
    """What a request came with, as a hash. Streams keep it to be checked again."""

    kind: Literal["session", "api_key", "visitor"]
    token_hash: str


@dataclass(frozen=True)
class Policy:
    """actors: the kinds that may pass. permission: what persons and API keys must hold; None: nothing more than being known."""

    actors: frozenset[str]
    permission: str | None = None
    is_public: bool = False

    def admits(self, actor: Actor) -> bool:
        if actor.kind not in self.actors:
            return False
        return actor.kind == "visitor" or self.permission is None or self.permission in permissions_of(actor)


class Guard:
    """A FastAPI dependency with its policy in the open."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.permission = policy.permission
        self.actors = policy.actors

    async def __call__(self, request: Request) -> Scope:
        credential = credential_of(request)
        if credential.kind == "session" and request.method not in SAFE:
            require_own_origin(request)
        state = request.app.state
        now = state.clock.now()
        scope, seen_at = await state.database.read(_resolve, credential, now, state.settings)
        if not self.policy.admits(scope.actor):
            # To a visitor the surface of the people who work here does not exist, and the other way round.
            raise NotFound() if scope.actor.kind == "visitor" else Forbidden()
        if seen_at is not None and now - seen_at > SEEN_EVERY_MS:
            await state.database.write(session.see, scope, credential.token_hash, now)
        request.state.scope = scope
        return scope


class Public:
    """Marks a route as open to anybody, on purpose."""

    policy = Policy(frozenset({"anonymous", "visitor", "person", "api_key"}), is_public=True)

    async def __call__(self) -> None:
        return None


_PUBLIC = Public()


def allow(permission: str, *, visitors: bool = False) -> Guard:
    if permission not in PERMISSIONS:
        raise Misconfigured(f"no such permission: {permission}")
    return Guard(Policy(frozenset({"person", "api_key"} | ({"visitor"} if visitors else set())), permission))


def signed_in() -> Guard:
    return Guard(Policy(frozenset({"person"})))


def visitors() -> Guard:
    return Guard(Policy(frozenset({"visitor"})))


def public() -> Public:
    return _PUBLIC


def cookie_name(settings: Settings) -> str:
    # The __Host- prefix needs https; a browser would drop it on plain localhost.
    return "__Host-warmline" if settings.origin.startswith("https://") else "warmline"


def credential_of(request: Request) -> Credential:
    """From the Authorization header, else the session cookie. Raises Unauthenticated. A wrong header never falls back to the cookie."""
    header = request.headers.get("authorization")
    if header is not None:
        kind, _, token = header.partition(" ")
        token = token.strip()
        if kind.lower() == "bearer" and token.startswith(VISITOR_PREFIX + "_"):
            return Credential("visitor", session.hash_token(token))
        if kind.lower() == "bearer" and token.startswith(KEY_PREFIX + "_"):
            return Credential("api_key", session.hash_token(token))
        raise Unauthenticated("that Authorization header is not one of ours")
    token = request.cookies.get(cookie_name(request.app.state.settings), "")
    if not token:
        raise Unauthenticated()
    return Credential("session", session.hash_token(token))


def resolve(connection: Connection, credential: Credential, now: int, settings: Settings) -> Scope:
    """Raises Unauthenticated for an unknown, expired, revoked or deactivated credential."""
    return _resolve(connection, credential, now, settings)[0]


def still_valid(connection: Connection, credential: Credential, policy: Policy, now: int, settings: Settings) -> Scope | None:
    """For streams: the scope as it is now, or None when the stream must end."""
    try:
        scope = resolve(connection, credential, now, settings)
    except Unauthenticated:
        return None
    return scope if policy.admits(scope.actor) else None


def require_own_origin(request: Request, *, may_lack: bool = False) -> None:
    """Against cross-site request forgery: every origin header must be ours, and one must be there.

    may_lack: for signing in from a program.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if (site is None and origin is None) and not may_lack:
        raise WrongOrigin("send Origin or Sec-Fetch-Site: same-origin with a cookie")
    if site is not None and site not in ("same-origin", "none"):
        raise WrongOrigin()
    if origin is not None and not _ours(origin, request):
        raise WrongOrigin(f"this server is {request.app.state.settings.origin}; set WARMLINE_PUBLIC_URL if browsers reach it elsewhere")


def route_policies(app: FastAPI) -> dict[tuple[str, str], Policy]:
    """{(method, path): policy} of every route; raises Misconfigured for a route without a guard, or with two.

    Mounted apps and plain Starlette routes name theirs by an attribute: `mount.policy = public().policy`.
    """
    found: dict[tuple[str, str], Policy] = {}
    bare: list[str] = []
    for route in iter_route_contexts(app.routes):
        path = str(getattr(route, "path", None) or route)
        policies = [_PUBLIC.policy] if path == app.openapi_url else _policies_of(route)
        methods = getattr(route, "methods", None) or {"*"}
        if len(policies) != 1:
            bare.append(f"{'/'.join(sorted(methods))} {path}")
            continue
        found.update({(method, path): policies[0] for method in methods})
    if bare:
        raise Misconfigured("routes that need exactly one guard: " + ", ".join(bare))
    return found


def _policies_of(route: Any) -> list[Policy]:
    dependant: Dependant | None = getattr(route, "dependant", None)
    if dependant is not None:
        guards = {id(call): call for call in _calls(dependant) if isinstance(call, Guard | Public)}
        return [guard.policy for guard in guards.values()]
    original = getattr(route, "original_route", None) or getattr(route, "starlette_route", None) or route
    policy = getattr(original, "policy", None) or getattr(getattr(original, "endpoint", None), "policy", None)
    return [policy] if policy else []


def _calls(dependant: Dependant) -> list[Callable[..., Any] | None]:
    return [call for part in dependant.dependencies for call in (part.call, *_calls(part))]


def _resolve(connection: Connection, credential: Credential, now: int, settings: Settings) -> tuple[Scope, int | None]:
    if credential.kind == "session":
        found = session.find_session(connection, credential.token_hash, now, settings.session_idle_hours * 3_600_000)
        if found is None:
            raise Unauthenticated("sign in again")
        return found
    is_key = credential.kind == "api_key"
    scope = find_api_key(connection, credential.token_hash) if is_key else _visitor_scope(connection, credential.token_hash, now)
    if scope is None:
        raise Unauthenticated("that token is unknown or has been revoked")
    return scope, None


def _visitor_scope(connection: Connection, token_hash: str, now: int) -> Scope | None:
    visitor = visitor_by_token_hash(connection, token_hash, now)
    if visitor is None:
        return None
    who = Actor("visitor", visitor.contact, visitor.contact_name, inbox=visitor.inbox, contact=visitor.contact, signed=visitor.signed)
    return Scope(visitor.workspace, who)


def _ours(origin: str, request: Request) -> bool:
    settings: Settings = request.app.state.settings
    if origin == _origin_of(settings.origin):
        return True
    # Without a public address we go by the name the browser used; the cookie belongs to that name.
    return not settings.public_url and origin == f"http://{request.headers.get('host', '')}"


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
