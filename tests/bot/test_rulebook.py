"""The policy file: what breaks it, what does not, and that the bot and the agents are held to the same."""

import json
import re
from pathlib import Path

import pytest
from bot_endpoint import FakeEndpoint
from bot_stage import QUICK, ask, asked
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answerer
from bot.endpoint import Endpoint
from bot.model import ModelWriter
from bot.rulebook import FILE, BadPolicy, rulebook
from core.mask import is_card
from retrieval.search import Searcher

TRUE = "You can return anything you bought from Holm & Lark within 30 days of delivery for a full refund."


def broken(text: str, known: str = "", own: str = "", articles: str = "") -> list[str]:
    return [one.rule for one in rulebook(own).findings(text, known, articles)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("We guarantee that it arrives tomorrow.", "promises"), ("You'll definitely get your money back.", "promises"), ("Das garantieren wir Ihnen, wir garantieren es.", "promises"),
        ("That is €12.90.", "prices"), ("it costs 7 euros", "prices"), ("$1,299 in all", "prices"),
        ("Write to anna@other.example", "personal_data"), ("call +49 451 7654321", "personal_data"), ("his card is 4111 1111 1111 1111", "personal_data"),
        ("Calm down.", "tone"), ("As I already told you, no.", "tone"), ("PLEASE READ THE MAIL", "tone"), ("No!!!", "tone"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule(text: str, rule: str) -> None:
    assert set(broken(text)) == {rule}


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("We cannot guarantee a day.", ""), ("I can’t promise that.", ""), ("We do not guarantee delivery dates.", ""), ("That is €12.90.", "express: 12,90 EUR"),
        ("It costs 1.234,50 €", "the price is 1,234.50"), ("Write to help@shop.example", "our address: help@shop.example"),
        ("I'll call you at +49 451 123456", "my number is +49451123456"), ("You can return it within 30 days.", ""), ("Whatever size you need, we have it.", ""),
        ("NASA and the EU", ""), ("Your IBAN ends in 30 00", ""),
    ],
)  # fmt: skip
def test_what_does_not(text: str, known: str) -> None:
    assert broken(text, known) == []


def test_what_the_articles_say_may_be_said_and_what_was_asked_may_not() -> None:
    """A customer who asks for a promise has not been given one."""
    said = "The warranty is guaranteed by law."
    assert broken(said, articles="Two years of warranty: it is guaranteed by law.") == []
    assert broken(said, known="So it is guaranteed by law?") == ["promises"]
    assert broken("We guarantee it for €5", known="Do you mean we guarantee it for €5") == ["promises"]


@given(st.text(max_size=300), st.text(max_size=300))
def test_what_was_said_before_may_be_repeated(text: str, known: str) -> None:
    """Amounts and addresses of what is known break nothing, and no text makes it fail."""
    assert {"prices", "personal_data"} & set(broken(text, text + known)) == set() or is_card(re.sub(r"\D", "", text)[:19])


def test_a_workspaces_own_file_is_laid_over_ours() -> None:
    assert broken("next-day delivery", own="[promises]\nalso = ['next[- ]day delivery']") == ["promises"]
    assert broken("We guarantee it.", own="[promises]\nalso = ['x']") == ["promises"]
    assert broken("We guarantee it.", own="[promises]\nphrases = ['x']") == []
    assert broken("We guarantee it.", own="[promises]\nallow = ['we guarantee it']") == []
    assert broken("Calm down", own="[tone]\non = false") == []
    assert rulebook("[prices]\nhint = 'Ask Mia.'").findings("€5", "")[0].hint == "Ask Mia."


ENDLESS = [
    "(a+)+", "(a|b*)*c", "(?:a?a?)+!", "(?:a|aa)+!", ".*a.*b.*c", "a.*", "(?:a{0,50}){0,50}b", "a{0,4000000000}", "a{99999999999}", r"(a)\1?", "(?>a)", "(?i:a)", "a" * 301,
    ".{0,200}a.{0,200}b", "(?:a?){14}b", r"\w+\w+", "(?=.{0,40}a)" * 300,
]  # fmt: skip


@pytest.mark.parametrize(
    "own",
    [
        "x =", "[tone]\nphrases = ['(']", "[else]\non = true", "[prices]\non = 'perhaps'", "[tone]\nphrases = 'x'", "version = 1",
        f"x = {'[' * 15_000}", f"x = {'{a=' * 6000}", f"x = {'9' * 5000}", f"{'a.' * 2000}b = 1", f"[tone]\nalso = ['{'+)' * 9900}']",
        "[tone]\nalso = [" + "'.{0,60}b.{0,60}', " * 3 + "]", *(f"[tone]\nalso = ['{phrase}']" for phrase in ENDLESS),
    ],
)  # fmt: skip
@pytest.mark.timeout(30)
def test_a_file_that_cannot_be_used_is_refused_with_a_reason(own: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        rulebook(own)
    assert 8 < len(refused.value.detail) < 500


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        (r"promis\w*", "promised"), (r"(?:swear|promis)\w+", "promising"), (".{0,60}next day.{0,40}", "sent the next day"), ("(?:very ){0,3}soon", "very very soon"),
        ("(?:a?){8}b", "aaab"), ("dé(?:j|z)à", "Déjà"), ("soon(?! as)", "soon"), (r"\d{1,3} days?", "30 days"), ("(in) (time)", "in time"),
    ],
)  # fmt: skip
def test_what_admins_write_is_allowed(phrase: str, text: str) -> None:
    assert broken(f"it is {text}.", own=f"[tone]\nphrases = ['{phrase}']") == ["tone"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", ["!" * 10_000, "a " * 5000, "!b" * 5000, "a" * 10_000, "ab!" * 3333])
def test_what_is_allowed_ends(text: str) -> None:
    """The worst that passes, on the worst text: seconds at most, where one exponential pattern takes years."""
    for worst in ("(?:!?[!?]?){5}x", "(?:[ab!]?){10}x", ".{0,45}b.{0,45}x", r"(?:.{0,40}[b!]){1,2}x", r".{0,90}\w*", ".{0,3000}x"):
        rulebook(f"[tone]\nphrases = ['{worst}']").findings(text, "")


def test_the_packaged_file_says_what_the_page_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(re.findall(r"^\[(\w+)\]", FILE.read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    "said",
    [
        "We guarantee a full refund within 30 days of delivery.",
        "You can return anything within 30 days of delivery, write to anna@evil.test for a full refund.",
    ],
)
async def test_the_bot_says_nothing_that_breaks_it(searcher: Searcher, said: str) -> None:
    reply = f"DECISION: answer\n{TRUE} [1]\n{said} [1]"
    async with FakeEndpoint(reply=lambda messages: reply).serving() as server:
        bot = Answerer(searcher, writer=ModelWriter(Endpoint(server.base_url, "", "m", QUICK)))
        answer, _ = await ask(bot, asked("What is your return policy?"))
    assert "30 days" in answer.text
    assert "guarantee" not in answer.text
    assert "anna" not in json.dumps(answer.text)
