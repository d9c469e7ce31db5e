"""Every outgoing HTTP call. The guard sits on the address that is dialled, not on the text of the URL.

A name is resolved once; every address it has must be public; the connection goes to the checked address itself, and each redirect is
checked anew. One wall-clock deadline covers resolving, redirects and a body that drips; the size cap counts bytes after decompression.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx2

from core.errors import WarmlineError
from core.settings import Settings

Resolve = Callable[[str, int], Sequence[str]]


class FetchFailed(WarmlineError):
    """Base of what can go wrong; never shown to customers as it is."""

    code = "fetch_failed"
    title = "The other server could not be read"


class BadAddress(FetchFailed):
    code = "fetch_bad_address"
    title = "That is not an address we call"


class BlockedAddress(FetchFailed):
    code = "fetch_blocked"
    title = "That address is inside a private network"


class TooSlow(FetchFailed):
    code = "fetch_timeout"
    title = "The other server took too long"


class AnswerTooLarge(FetchFailed):
    code = "fetch_too_large"
    title = "The other server sent too much"


class TooManyRedirects(FetchFailed):
    code = "fetch_redirects"
    title = "The other server sends us in circles"


class Unreachable(FetchFailed):
    code = "fetch_unreachable"
    title = "The other server cannot be reached"


@dataclass(frozen=True)
class Rules:
    """allow_private: for tests and closed networks; it also opens every port. inside: origins (scheme://host[:port]) in a private network
    that whoever runs the server trusts; a redirect from there to elsewhere is checked as any other, and none from elsewhere leads there."""

    deadline_s: float = 15
    limit_bytes: int = 5 * 1024 * 1024
    redirects: int = 5
    allow_private: bool = False
    inside: frozenset[str] = frozenset()

    def trusts(self, url: httpx2.URL) -> bool:
        return self.allow_private or _origin(url) in {_origin(httpx2.URL(one)) for one in self.inside}


@dataclass(frozen=True)
class Fetched:
    """url: where the answer came from, after redirects. Any status is an answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str


@dataclass(frozen=True)
class Target:
    """One hop: the URL as asked for and the address that was checked."""

    url: httpx2.URL
    address: str


PORTS: Final = frozenset({80, 443})
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_PLAIN_IPV4 = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}")
# Everything that is not the public Internet, by IANA's special-purpose registries. `is_global` is no guard: multicast, NAT64, 6to4 and SIIT
# pass it.
_CLOSED_IPV4 = [
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
_UNICAST_IPV6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_IPV6 = [ipaddress.IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)
# Not the loop's own executor: a name server that hangs must not hold up the end of the loop.
_RESOLVERS = ThreadPoolExecutor(4, thread_name_prefix="resolve")


def rules_from(settings: Settings) -> Rules:
    inside = frozenset(part.strip().rstrip("/").lower() for part in settings.fetch_inside.split(",") if part.strip())
    return Rules(settings.fetch_deadline_s, settings.fetch_limit_kb * 1024, allow_private=settings.fetch_allow_private, inside=inside)


def _origin(url: httpx2.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def is_public(address: str) -> bool:
    """Whether an IP address is on the public Internet; an IPv4 address inside an IPv6 one counts as itself."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _CLOSED_IPV4)
    number = int(parsed)
    if parsed in _NAT64:
        return is_public(str(ipaddress.IPv4Address(number & 0xFFFFFFFF)))
    if parsed not in _UNICAST_IPV6 or any(parsed in network for network in _CLOSED_IPV6):
        return False
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return is_public(str(ipaddress.IPv4Address(number & 0xFFFFFFFF)))
    return True


def check_url(text: str, rules: Rules) -> httpx2.URL:
    """Raises BadAddress for everything that two parsers could read in two ways."""
    if not text.isascii() or any(char <= " " or char in "\\\x7f" for char in text):
        raise BadAddress("an address has no spaces, backslashes or characters outside ASCII")
    if not re.match(r"https?://[^/?#]", text, re.IGNORECASE):
        raise BadAddress("an address begins with http:// or https:// and a name")
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError):
        raise BadAddress() from None
    if url.userinfo:
        raise BadAddress("an address carries no user name or password")
    if not _HOST.fullmatch(url.host):
        raise BadAddress("that is not a host name")
    if not rules.trusts(url) and (url.port or (443 if url.scheme == "https" else 80)) not in PORTS:
        raise BadAddress("only ports 80 and 443 are called")
    # 0x7f.1, 017700000001 and 127.1 are names to us and 127.0.0.1 to the resolver.
    last = url.host.rstrip(".").rpartition(".")[2]
    if ":" not in url.host and re.match(r"(0[xX][0-9a-fA-F]*|[0-9]+)$", last) and not _PLAIN_IPV4.fullmatch(url.host):
        raise BadAddress("write an IPv4 address as four numbers")
    return url


def resolve_name(host: str, port: int) -> Sequence[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


async def check_target(text: str, rules: Rules, resolve: Resolve = resolve_name) -> Target:
    """Resolves once. Raises BlockedAddress when any of the addresses is not public: one good answer does not excuse a bad one."""
    url = check_url(text, rules)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        addresses = await asyncio.get_running_loop().run_in_executor(_RESOLVERS, resolve, url.host, port)
    except (OSError, UnicodeError):
        raise Unreachable(f"{url.host} is not a name we can find") from None
    if not addresses:
        raise Unreachable(f"{url.host} has no address")
    if not rules.trusts(url) and not all(is_public(address) for address in addresses):
        raise BlockedAddress()
    return Target(url, addresses[0])


async def fetch(
    url: str,
    rules: Rules,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    resolve: Resolve = resolve_name,
) -> Fetched:
    """Raises a FetchFailed. Only GET follows redirects; headers given are not sent on to another origin."""
    try:
        async with asyncio.timeout(rules.deadline_s):
            async with httpx2.AsyncClient(trust_env=False, timeout=None, follow_redirects=False, http2=False) as client:
                return await _follow(client, url, rules, _Call(method, dict(headers or {}), content, resolve))
    except TimeoutError:
        raise TooSlow(f"no complete answer within {rules.deadline_s:g} s") from None
    except (httpx2.HTTPError, OSError) as error:
        raise Unreachable(type(error).__name__) from error


def fetch_now(url: str, rules: Rules, **call: Any) -> Fetched:
    """As fetch, blocking: for jobs and the command line."""
    return asyncio.run(fetch(url, rules, **call))


@dataclass(frozen=True)
class _Call:
    method: str
    headers: dict[str, str]
    content: bytes | None
    resolve: Resolve


async def _follow(client: httpx2.AsyncClient, url: str, rules: Rules, call: _Call) -> Fetched:
    headers: dict[str, str] = call.headers
    first: tuple[str, str, int] | None = None
    for _ in range(rules.redirects + 1):
        target = await check_target(url, rules, call.resolve)
        first = first or _origin(target.url)
        if _origin(target.url) != first:
            headers = {}
        if not rules.trusts(target.url):
            # Who is outside does not choose what is called inside.
            rules = replace(rules, inside=frozenset())
        answer = await _call_one(client, target, rules, _Call(call.method, headers, call.content, call.resolve))
        location = answer.headers.get("location")
        if call.method != "GET" or answer.status not in (301, 302, 303, 307, 308) or not location:
            return answer
        try:
            url = str(target.url.join(location))
        except (httpx2.InvalidURL, ValueError):
            raise BadAddress("the other server redirects to something that is no address") from None
    raise TooManyRedirects()


async def _call_one(client: httpx2.AsyncClient, target: Target, rules: Rules, call: _Call) -> Fetched:
    # Dialling the address itself is what pins it; the name goes into Host, SNI and the check of the certificate.
    request = client.build_request(
        call.method,
        target.url.copy_with(host=target.address, fragment=None),
        headers={"User-Agent": "Warmline", **call.headers, "Host": target.url.netloc.decode("ascii")},
        content=call.content,
        extensions={"sni_hostname": target.url.host},
    )
    answer = await client.send(request, stream=True)
    try:
        body = bytearray()
        async for chunk in answer.aiter_bytes(64 * 1024):
            body += chunk
            if len(body) > rules.limit_bytes:
                raise AnswerTooLarge(f"more than {rules.limit_bytes // 1024} kB")
    finally:
        await answer.aclose()
    return Fetched(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, bytes(body), str(target.url))
