"""Origins of sites that may embed a widget: exact, as a browser writes them."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::([1-9][0-9]{0,4}))?"
)


def exact_origin(text: str) -> str:
    """`https://Shop.example/` → `https://shop.example`. Raises ValueError for paths, wildcards, names without a scheme.

    These words go into the frame-ancestors of a Content-Security-Policy, so nothing but scheme, host and port may pass.
    """
    origin = text.strip().lower().removesuffix("/")
    match = _ORIGIN.fullmatch(origin)
    if not match or int(match[1] or 0) > 65535:
        raise ValueError("an origin looks like https://shop.example or http://localhost:8081")
    return origin.removesuffix(":443") if origin.startswith("https:") else origin.removesuffix(":80")


Origin = Annotated[str, StringConstraints(max_length=260), AfterValidator(exact_origin)]
