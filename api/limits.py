"""How often: moving windows in memory, one process each. Over the limit: TooManyRequests with `retry_after`.

An address is the peer's, or the nearest one in X-Forwarded-For that is not a trusted proxy; what a client writes into that header gains
nothing. IPv6 counts by /64, which is what one household or attacker gets.
"""

import hashlib
import math
import time
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from core.errors import Misconfigured, TooManyRequests
from core.settings import Settings


class Limits:
    def __init__(self, settings: Settings) -> None:
        self._windows = MovingWindowRateLimiter(MemoryStorage())
        self._proxies = _networks(settings.trusted_proxies)
        quarter = 15
        self._login_account = RateLimitItemPerMinute(settings.login_per_account, quarter, "login-account")
        self._login_address = RateLimitItemPerMinute(settings.login_per_address, quarter, "login-address")
        self._setup = RateLimitItemPerMinute(settings.setup_per_address, quarter, "setup")
        self._messages, self._verdicts = _of_visitors(settings, "message"), _of_visitors(settings, "verdict")
        self._new_visitors = RateLimitItemPerMinute(settings.address_visitors_per_minute, 1, "new-visitors")
        self._imports = RateLimitItemPerMinute(settings.imports_per_minute, 1, "imports")

    def sign_in(self, email: str, address: str) -> None:
        """Before the password is looked at, so that tries in parallel all count."""
        self._hit(self._login_address, address)
        self._hit(self._login_account, _hidden(email))

    def signed_in(self, email: str) -> None:
        """After a right password the account starts afresh; the address does not."""
        self._windows.clear(self._login_account, _hidden(email))

    def set_up(self, address: str) -> None:
        self._hit(self._setup, address)

    def visitor_message(self, contact: str, address: str) -> None:
        """contact: the visitor's, one per token."""
        self._hit_all(self._messages, contact, address)

    def visitor_verdict(self, contact: str, address: str) -> None:
        """As many as messages, counted apart: a thumb takes no message away."""
        self._hit_all(self._verdicts, contact, address)

    def new_visitor(self, address: str) -> None:
        self._hit(self._new_visitors, address)

    def import_files(self, actor: str) -> None:
        self._hit(self._imports, actor)

    def address(self, request: HTTPConnection) -> str:
        """Who is calling, as far as anybody can know it."""
        peer = request.client.host if request.client else ""
        hops = [hop.strip() for hop in ",".join(request.headers.getlist("x-forwarded-for")).split(",") if hop.strip()]
        while self._trusted(peer) and hops:
            peer = hops.pop()
        return _grouped(peer)

    def _trusted(self, peer: str) -> bool:
        found = _parsed(peer)
        return found is not None and any(found in network for network in self._proxies)

    def _hit_all(self, items: tuple[RateLimitItem, ...], contact: str, address: str) -> None:
        for item, who in zip(items, (address, contact, contact), strict=True):
            self._hit(item, who)

    def _hit(self, item: RateLimitItem, who: str) -> None:
        if not self._windows.hit(item, who):
            reset = self._windows.get_window_stats(item, who).reset_time
            raise TooManyRequests(retry_after=max(1, math.ceil(reset - time.time())))


def _of_visitors(settings: Settings, what: str) -> tuple[RateLimitItem, ...]:
    """By address, by visitor, by visitor and day."""
    return (
        RateLimitItemPerMinute(settings.address_messages_per_minute, 1, f"address-{what}-minute"),
        RateLimitItemPerMinute(settings.visitor_messages_per_minute, 1, f"visitor-{what}-minute"),
        RateLimitItemPerDay(settings.visitor_messages_per_day, 1, f"visitor-{what}-day"),
    )


def _networks(text: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise Misconfigured(f"WARMLINE_TRUSTED_PROXIES: {error}") from error


def _parsed(peer: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(peer.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _grouped(peer: str) -> str:
    found = _parsed(peer)
    if found is None:
        return "unknown"
    return str(IPv6Network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


def _hidden(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()
