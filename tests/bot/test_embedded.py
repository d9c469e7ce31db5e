"""The bot without a model: it quotes, cites, and says so when nothing fits."""

import numpy as np
import pytest
from bot_stage import article, ask, asked

from bot.answer import Answerer, Page, Turn
from bot.embedded import compose, quoted
from bot.policy import cited
from bot.query import query_of
from bot.windows import LIMIT_WORDS, best_windows
from bot.windows import ask as asked_of
from core.render import highlight, render_markdown
from retrieval.query import Filters, Hit, Query, Results
from retrieval.search import Searcher


@pytest.mark.parametrize(
    ("question", "source", "word"),
    [
        ("What is your return policy?", "return-policy", "30 days"),
        ("Hi there! How long until I get my refund?", "refund-timing", "days"),
        ("I forgot my password", "reset-password", "password"),
        ("can I use two promo codes in one order", "promo-codes", "code"),
        ("Do gift cards expire?", "gift-cards", "years"),
        ("How long does delivery to Germany take?", "delivery-times", "day"),
    ],
)
async def test_an_answer_quotes_the_right_article(embedded: Answerer, question: str, source: str, word: str) -> None:
    answer, screen = await ask(embedded, asked(question))
    assert answer.action == "answer"
    assert answer.citations[0].source == f"article:{source}"
    assert word in answer.text
    assert len(answer.text.split()) <= 90
    assert screen.pieces > 1, "it arrives in pieces"
    assert answer.confidence > 0.4
    assert cited(answer.text) == [citation.n for citation in answer.citations]


async def test_a_quote_is_found_in_the_article_as_it_is_shown(embedded: Answerer) -> None:
    for question in (
        "What is your return policy?",
        "How do I reset my password?",
        "What does the warranty cover?",
        "Do the trail shoes run small?",
    ):
        answer, _ = await ask(embedded, asked(question))
        for citation in answer.citations:
            _, _, markdown = article(citation.source.removeprefix("article:"))
            assert '<mark id="quote"' in highlight(render_markdown(markdown), citation.quote), citation.quote


async def test_an_answer_is_clean_text_that_ends_where_a_sentence_ends(embedded: Answerer) -> None:
    for question in ("what can't be returned", "How do I reset my password?", "which size for the rain boot", "warranty"):
        answer, _ = await ask(embedded, asked(question))
        body = answer.text.rsplit(" [", 1)[0]
        assert not any(mark in body for mark in ("**", "](", "##", "|", "`")), body
        assert not body.endswith(":")
        assert not answer.text.lstrip().startswith("#")


async def test_it_says_plainly_when_nothing_fits(embedded: Answerer) -> None:
    for question in ("Who won the football world cup in 1998?", "How do I configure a Kubernetes ingress?", "asdf qwer zxcv"):
        answer, _ = await ask(embedded, asked(question))
        assert answer.action == "no_answer", answer.text
        assert "person" in answer.text
        assert not answer.citations
        assert answer.reason == "missing_knowledge"


async def test_nothing_fits_in_other_languages_too(embedded: Answerer) -> None:
    answer, _ = await ask(embedded, asked("Wie konfiguriere ich einen Kubernetes Ingress?", language="de"))
    assert answer.action == "no_answer"
    assert "Team" in answer.text


@pytest.mark.parametrize("product", ["Fjell Trail Shoe", "Tarn Rain Boot", "Drift Canvas Sneaker"])
async def test_on_a_product_page_it_means_that_product(embedded: Answerer, product: str) -> None:
    page = Page("https://shop.test/p/1", f"{product} | Holm & Lark", product)
    answer, _ = await ask(embedded, asked("does it run small?", page=page))
    assert answer.citations[0].source == f"article:{product.lower().replace(' ', '-')}-sizing"


@pytest.mark.parametrize(
    "page",
    [
        Page("https://shop.test/p/fjell-trail-shoe", "Fjell Trail Shoe | Holm & Lark"),
        Page("https://shop.test/p/fjell-trail-shoe", "Holm & Lark – Fjell Trail Shoe"),
        Page("https://shop.test/products/fjell-trail-shoe.html", ""),
        Page("https://shop.test/p/4711", "Fjell Trail Shoe - Holm & Lark"),
    ],
)
async def test_on_a_page_that_names_no_product_its_title_or_address_says_what_it_is(embedded: Answerer, page: Page) -> None:
    for question in ("does it run small?", "is this true to size?"):
        answer, _ = await ask(embedded, asked(question, page=page))
        assert answer.citations[0].source == "article:fjell-trail-shoe-sizing"


@pytest.mark.parametrize(
    "address", ["https://shop.test/p/fjell-trail-shoe", "https://shop.test/cart", "https://shop.test/", "nonsense", ""]
)
def test_a_question_that_is_not_about_the_page_is_searched_as_it_is(address: str) -> None:
    page = Page(address, "Fjell Trail Shoe | Holm & Lark")
    questions = (
        "What is your return policy?", "Do gift cards expire?", "How long does delivery take?", "I forgot my password", "Can I return it?",
        "How do I pay?", "Where is my order?", "How much does shipping cost?", "Does the Tarn rain boot run small?", "It is broken",
        "Can I use two promo codes in one order?", "What does the warranty cover?", "how does it work with two promo codes in one order?",
    )  # fmt: skip
    for question in questions:
        assert query_of(asked(question, page=page)).text == question


@pytest.mark.parametrize("address", ["https://shop.test/", "https://shop.test/cart", "https://shop.test/collections/all", "https://["])
def test_a_page_about_nothing_adds_nothing(address: str) -> None:
    assert query_of(asked("does it run small?", page=Page(address, "Holm & Lark"))).text == "does it run small?"


def test_later_in_a_conversation_it_is_what_was_spoken_of() -> None:
    page = Page("https://shop.test/p/fjell-trail-shoe", "Fjell Trail Shoe | Holm & Lark")
    history = (Turn("customer", "Do you have the Tarn rain boot?"), Turn("bot", "Yes. [1]"))
    assert query_of(asked("does it run small?", history, page)).text == "does it run small?"


async def test_a_named_product_beats_the_page(embedded: Answerer) -> None:
    page = Page("https://shop.test/p/1", "", "Fjell Trail Shoe")
    answer, _ = await ask(embedded, asked("Does the Tarn rain boot run small?", page=page))
    assert answer.citations[0].source == "article:tarn-rain-boot-sizing"


async def test_what_was_asked_before_counts(embedded: Answerer) -> None:
    history = (Turn("customer", "Do you have gift cards?"), Turn("bot", "Yes. [1]"))
    answer, _ = await ask(embedded, asked("When do they expire?", history=history))
    assert answer.citations[0].source == "article:gift-cards"


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("hi", "greeting"), ("Hello there!", "greeting"), ("Guten Morgen", "greeting"), ("thanks a lot 😊", "thanks"), ("merci beaucoup", "thanks"),
        ("ok great, thank you", "thanks"), ("bye", "bye"), ("are you a bot?", "self"), ("perfect", "fine"),
    ],
)  # fmt: skip
async def test_small_talk_does_not_touch_the_knowledge_base(embedded: Answerer, said: str, intent: str) -> None:
    answer, _ = await ask(embedded, asked(said))
    assert answer.action == "small_talk"
    assert answer.decision["intent"] == intent
    assert answer.decision["passages"] == []
    assert not answer.citations


@pytest.mark.parametrize(
    "said", ["thanks, but it still fails", "hi, where is my parcel", "good morning the zip is broken", "ok and how do I pay"]
)
async def test_a_question_with_manners_is_a_question(embedded: Answerer, said: str) -> None:
    answer, _ = await ask(embedded, asked(said))
    assert answer.decision["intent"] == "question"


@pytest.mark.parametrize("said", ["👍", "👍🏽👍🏽", "🙏", "❤️", ":)", "(👍)", "😡", "👎"])
async def test_a_picture_alone_is_no_question(embedded: Answerer, said: str) -> None:
    answer, _ = await ask(embedded, asked(said))
    assert answer.action == "small_talk", "asking back three times would hand over"
    assert answer.decision["intent"] == ("symbol" if said in "😡👎" else "thanks")


@pytest.mark.parametrize("said", ["", "   ", "???", "🤷"])
async def test_nothing_said_is_asked_back(embedded: Answerer, said: str) -> None:
    answer, _ = await ask(embedded, asked(said))
    assert answer.action == "clarify"
    assert answer.text.endswith("?")


async def test_what_is_for_agents_is_never_quoted(embedded: Answerer) -> None:
    answer, _ = await ask(embedded, asked("What are the goodwill limits of the handbook?"))
    assert all("handbook" not in passage["source"] for passage in answer.decision["passages"])
    for_agents = Filters(asked("x").filters.workspace, audiences=frozenset({"public", "agents"}))
    answer, _ = await ask(embedded, asked("What are the goodwill limits of the handbook?", filters=for_agents))
    assert answer.citations[0].source == "article:handbook-goodwill-limits"


async def test_the_decision_says_how_it_came_about(embedded: Answerer) -> None:
    answer, _ = await ask(embedded, asked("What is your return policy?"))
    decision = answer.decision
    assert decision["answerer"] == "embedded"
    assert decision["policy"]
    assert decision["confidence"] == answer.confidence
    assert decision["passages"][0]["cosine"] > 0.3
    assert decision["signals"]["cosine_top"] > 0.3
    assert {"search_ms", "total_ms"} <= decision["timings"].keys()
    assert decision["tokens"]["calls"] == 0


async def test_confidence_is_higher_where_the_articles_answer(embedded: Answerer) -> None:
    covered = [
        (await ask(embedded, asked(text)))[0].confidence
        for text in ("What is your return policy?", "Do gift cards expire?", "I forgot my password")
    ]
    foreign = [
        (await ask(embedded, asked(text)))[0].confidence
        for text in ("How do I set up a GA4 property?", "What is the capital of Peru?", "best pasta recipe")
    ]
    assert min(covered) > max(foreign)


LONG = "The warranty covers " + ", ".join(f"seam number {number} and zip number {number}" for number in range(40)) + " and nothing else."
LIST = "\n".join(f"{number}. Step {number} of the warranty is to write the words of step {number} down." for number in range(1, 30))


def quote_of(question: str, *passages: str) -> tuple[str, list[str]]:
    """(the answer's text, its quotes) from passages found by words alone."""
    hits = [Hit(n, f"article:{n}", "Help", (), text, 0.9, float("nan"), 1.0, n) for n, text in enumerate(passages)]
    nothing = np.zeros(1, np.float32)
    of = asked_of(Query(question), Results(hits, {}, nothing, nothing, degraded=True))
    pieces, citations = compose(quoted(of, best_windows(of, hits, {})))
    return "".join(pieces), [citation.quote for citation in citations]


@pytest.mark.parametrize("passage", [LONG, LIST, "The warranty is long. " * 60, f"Short. {LONG}", f"| {' | '.join(LONG.split())} |"])
def test_one_window_has_ninety_words_at_most(passage: str) -> None:
    text, (quote,) = quote_of("What does the warranty cover?", passage)
    assert 20 < len(text.split()) <= LIMIT_WORDS == 90
    assert "warranty" in text
    assert "…" not in quote


def test_a_sentence_that_is_cut_says_so_and_ends_with_a_whole_word() -> None:
    text, (quote,) = quote_of("What does the warranty cover?", LONG)
    assert text.endswith("… [1]")
    assert LONG.startswith(quote)
    assert LONG[len(quote)] in " ,"


def test_a_long_piece_is_cut_where_a_sentence_ends() -> None:
    # No space after the first full stops, so that the splitter takes it for one sentence.
    row = "| Warranty | " + "It covers seams. It covers zips and a lot of other things that break. " * 9 + "|"
    text, _ = quote_of("What does the warranty cover?", row)
    assert len(text.split()) <= 90
    assert text.removesuffix(" [1]").endswith((".", "…"))


def test_two_windows_share_the_limit() -> None:
    gifts = "A gift card is valid for three years, " + ", ".join(f"in shop {number} too" for number in range(60)) + "."
    text, quotes = quote_of("Does the warranty cover zips and how long is a gift card valid in years?", LONG, gifts)
    assert len(quotes) == 2
    assert len(text.split()) <= 90
    assert min(len(quote.split()) for quote in quotes) > 20
    short = "A gift card is valid for three years."
    text, quotes = quote_of("Does the warranty cover zips and how long is a gift card valid in years?", LONG, short)
    assert short in quotes
    assert 80 < len(text.split()) <= 90, "what one does not need is the other's"


PARCELS = """Every order leaves our warehouse in a plain carton. We pack by hand. A parcel to Norway takes 4 to 6 days. Parcels are insured.

Couriers ring twice."""


def test_a_number_that_is_asked_for_comes_first() -> None:
    text, _ = quote_of("How many days does a parcel to Norway take?", PARCELS)
    assert text.startswith("A parcel to Norway takes 4 to 6 days.")


def test_a_yes_or_no_comes_first_and_none_is_invented() -> None:
    passage = (
        "Our cartons are plain. Couriers ring twice. You can return worn shoes within 30 days. Shoes are cleaned and given to charity."
    )
    text, _ = quote_of("Can I return worn shoes?", passage)
    assert text.startswith("You can return worn shoes within 30 days.")
    assert not text.lower().startswith(("yes", "no"))


def test_steps_stay_steps_and_begin_with_the_first() -> None:
    steps = "To reset your password:\n\n1. Open the sign-in page.\n2. Press **Forgot password**.\n3. Open the link in the mail.\n4. Choose a new one."
    text, _ = quote_of("How do I reset my password?", steps)
    lines = text.removesuffix(" [1]").split("\n")
    assert [line[:2] for line in lines if line[:1].isdigit()] == ["1.", "2.", "3.", "4."]


def test_headings_are_not_quoted() -> None:
    passage = "## Returns\n\nShoes can be returned within 30 days.\n\n## Refunds\n\nWe refund within 5 days of a return."
    text, _ = quote_of("When can shoes be returned and refunded?", passage)
    assert "Refunds" not in text.replace("We refund", "")
    assert "#" not in text


async def test_of_two_questions_the_one_that_no_article_tells_of_is_named(embedded: Answerer) -> None:
    answer, _ = await ask(embedded, asked("What is your return policy? Who won the football world cup?"))
    assert answer.action == "partial"
    assert answer.citations[0].source == "article:return-policy"
    assert "“Who won the football world cup?”" in answer.text
    assert len(answer.text.split()) <= LIMIT_WORDS
    whole, _ = await ask(embedded, asked("What is your return policy? How long does a refund take?"))
    assert whole.action == "answer"


async def test_a_language_without_articles_is_said_in_that_language(embedded: Answerer) -> None:
    for question, said in (
        ("Wie lange kann ich einen Artikel zurückgeben?", "Auf Deutsch"),
        ("返品は何日以内にできますか？", "日本語"),
        ("Combien de temps ai-je pour renvoyer un article ?", "en français"),
    ):
        answer, _ = await ask(embedded, asked(question))
        assert (answer.action, answer.reason) == ("no_answer", "missing_knowledge"), question
        assert said in answer.text
        assert answer.citations == ()


async def test_articles_in_the_language_answer_whatever_their_tag(searcher: Searcher) -> None:
    german = Hit(1, "article:x", "Rückgabe", (), "Sie können jeden Artikel innerhalb von 30 Tagen zurückschicken.", 0.9, 0.5, 5.0, 0)
    question = asked("Wie lange kann ich einen Artikel zurückgeben?")
    assert Answerer(searcher)._lacking(question, [german]) is None
    assert Answerer(searcher)._lacking(question, []) == "de"
