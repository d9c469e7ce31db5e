"""Cards, IBANs and keys are masked wherever they stand; other numbers and words stay as they are."""

import json
import logging
import string

import pytest
import structlog
from hypothesis import assume, given
from hypothesis import strategies as st

from core.log import log, set_up_log
from core.mask import CARD, IBAN, SECRET, is_card, is_iban, mask, mask_all

WORDS = st.text(st.sampled_from(string.ascii_letters + " ,.!?äß漢"), max_size=30).map(lambda text: f"{text} ".replace("  ", " "))
PREFIXES = st.sampled_from(["4", "51", "55", "2221", "2720", "34", "37", "6011", "65", "36", "62"])
SEPARATORS = st.sampled_from(["", " ", "-", ".", "\u00a0"])


def luhn(body: str) -> str:
    return next(body + digit for digit in string.digits if is_card(body + digit))


@st.composite
def cards(draw: st.DrawFn) -> str:
    prefix = draw(PREFIXES)
    length = draw(st.integers(13, 19))
    body = prefix + draw(st.text(string.digits, min_size=length - 1 - len(prefix), max_size=length - 1 - len(prefix)))
    whole = luhn(body)
    size = draw(st.integers(2, 6))
    return draw(SEPARATORS).join(whole[at : at + size] for at in range(0, len(whole), size))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country, length = draw(st.sampled_from([("DE", 22), ("FR", 27), ("GB", 22), ("NO", 15), ("MT", 31), ("PL", 28), ("NL", 18)]))
    account = draw(st.text(string.digits + string.ascii_uppercase, min_size=length - 4, max_size=length - 4))
    remainder = int("".join(str(int(letter, 36)) for letter in account + country + "00")) % 97
    whole = f"{country}{98 - remainder:02d}{account}"
    whole = draw(st.sampled_from([whole, whole.lower()]))
    return " ".join(whole[at : at + 4] for at in range(0, length, 4)) if draw(st.booleans()) else whole


@given(WORDS, cards(), WORDS)
def test_every_card_is_masked(before: str, card: str, after: str) -> None:
    masked = mask(f"{before}{card} {after}")
    assert CARD in masked
    assert card not in masked


@given(st.text(string.digits, min_size=1, max_size=3), cards(), st.text(string.digits, min_size=1, max_size=3))
def test_numbers_beside_a_card_do_not_hide_it(before: str, card: str, after: str) -> None:
    assert card not in mask(f"{before} {card} {after}")


@given(WORDS, ibans(), WORDS)
def test_every_iban_is_masked(before: str, iban: str, after: str) -> None:
    masked = mask(f"{before}{iban}, {after}")
    assert IBAN in masked
    assert iban not in masked


@given(ibans(), st.integers(0, 30))
def test_an_iban_with_a_wrong_digit_is_none(iban: str, at: int) -> None:
    plain = iban.replace(" ", "").upper()
    place = at % (len(plain) - 4) + 4
    # A letter stands for two digits, so a digit in its place may well be right.
    assume(plain[place].isdigit())
    other = "1" if plain[place] != "1" else "2"
    assert is_iban(plain)
    assert not is_iban(plain[:place] + other + plain[place + 1 :])


@given(st.text(max_size=200))
def test_masking_is_done_once_and_never_fails(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(
    st.recursive(
        st.text(max_size=20) | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner)
    )
)
def test_every_string_within_is_masked(value: object) -> None:
    assert mask_all({"card": [value, "4111 1111 1111 1111"]})["card"][1] == CARD


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-Ab3dEf9hIjKlMnOpQrStUv", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "AKIAIOSFODNN7EXAMPLE", "ghp_" + "a1B2" * 9, "xoxb-1234567890-abcdef",
        "AIza" + "Sy" * 17 + "a", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqb25hcyJ9.c2lnbmF0dXJl", "Bearer abcdefghijklmnopqrstuvwxyz012345",
        "vst_" + "x" * 43, "wlk_" + "y" * 43, "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    ],
)  # fmt: skip
def test_keys_are_masked(secret: str) -> None:
    masked = mask(f"it says {secret} and nothing works")
    assert masked == f"it says {SECRET} and nothing works"


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order 1042?", "HL-10482, jonas.weber@example.com", "tracking NP448120937DE", "call +49 451 1234567", "1234567890123456",
        "on 2026-11-25 from 10:00 to 12:30", "It costs 1.234,50 EUR", "ISBN 978-3-16-148410-0", "task-force-for-everyone-and-more", "DE89 is a road",
        "0000 0000 0000 0000", "risk-free-returns-for-all-of-you",
    ],
)  # fmt: skip
def test_what_is_none_of_them_stays(text: str) -> None:
    assert mask(text) == text


def test_a_log_line_holds_none_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    """As fields, nested, and in what an exception says."""
    set_up_log("info", as_json=True)
    try:
        log.info("order_refused", detail="paid with 4111 1111 1111 1111", more={"iban": ["DE89370400440532013000"]})
        try:
            raise ValueError("cannot use sk_live_4eC39HqLyjWDarjtT1zdp7dc")
        except ValueError:
            log.error("failed", exc_info=True)
    finally:
        structlog.reset_defaults()
        logging.getLogger("httpx").setLevel(logging.WARNING)
    lines = capsys.readouterr().err.strip().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["order_refused", "failed"]
    assert CARD in lines[0]
    assert IBAN in lines[0]
    assert SECRET in lines[1]
    assert not any(number in line for line in lines for number in ("4111", "DE8937", "sk_live"))


PIECES = [
    "4", "1 ", "DE89", "DE89 ", "a-", "eyJ", "eyJ-", "eyJhbGciOiJI.", "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "4111 ", "sk-", "SG.", "bearer ", "x.",
]  # fmt: skip


@pytest.mark.timeout(30)
@pytest.mark.parametrize("piece", PIECES)
def test_a_long_text_is_masked_in_time(piece: str) -> None:
    """Long enough that what looks at each place from each place takes minutes."""
    text = piece * (400_000 // len(piece))
    assert mask(mask(text)) == mask(text)
