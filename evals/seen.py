"""Lines that a shipped head was fitted on: they are judged, and left out of the figures."""

import zlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "weights"
SEEN = {name: FOLDER / f"seen_{name}.txt" for name in ("injection", "breakdown", "grounds")}


def digest(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def seen(name: str, text: str) -> bool:
    return digest(text) in _digests(name)


@cache
def _digests(name: str) -> frozenset[str]:
    return frozenset(SEEN[name].read_text(encoding="utf-8").split())
