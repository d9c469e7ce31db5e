"""The shop's side of an identity token: who is signed in, signed with the secret of the inbox. A JSON web token needs no library."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from api.demo.catalogue import Shopper

GOOD_FOR_S = 3600


def identity_token(shopper: Shopper, inbox: str, key_id: str, secret: str, now: float | None = None) -> str:
    """HS256. inbox: its public key."""
    claims = {"sub": shopper.sub, "email": shopper.email, "name": shopper.name, "aud": inbox, "exp": int(now or time.time()) + GOOD_FOR_S}
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': key_id})}.{_part(claims)}"
    return f"{signed}.{_encoded(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def _part(value: dict[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
