"""What comes in from people and programs who mean harm, or know no better."""

import json
from pathlib import Path

import pytest

# As JSON text, so that what no JSON library writes can be sent.
NASTY = {
    "empty": '""', "space": '" \\n\\t "', "NUL": '"a\\u0000b"', "lone high": '"\\ud800"', "lone low": '"x\\udc00y"',
    "swapped": '"\\udc00\\ud800"', "pair": '"\\ud83d\\ude00"', "BOM": '"\\ufeffx"', "override": '"\\u202epayoot"',
    "tags": '"hi\\udb40\\udc41"', "noncharacter": '"\\uffff"', "C1": '"\\u0085\\u009b31m"', "zero width": '"\\u200b\\u2060"',
    "long": '"' + "x" * 20_000 + '"', "long wide": '"' + "\\u00df" * 9_000 + '"', "combining": '"e' + "\\u0301" * 3000 + '"',
    "quote": "\"'; DROP TABLE event; --\"", "like": '"%_\\\\%"', "fts": '"\\"NEAR( AND OR NOT * ^ title:"', "regex": '"(a+)+$[("',
    "html": '"<svg onload=x>"', "format": '"%s%n{0}{{x}}${7*7}"', "path": '"../../etc/passwd"', "crlf": '"a\\r\\nSet-Cookie: x=1"',
    "number": "7", "2^63": "9223372036854775808", "-2^63": "-9223372036854775809", "1e308": "1e308", "1e400": "1e400", "NaN": "NaN",
    "Infinity": "-Infinity", "5000 digits": "9" * 5000, "true": "true", "null": "null", "list": "[]", "object": '{"$ne": null}',
    "deep": "[" * 30 + "]" * 30, "30k deep": "[" * 30_000, "half": '"abc', "not UTF-8": '"\udcff\udcfe"', "overlong": '"\udcc0\udc80"',
}  # fmt: skip
QUERY = ["", "\x00", "\ud800", "9" * 40, "-1", "1e999", "NaN", "'\"%_*", "x" * 5000, "\u202e", "ß" * 500, "[]", "💥", "\r\nX: y"]
NAUGHTY = Path(__file__).parents[3] / "shared/corpora/xss/blns.json"


def naughty_strings() -> list[str]:
    """The big list of naughty strings, beside this checkout."""
    if not NAUGHTY.exists():
        pytest.fail(f"{NAUGHTY} is missing: the corpus lies beside the checkout, in ../shared")
    return json.loads(NAUGHTY.read_text())
