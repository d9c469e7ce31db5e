"""Ids: a prefix that says what it names, then 128 bits that sort by time of making (the layout of UUIDv7)."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """For example `cnv_06eb1x…`: 26 characters of Crockford base32 over 48 bits of ms and 80 random bits."""
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return prefix + "_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def new_secret(prefix: str) -> str:
    """A bearer secret with 256 random bits; only its hash is ever stored."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"
