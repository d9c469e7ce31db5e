"""Sentences: where they end, and that nothing said is lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sentences import LONGEST, split_sentences


def sentences(text: str) -> list[str]:
    return [text[begin:end] for begin, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Costs 2.50 EUR, e.g. for Dr. Who. Next.", ["Costs 2.50 EUR, e.g. for Dr. Who.", "Next."]),
        ("The answer is no. We never do.", ["The answer is no.", "We never do."]),
        ("A wrapped\nline goes on. Done.", ["A wrapped\nline goes on.", "Done."]),
        ("# Heading\n\nText.", ["Heading", "Text."]),
        ("- first\n- second one\n  goes on\n1. third", ["first", "second one\n  goes on", "third"]),
        ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
        ("Before:\n```bash\nmake run\n```\nAfter.", ["Before:", "make run", "After."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("これは文です。次の文。", ["これは文です。", "次の文。"]),
        ("Das kostet z.B. 5 Euro. Fertig.", ["Das kostet z.B. 5 Euro.", "Fertig."]),
        ("  \n\n --- \n", []),
        ("", []),
    ],
)
def test_examples(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="aB. \n!?-#|`1)é。“*", max_size=300) | st.text(max_size=300))
def test_spans_are_in_order_short_and_trimmed(text: str) -> None:
    spans = split_sentences(text)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[begin:end] == text[begin:end].strip() and 0 < end - begin <= LONGEST for begin, end in spans)


@given(st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=8), max_size=60))
def test_no_word_is_lost(words: list[str]) -> None:
    assert " ".join(sentences(" ".join(words))).split() == words


def test_a_wall_of_text_takes_no_time() -> None:
    for text in ("a" * 200_000, "." * 200_000, "- " * 100_000, "e.g. " * 40_000, "\n" * 200_000):
        split_sentences(text)
