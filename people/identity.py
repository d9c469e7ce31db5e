"""A company's own customers, signed in on its site: a token that its server signs (JWT) says who looks at the page.

A key belongs to one inbox and to one algorithm. HS256: a secret that we make and show once, stored sealed. EdDSA: the public key of the
company's own. Rotating is adding a second key, signing with it, and removing the first."""

import binascii
import math
import re
import warnings
from dataclasses import dataclass
from typing import Any, Literal

from joserfc import jws, jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import OctKey, OKPKey
from sqlalchemy import Connection, delete, func, select

from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.scope import Scope
from people.sealed import seal, unseal
from people.tables import identity_key

Algorithm = Literal["HS256", "EdDSA"]
# What a token's header may say under a key of each: EdDSA's newer name is Ed25519 (RFC 9864).
_NAMES = {"HS256": ("HS256",), "EdDSA": ("EdDSA", "Ed25519")}
KEYS = 5
LEEWAY_S = 30
LONGEST_S = 24 * 3600
LONGEST_TOKEN = 4000
# Far beyond any date, and within what a float holds.
LATEST_S = 1e12
# It warns of EdDSA's older name, which most servers still write; the curve is checked when a key is stored.
warnings.filterwarnings("ignore", category=SecurityWarning)
_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,120}")
_MAIL = re.compile(r"[^\s@\x00-\x1f]{1,64}@[^\s@\x00-\x1f]{1,190}")


class IdentityRefused(Forbidden):
    """detail: what the site's developer has to change."""

    code = "identity_refused"
    title = "That identity token is not good"


class TooManyKeys(Conflict):
    code = "too_many_keys"
    title = f"An inbox has at most {KEYS} identity keys; remove one first"


@dataclass(frozen=True)
class IdentityKey:
    """id: the `kid` of a token's header."""

    id: str
    inbox: str
    algorithm: str
    created_at: int


@dataclass(frozen=True)
class NewIdentityKey:
    """material: sealed secret (HS256) or public key in PEM (EdDSA). Made outside the unit."""

    id: str
    inbox: str
    algorithm: Algorithm
    material: str


@dataclass(frozen=True)
class Customer:
    """Who a token says it is. until: ms; after it they are signed in no more."""

    sub: str
    email: str
    name: str
    until: int


def secret_material(server_secret: str, secret: str) -> str:
    return seal(server_secret, secret)


def public_material(pem: str) -> str:
    """Raises Invalid for anything but an Ed25519 public key; a private key is refused, so that it is never stored."""
    try:
        key = OKPKey.import_key(pem.strip())
    except (JoseError, ValueError, TypeError, binascii.Error) as error:
        raise Invalid("Give an Ed25519 public key in PEM, as `openssl pkey -pubout` prints it.") from error
    if key.is_private:
        raise Invalid("That is a private key: keep it on your server, and give its public half.")
    if key.as_dict().get("crv") != "Ed25519":
        raise Invalid("The key must be of the curve Ed25519.")
    return key.as_pem(private=False).decode()


def add_key(connection: Connection, scope: Scope, new: NewIdentityKey, at: int) -> IdentityKey:
    """Raises TooManyKeys."""
    count = select(func.count()).select_from(identity_key).where(*_of(scope.workspace, new.inbox))
    if (connection.scalar(count) or 0) >= KEYS:
        raise TooManyKeys()
    row = {"id": new.id, "inbox": new.inbox, "algorithm": new.algorithm, "material": new.material}
    connection.execute(identity_key.insert().values(workspace=scope.workspace, **row, created_by=scope.actor.id, created_at=at))
    return IdentityKey(new.id, new.inbox, new.algorithm, at)


def list_keys(connection: Connection, scope: Scope, inbox: str) -> list[IdentityKey]:
    query = select(identity_key).where(*_of(scope.workspace, inbox)).order_by(identity_key.c.created_at, identity_key.c.id)
    return [IdentityKey(row.id, row.inbox, row.algorithm, row.created_at) for row in connection.execute(query)]


def remove_key(connection: Connection, scope: Scope, inbox: str, key_id: str) -> None:
    """From then on nobody is let in by it; who is in stays until their token would have ended. Raises NotFound."""
    if not connection.execute(delete(identity_key).where(*_of(scope.workspace, inbox), identity_key.c.id == key_id)).rowcount:
        raise NotFound()


def keys_of(connection: Connection, workspace: str, inbox: str) -> list[tuple[str, str, str]]:
    """(id, algorithm, material) of an inbox's keys."""
    rows = connection.execute(select(identity_key).where(*_of(workspace, inbox)).order_by(identity_key.c.created_at.desc()))
    return [(row.id, row.algorithm, row.material) for row in rows]


def read_token(token: str, audience: str, keys: list[tuple[str, str, str]], server_secret: str, now: int) -> Customer:
    """audience: the inbox's public key. Raises IdentityRefused."""
    if not keys:
        raise IdentityRefused("this inbox has no identity key; an admin makes one under Settings → Inboxes")
    if len(token) > LONGEST_TOKEN:
        raise IdentityRefused("the token is too long")
    return _customer(_claims(token, keys, server_secret), audience, now)


def _claims(token: str, keys: list[tuple[str, str, str]], server_secret: str) -> dict[str, Any]:
    """The algorithm is the key's, never the token's: so no public key can be used as a secret, and `none` is nobody's."""
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
        kid, algorithm = header.get("kid"), header.get("alg")
    except (JoseError, ValueError, TypeError, AttributeError) as error:
        raise IdentityRefused("it is no signed JSON web token") from error
    if not isinstance(algorithm, str):
        raise IdentityRefused("it names no algorithm")
    fitting = [one for one in keys if algorithm in _NAMES[one[1]] and kid in (None, one[0])]
    for _, name, material in fitting:
        key = OctKey.import_key(unseal(server_secret, material)) if name == "HS256" else OKPKey.import_key(material)
        try:
            return dict(jwt.decode(token, key, algorithms=[algorithm]).claims)
        except (JoseError, ValueError, TypeError):
            continue
    raise IdentityRefused("no key of this inbox has signed it")


def _customer(claims: dict[str, Any], audience: str, now: int) -> Customer:
    sub, seconds = claims.get("sub"), now / 1000
    until, begins = _moment(claims, "exp"), _moment(claims, "nbf")
    if claims.get("aud") != audience and claims.get("aud") != [audience]:
        raise IdentityRefused("`aud` must be the key of this inbox")
    if until is None:
        raise IdentityRefused("`exp` must be there, in seconds since 1970")
    if until + LEEWAY_S < seconds:
        raise IdentityRefused("it is over: `exp` has passed")
    if until > seconds + LONGEST_S + LEEWAY_S:
        raise IdentityRefused("`exp` may be 24 hours ahead at most")
    if begins is not None and begins > seconds + LEEWAY_S:
        raise IdentityRefused("`nbf` is yet to come")
    if not isinstance(sub, str) or not _PLAIN.fullmatch(sub) or sub != sub.strip():
        raise IdentityRefused("`sub` must be a text of 1 to 120 characters")
    return Customer(sub, _text(claims, "email", _MAIL).lower(), _text(claims, "name", _PLAIN), math.ceil(until * 1000))


def _moment(claims: dict[str, Any], name: str) -> float | None:
    """Raises IdentityRefused for what is there but no moment."""
    value = claims.get(name)
    if value is None and name != "exp" and name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LATEST_S:
        raise IdentityRefused(f"`{name}` must be a number of seconds since 1970")
    return float(value)


def _text(claims: dict[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = claims.get(name)
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise IdentityRefused(f"`{name}` is not readable")
    return " ".join(value.split())


def _of(workspace: str, inbox: str) -> tuple[Any, ...]:
    return identity_key.c.workspace == workspace, identity_key.c.inbox == inbox
