"""The demo company: a small shop on an origin of its own, and what it needs to be set up. Its data are in demo/."""

from urllib.parse import urlsplit

from core.settings import Settings


def shop_address(settings: Settings) -> str:
    """The host of our own address, on the next port."""
    return f"http://{urlsplit(settings.origin).hostname or 'localhost'}:{settings.port + 1}"
