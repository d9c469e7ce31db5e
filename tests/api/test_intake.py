"""Text is cleaned once, at the edge."""

import pytest
from pydantic import ValidationError

from api.intake import Body, Text10k, clean_text


class Message(Body):
    text: Text10k


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("e\u0301", "\u00e9"),
        ("pay\u202eoot", "payoot"),
        ("hi\U000e0049\U000e006e!", "hi!"),
        ("a\x07b\x9fc\x7f", "abc"),
        ("👩‍👩‍👧 شكرا", "👩‍👩‍👧 شكرا"),
    ],
)
def test_text_is_cleaned(sent: str, kept: str) -> None:
    assert Message(text=sent).text == kept


@pytest.mark.parametrize("sent", ["", " \n ", "\u202e", "\x00", "a\x00b", "\ud800", "x" * 10_001])
def test_text_that_is_refused(sent: str) -> None:
    with pytest.raises(ValidationError):
        Message(text=sent)


def test_cleaning_twice_changes_nothing() -> None:
    nasty = "".join(chr(code) for code in range(1, 0x3000) if not 0xD800 <= code <= 0xDFFF)
    assert clean_text(clean_text(nasty)) == clean_text(nasty)
