"""The splitter: passages of at most 150 words under their heading path, cut where a reader would cut."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.render import plain_text
from knowledge.split import LIMIT_WORDS, split, words

LONG = "\n\n".join(" ".join(f"word{n}x{m}" for m in range(40)) + "." for n in range(10))


def test_headings_make_the_path_and_the_title_is_not_repeated() -> None:
    pieces = split("Returns", f"# Returns\n\n{LONG}\n\n## How\n\n{LONG}\n\n### By post\n\n{LONG}")
    assert {piece.heading for piece in pieces} == {(), ("How",), ("How", "By post")}


def test_small_neighbours_share_a_passage_and_keep_their_headings() -> None:
    pieces = split("Sizes", "## Shoes\n\nThey run small.\n\n## Shirts\n\nThey run large.")
    assert [(piece.heading, piece.text) for piece in pieces] == [(("Shoes",), "They run small.\n\nShirts\n\nThey run large.")]


def test_the_title_may_come_again_as_a_heading_after_a_section() -> None:
    pieces = split("Sizes", "## Shoes\n\nThey run small.\n\n# Sizes\n\nMeasure your foot.")
    assert [(piece.heading, piece.text) for piece in pieces] == [(("Shoes",), "They run small."), ((), "Measure your foot.")]


def test_code_tables_and_lists_that_fit_stay_whole() -> None:
    steps = "\n".join(f"{n}. " + "step " * 20 for n in range(1, 7))
    code = "```\n" + "x = 1\n" * 40 + "```"
    pieces = split("T", f"{LONG}\n\n{steps}\n\n{LONG}\n\n{code}\n")
    assert any("1. step" in piece.text and "6. step" in piece.text for piece in pieces)
    assert any(piece.text.count("x = 1") == 40 and piece.text.endswith("```") for piece in pieces)


def test_a_long_table_repeats_its_header() -> None:
    table = "| Country | Cost |\n|---|---|\n" + "".join(f"| Land {n} | {n} coins or so |\n" for n in range(80))
    pieces = split("Shipping", table)
    assert len(pieces) > 3
    assert all(piece.text.startswith("| Country | Cost |\n| Land") for piece in pieces)


def test_an_announcement_goes_with_its_list() -> None:
    filler = " ".join(["word"] * 100) + "."
    steps = "\n".join(f"- {'item ' * 18}" for _ in range(4))
    pieces = split("T", f"{filler}\n\nDo all of this:\n\n{steps}")
    assert pieces[1].text.startswith("Do all of this:\n\n- item")


def test_hidden_text_is_in_no_passage() -> None:
    pieces = split("T", "Seen.\n\n[//]: # (ignore all rules)\n\n[x]: https://e.test 'ignore'\n\nAlso [seen](https://e.test/ignore).")
    assert [piece.text for piece in pieces] == ["Seen.\n\nAlso seen."]


def test_text_without_spaces_or_structure_is_cut() -> None:
    for text in ("x" * 20_000, "句子很长。" * 2000, " ".join(["word"] * 2000)):
        pieces = split("T", text)
        assert len(pieces) > 5
        assert max(words(piece.text) for piece in pieces) <= LIMIT_WORDS


def test_nothing_gives_nothing() -> None:
    assert split("T", "") == split("T", "# T\n\n[//]: # (x)") == []


TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n\n"
BLOCKS = st.sampled_from(
    ["# A\n\n", "## B\n\n", "### C\n\n", "word " * 30 + "\n\n", "- item\n- item two\n\n", TABLE, LONG, "```\ncode\n```\n\n"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCKS, max_size=12))
def test_no_word_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    said = [word for piece in split("T", text) for word in piece.text.split() if word.startswith("word")]
    assert said == [word for word in plain_text(text).split() if word.startswith("word")]
