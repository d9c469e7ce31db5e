"""What a source says, tidied."""

import pytest

from bot.tools.order_source import line


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", ["[" * 200_000, "![" * 100_000, "<" * 200_000, "a." * 100_000, "eyJ-" * 50_000])
def test_a_long_field_is_one_line_in_time(text: str) -> None:
    assert len(line(text)) <= 160
