"""Links that let whoever has them do one thing to one object: a signed token (JWT, HS256) that says which, and until when."""

import math

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from core.errors import NotFound
from people.sealed import derived

LONGEST_TOKEN = 1000


def permit(server_secret: str, purpose: str, of: str, until: int) -> str:
    """of: what it opens, as `workspace/id`. until: ms, rounded up to a second."""
    claims = {"aud": purpose, "sub": of, "exp": math.ceil(until / 1000)}
    return jwt.encode({"alg": "HS256"}, claims, _key(server_secret, purpose))


def permitted(server_secret: str, purpose: str, token: str, now: int) -> str:
    """What it opens. Raises NotFound: forged, over, and for another purpose are one."""
    try:
        claims = jwt.decode(token[:LONGEST_TOKEN], _key(server_secret, purpose), algorithms=["HS256"]).claims
    except (JoseError, ValueError) as error:
        raise NotFound() from error
    until, of = claims.get("exp"), claims.get("sub")
    if claims.get("aud") != purpose or not isinstance(until, int) or not isinstance(of, str) or until * 1000 < now:
        raise NotFound()
    return of


def _key(server_secret: str, purpose: str) -> OctKey:
    # Each purpose has a key of its own: a token for one cannot be spent on another, whatever it says.
    return OctKey.import_key(derived(server_secret, f"permit {purpose}"))
