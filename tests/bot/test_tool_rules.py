"""Which words ask for a tool, and what of its arguments they hold."""

import pytest
from shop_api import PRIYA

from bot.tools.rules import choose, order_arguments


@pytest.mark.parametrize(
    "text",
    [
        "How do I cancel my order?", "I want to return my order", "Can I change my order?", "Where is my order confirmation?", "What is your return policy?",
        "How long does delivery take?", "When will my refund arrive?", "Do you deliver to Norway?", "Do I need an appointment?", "Where are you?",
        "My parcel arrived damaged", "How much is shipping?", "Where do I enter my order number?", "I ordered the wrong size",
    ],
)  # fmt: skip
def test_other_questions_meet_no_tool(text: str) -> None:
    assert choose(text, ["order_status", "book_appointment", "my_appointments"]) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HL-10482", {"number": "HL-10482"}), ("order 1042", {"number": "1042"}), ("my order number is #1042", {"number": "1042"}),
        ("jonas.weber@example.com", {"email": "jonas.weber@example.com"}), ("order hl-10482, a@b.example.", {"number": "hl-10482", "email": "a@b.example"}),
        ("10482", {}), ("call me at 0451 123456", {}), ("Bestellung HL10482", {"number": "HL10482"}),
    ],
)  # fmt: skip
def test_number_and_address_are_found_in_words(text: str, found: dict[str, str]) -> None:
    assert order_arguments(text) == found


def test_a_bare_number_counts_where_one_was_asked_for() -> None:
    assert order_arguments("10482", asked_for_number=True) == {"number": "10482"}
    assert PRIYA["number"] == order_arguments("it's HL-10491 I think", asked_for_number=True)["number"]
