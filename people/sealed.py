"""What we must be able to read again, such as another server's password, is stored sealed: JWE (RFC 7516), direct, A256GCM.

The key is made from the server's own secret, so a copy of the database alone opens nothing, and another secret opens nothing either."""

import hashlib
import hmac

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from core.errors import Unavailable

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class SealBroken(Unavailable):
    """Sealed under another secret, or changed since."""

    code = "seal_broken"
    title = "A stored secret cannot be opened: WARMLINE_SECRET_KEY is another than when it was stored. Set it anew"


def seal(server_secret: str, text: str) -> str:
    return jwe.encrypt_compact(_HEADER, text.encode(), _key(server_secret))


def unseal(server_secret: str, sealed: str) -> str:
    """Raises SealBroken."""
    try:
        return (jwe.decrypt_compact(sealed, _key(server_secret), algorithms=["dir", "A256GCM"]).plaintext or b"").decode()
    except (JoseError, ValueError) as error:
        raise SealBroken() from error


def _key(server_secret: str) -> OctKey:
    return OctKey.import_key(derived(server_secret, "sealed"))


def derived(server_secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose only."""
    return hmac.new(server_secret.encode(), f"warmline {purpose}".encode(), hashlib.sha256).digest()
