"""The brief is made in the writer, from text that a customer chose."""

import pytest

from chat.events import Author, Event
from handoff.brief import _FACTS, bare_brief, build_brief
from tests.conftest import NOW


def said(text: str, seq: int = 2) -> Event:
    return Event("cnv_1", seq, seq, f"msg_{seq}", "message.added", 1, 0, Author("customer", "con_1"), {"text": text}, None, NOW)


def facts(text: str) -> list[tuple[str, str]]:
    return [(fact["name"], fact["value"]) for fact in build_brief([said(text)], "asked_for_human")["facts"]]


def test_what_an_agent_would_write_down() -> None:
    text = "My name is Ann Example. Order HL-10482, mail ann.ex+shop@mail.example.com, phone +49-170-1234567. I paid 1.234,50 € and $20."
    assert facts(text) == [
        ("e-mail", "ann.ex+shop@mail.example.com"),
        ("order", "HL-10482"),
        ("phone", "+49-170-1234567"),
        ("name", "Ann Example"),
        ("amount", "1.234,50 €"),
        ("amount", "$20"),
    ]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "a.",
        "a-",
        "a@",
        "a@a.",
        "1,",
        "1 ",
        "+1 ",
        "my name is ",
        "my name is A",
        "A ",
        "A",
        "€1.",
        "#1",
        "AB-1",
        "a.a@a-a.a",
        "\n ",
    ],
)
def test_patterns_need_time_that_grows_with_the_text_and_no_faster(piece: str) -> None:
    """Squared, a million characters would take hours."""
    hostile = (piece * 1_000_000)[:1_000_000]
    for _, pattern in _FACTS:
        for _ in pattern.finditer(hostile):
            pass


@pytest.mark.timeout(20)
def test_an_episode_full_of_the_longest_messages_is_read_in_part() -> None:
    episode = [said("1" * 10_000 + "@", seq) for seq in range(2, 20_000)]
    assert build_brief(episode, "asked_for_human")["facts"] == []


def test_a_bare_brief_has_every_part() -> None:
    assert bare_brief("bot_unavailable").keys() == build_brief([said("hello")], "asked_for_human").keys()
