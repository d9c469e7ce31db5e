import pytest

from handoff.complexity import error_codes, failed, has_trace, unknown_error
from handoff.sensitive import sensitive_topic

TOPICS = [
    ("I want to kill myself", "self_harm"),
    ("I feel suicidal", "self_harm"),
    ("Ich will nicht mehr leben", "self_harm"),
    ("j'ai envie de mourir", "self_harm"),
    ("quiero morir", "self_harm"),
    ("The charger caught fire in my bedroom", "injury"),
    ("My son was injured by the chair", "injury"),
    ("I got an electric shock from the lamp", "injury"),
    ("Ich habe einen Stromschlag bekommen", "injury"),
    ("la lampe a pris feu", "injury"),
    ("me dio una descarga eléctrica", "injury"),
    ("You will hear from my lawyer", "legal_threat"),
    ("I'm going to sue you", "legal_threat"),
    ("we are considering legal action", "legal_threat"),
    ("Ich schalte meinen Anwalt ein", "legal_threat"),
    ("je vais porter plainte", "legal_threat"),
    ("voy a llamar a mi abogado", "legal_threat"),
    ("My personal data has been leaked", "data_breach"),
    ("I can see another customer's orders in my account", "data_breach"),
    ("I found a security vulnerability on your site", "data_breach"),
    ("Mein Konto wurde gehackt", "data_breach"),
    ("mes données ont été volées", "data_breach"),
    ("me han hackeado la cuenta", "data_breach"),
    ("Your courier was racist to me", "discrimination"),
    ("I was discriminated against in your shop", "discrimination"),
    ("Ich wurde in der Filiale diskriminiert", "discrimination"),
    ("le livreur a tenu des propos racistes", "discrimination"),
    ("el repartidor fue racista", "discrimination"),
    ("I am a journalist with the Times", "press"),
    ("Press inquiry: please send a statement", "press"),
    ("Ich bin Journalistin", "press"),
    ("je suis journaliste", "press"),
    ("soy periodista", "press"),
    ("My lawyer says the charger burned my daughter: she was injured", "injury"),
]
HARMLESS = """
    What is your return policy?
    Is your cookie banner legal in Germany?
    I am a lawyer, do you sell leather briefcases?
    Which button do I press?
    How do I press the flowers?
    Do you have the shirt in burnt orange?
    Is the data stored in Europe?
    Do you share my data?
    Is Plausible GDPR compliant?
    Do you have a privacy policy?
    The shoes hurt a bit, can I exchange them?
    The package is damaged
    Is the toy safe for kids?
    What is your data breach policy?
    Does the article explain filters?
    My order was stolen from the porch
    How do I kill a running process?
    I am dying to get these shoes
    Wie lange ist die Garantie?
    Comment régler la pression des pneus ?
    ¿Puedo pagar con tarjeta?
""".strip().splitlines()


@pytest.mark.parametrize(("text", "topic"), TOPICS)
def test_what_belongs_to_a_person(text: str, topic: str) -> None:
    assert sensitive_topic(text) == topic


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_sounds_like_it(text: str) -> None:
    assert sensitive_topic(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I already tried that",
        "still doesn't work",
        "That didn't help",
        "I did that, same error",
        "no luck",
        "It's still not working after the restart",
        "I've followed all the steps and nothing changed",
        "funktioniert immer noch nicht",
        "das habe ich schon probiert",
        "ça ne marche toujours pas",
        "j'ai déjà essayé",
        "sigue sin funcionar",
        "ya lo intenté",
    ],
)
def test_tried_without_success(text: str) -> None:
    assert failed(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks, that worked",
        "great, it is fixed",
        "How does it work?",
        "What does the warranty cover?",
        "and how long does it take?",
        "danke, hat geklappt",
        "merci, ça marche",
        "gracias, funciona",
        "Do you still sell the blue one?",
    ],
)
def test_no_report_of_failure(text: str) -> None:
    assert not failed(text)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("I get error code 4711", ("4711",)),
        ("Error: E1042 appears", ("E1042",)),
        ("ERR_CONNECTION_RESET in Chrome", ("ERR_CONNECTION_RESET",)),
        ("it fails with 0x80070057", ("0x80070057",)),
        ("HTTP 502 all day, 502 Bad Gateway", ("502",)),
        ("Fehler 1234 beim Bezahlen", ("1234",)),
        ("my discount code 1234 is refused", ()),
        ("the postal code 10115 is right", ()),
        ("order 10234 has not arrived", ()),
        ("I paid 4711 dollars", ()),
        ("order status 48213", ()),
        ("What is my order status #10432?", ()),
        ("My code SAVE20 doesn't work", ()),
        ("The code FALL25 is not accepted", ()),
        ("I get an error with code SAVE20", ()),
        ("Error: SAVE20 is not valid", ()),
        ("article code: 55123", ()),
        ("my order 10234 shows an error", ()),
        ("I saw this error 10 times in 20 minutes", ()),
        ("error on 2024-05-01", ()),
        ("error with code 4711", ("4711",)),
        ("Fehlercode: E-17", ("E-17",)),
        ("Code d'erreur 1234", ("1234",)),
        ("código de error 123", ("123",)),
        ("Error CE-34878-0 on my console", ("CE-34878-0",)),
        ("status code 503 since noon", ("503",)),
        ("HTTP status 500", ("500",)),
    ],
)
def test_error_codes(text: str, codes: tuple[str, ...]) -> None:
    assert error_codes(text) == codes


PYTHON = "Traceback (most recent call last):\n  File \"app.py\", line 3, in <module>\nKeyError: 'plan'"
JAVA = "Exception in thread main java.lang.NullPointerException: x\n    at com.shop.Cart.add(Cart.java:42)"


@pytest.mark.parametrize("text", [PYTHON, JAVA, "TypeError: undefined is not a function\n    at render (app.js:1:20)"])
def test_a_stack_trace_is_seen(text: str) -> None:
    assert has_trace(text)
    assert unknown_error(text, ["Our shop sells lamps."]) == "a stack trace"


def test_an_error_that_an_article_holds_is_known() -> None:
    assert unknown_error(PYTHON, ["If you see KeyError: 'plan', choose a plan first."]) is None
    assert unknown_error("error code 4711", ["Error 4711: the card expired."]) is None
    assert unknown_error("error code 4711 and error code 99", ["Error 4711: the card expired."]) == "99"
    assert not has_trace("My parcel is at the door (front)")


def test_long_pasted_text_is_read_in_time_that_grows_with_its_length() -> None:
    """Patterns must not explode: 10,000 characters (the longest message) of almost-matches."""
    for piece in (
        "talk to a the a the ",
        "i want a real live actual ",
        "no bot a the ",
        "error ",
        "a" * 50 + " ",
        "my my my ",
        "still not ",
    ):
        text = (piece * 10_000)[:10_000]
        sensitive_topic(text), failed(text), error_codes(text), has_trace(text)
