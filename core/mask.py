"""Numbers and keys that belong in no log and in no model's prompt: payment cards, IBANs, secrets. What is masked is gone, not hidden.

Checked, not guessed: a card by Luhn's sum and its issuer's prefix, an IBAN by ISO 13616's remainder and its country's length, a key by the
prefix that its issuer gives it. An order number of sixteen digits stays readable unless it is built like a card."""

import re
from typing import Any

CARD, IBAN, SECRET = "[card number]", "[IBAN]", "[secret]"

_DIGITS = re.compile(r"(?<![\w])[0-9](?:[ .·\u00a0\u202f-]{0,2}[0-9]){12,120}(?![\w])")
_LONGEST_CARD = 19
# Visa, Mastercard, Maestro, American Express, Diners, JCB, Discover, UnionPay.
_ISSUERS = re.compile(r"4|5[0-9]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3(?:[47]|0[0-5]|[689]|5(?:2[89]|[3-8]))|6(?:011|4[4-9]|[0235-7])|81")
# A country's code, two check digits, and what it calls an account, in groups of any size.
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ \u00a0\u202f-]?[A-Za-z0-9]){11,30}")
_IBAN_LENGTHS: dict[str, int] = {
    country: int(length)
    for length, countries in (
        (15, "NO"), (16, "BE"), (18, "DK FI FO GL NL SD FK"), (19, "MK SI"), (20, "AT BA EE KZ LT LU MN XK"), (21, "CH HR LI LV"),
        (22, "BG BH CR DE GB GE IE ME RS VA"), (23, "AE GI IL IQ TL OM SO"), (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
        (25, "LY PT ST"), (26, "IS TR"), (27, "BI DJ FR GR IT MC MR SM"), (28, "AL AZ BY CY DO GT HU LB NI PL SV"), (29, "BR EG PS QA UA"),
        (30, "JO KW MU YE"), (31, "MT SC"), (32, "LC"), (33, "RU"),
    )
    for country in countries.split()
}  # fmt: skip
_SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    # A JSON web token.
    r"|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*"
    r"|(?<![\w-])(?:sk|rk|pk)[-_](?:live|test|proj|ant|or|svcacct|admin)?[-_]?[A-Za-z0-9][\w-]{18,}"
    r"|(?<![\w-])(?:AKIA|ASIA)[A-Z0-9]{16}(?![\w-])"
    r"|(?<![\w-])gh[pousr]_[A-Za-z0-9]{30,}|(?<![\w-])github_pat_\w{30,}|(?<![\w-])glpat-[\w-]{20,}"
    r"|(?<![\w-])xox[abeprs]-[\w-]{10,}|(?<![\w-])AIza[\w-]{35}|(?<![\w-])ya29\.[\w-]{20,}"
    r"|(?<![\w-])SG\.[\w-]{16,}\.[\w-]{16,}|(?<![\w-])(?:npm|hf|dop_v1|shpat|whsec)_[A-Za-z0-9]{24,}"
    # Our own: visitors', API keys, sessions, identity secrets, set-up links.
    r"|(?<![\w-])(?:vst|wlk|wls|wli|set)_[\w-]{40,}"
    r"|(?i:\bbearer\s+)[\w.~+/-]{20,}=*",
    re.DOTALL,
)


def mask(text: str) -> str:
    """The text with each card, IBAN and secret replaced by a word for it. Masking what is masked changes nothing."""
    text = _IBAN.sub(_masked_iban, _SECRETS.sub(SECRET, text))
    return _DIGITS.sub(_masked_cards, text)


def mask_all(value: Any) -> Any:
    """Every string within, keys of a mapping included."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {mask_all(name): mask_all(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(mask_all(one) for one in value)
    return value


def is_card(digits: str) -> bool:
    """13–19 digits with an issuer's prefix and Luhn's check digit (ISO/IEC 7812-1)."""
    if not 13 <= len(digits) <= _LONGEST_CARD or not _ISSUERS.match(digits) or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_iban(account: str) -> bool:
    """Without spaces, any case: its country's length, and remainder 1 by 97 (ISO 13616)."""
    account = account.upper()
    if _IBAN_LENGTHS.get(account[:2]) != len(account) or not account.isascii() or not account.isalnum() or not account[2:4].isdigit():
        return False
    return int("".join(str(int(letter, 36)) for letter in account[4:] + account[:4])) % 97 == 1


def _masked_cards(match: re.Match[str]) -> str:
    """Other numbers may stand before or behind a card's, a space between: each run of whole groups is tried, the longest first."""
    run = match.group()
    groups = list(re.finditer(r"[0-9]+", run))
    shown, start, at = "", 0, 0
    while at < len(groups):
        end = _card_end(groups, at)
        if end is not None:
            shown += run[start : groups[at].start()] + CARD
            start, at = groups[end].end(), end
        at += 1
    return shown + run[start:]


def _card_end(groups: list[re.Match[str]], first: int) -> int | None:
    digits, found = "", None
    for place in range(first, len(groups)):
        digits += groups[place].group()
        if len(digits) > _LONGEST_CARD:
            break
        if is_card(digits):
            found = place
    return found


def _masked_iban(match: re.Match[str]) -> str:
    """An IBAN in running text: words that follow it look like its end, so it is cut to its country's length."""
    found = match.group()
    length = _IBAN_LENGTHS.get(found[:2].upper())
    if length is None:
        return found
    seen = 0
    for place, letter in enumerate(found, 1):
        seen += letter.isalnum()
        if seen == length:
            rest = found[place:]
            whole = not rest or not rest[0].isalnum()
            return IBAN + rest if whole and is_iban(re.sub(r"[^A-Za-z0-9]", "", found[:place])) else found
    return found
