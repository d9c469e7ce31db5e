"""The demo company's words and numbers agree with each other, and its order API tells a stranger nothing."""

import gzip
import json
import re
from datetime import date

import pytest
from fastapi.testclient import TestClient

from api.demo.catalogue import FOLDER, STATUS, ZONES, help_articles, product, products, read_article
from api.demo.pages import COLLECTIONS, REPAIRS, docs_sections
from api.demo.shop import content_security_policy, shop_app

ARTICLES = {article.slug: article for article in help_articles()}
ORDERS = json.loads((FOLDER / "shop" / "orders.json").read_text("utf-8"))
SITE = {
    "public_url": "https://help.example:8443",
    "console_url": "https://help.example:8443/console/",
    "store_inbox": "key_store",
    "docs_inbox": "key_docs",
}


@pytest.fixture
def shop() -> TestClient:
    return TestClient(shop_app(SITE, today=lambda: date(2026, 3, 10)))


def test_there_are_enough_articles_each_under_its_own_slug():
    files = list((FOLDER / "shop" / "articles").glob("*.md"))
    public = [article for article in ARTICLES.values() if article.audience == "public"]
    assert len(files) == len(ARTICLES)
    assert len(public) >= 25
    assert {file.stem for file in files} == set(ARTICLES)
    assert len({article.title for article in ARTICLES.values()}) == len(ARTICLES)


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
def test_an_article_is_complete_and_opens_with_its_answer(article):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", article.slug)
    assert article.collection in (*COLLECTIONS, "Team handbook")
    assert article.language == "en"
    assert (article.audience, article.collection == "Team handbook") in {("public", False), ("agents", True)}
    opening = article.markdown.split("\n\n")[0]
    assert not opening.startswith(("#", "|", "-", "1."))
    assert 20 <= len(opening.split()) <= 90
    assert 150 <= len(article.markdown.split()) <= 500
    assert "## " in article.markdown
    assert not re.search(r"^# ", article.markdown, re.M)


def test_agents_only_articles_are_not_linked_from_public_pages(shop):
    hidden = [slug for slug, article in ARTICLES.items() if article.audience == "agents"]
    assert len(hidden) == 2
    pages = [shop.get(path).text for path in ("/", "/help", "/cart", "/checkout", "/pricing", "/orders")]
    pages += [article.markdown for article in ARTICLES.values() if article.audience == "public"]
    assert not [slug for slug in hidden for page in pages if slug in page]


def test_no_link_to_an_article_dangles(shop):
    pages = ["/", "/help", "/cart", "/checkout", "/pricing", "/orders", *(f"/products/{item['id']}" for item in products())]
    texts = [article.markdown for article in ARTICLES.values()] + [shop.get(page).text for page in pages]
    linked = {slug for text in texts for slug in re.findall(r"/help/([a-z0-9-]+)", text)}
    assert len(linked) > 30
    assert linked <= set(ARTICLES)


def test_every_link_inside_the_shop_leads_somewhere(shop):
    seen, todo = set(), ["/", "/docs"]
    while todo:
        path = todo.pop()
        response = shop.get(path)
        assert response.status_code == 200, path
        seen.add(path)
        found = re.findall(r'(?:href|src)="(/[^"#]*)', response.text) if "html" in response.headers["content-type"] else []
        todo += list(set(found) - seen - set(todo))
    assert {"/cart", "/checkout", "/pricing", "/orders", "/help", "/static/shop.css", "/static/shop.js"} <= seen | {"/checkout"}


def test_products_and_orders_refer_to_what_exists():
    assert len(products()) >= 10
    assert len(ORDERS) >= 12
    assert len({item["id"] for item in products()}) == len(products())
    assert len({order["number"] for order in ORDERS}) == len(ORDERS)
    for item in products():
        assert {item["size_article"], item["care_article"]} <= set(ARTICLES)
        assert set(item["sold_out"]) < set(item["sizes"])
        assert (FOLDER / "shop" / "templates" / "art" / f"{item['id']}.svg").exists()
    for order in ORDERS:
        assert order["status"] in STATUS
        assert re.fullmatch(r"HL-\d{5}", order["number"])
        assert any(order["country"] in zone.countries for zone in ZONES)
        for line in order["items"]:
            sold = product(line["product"])
            assert sold
            assert line["size"] in sold["sizes"]
            assert line["colour"] in sold["colours"]
            assert line["price"] == sold["price"]
        goods = sum(line["price"] * line["quantity"] for line in order["items"])
        assert order["total"] == pytest.approx(goods + order["shipping"])


def test_prices_on_the_pages_are_the_articles_prices():
    shipping, times = ARTICLES["shipping-costs"].markdown, ARTICLES["delivery-times"].markdown
    for zone in ZONES:
        assert f"| €{zone.price:.2f} | €{zone.free_from} |" in shipping
        assert zone.days in times
    for _, price in REPAIRS:
        assert f"| €{price} |" in ARTICLES["repairs"].markdown


@pytest.mark.parametrize(
    ("slug", "fact"),
    [
        ("return-policy", "30 days"),
        ("exchanges", "30 days"),
        ("fjell-trail-shoe-sizing", "runs small"),
        ("find-your-size", "Fjell Trail Shoe runs small"),
        ("warranty", "24 months"),
        ("care-for-linen-and-towels", "24 months"),
        ("cairn-daypack-fit", "5 years"),
        ("newsletter", "10 % off"),
        ("promo-codes", "10 % off"),
    ],
)
def test_articles_agree(slug, fact):
    assert fact in ARTICLES[slug].markdown


def test_nothing_about_the_question_that_the_articles_do_not_hold():
    assert not [slug for slug, article in ARTICLES.items() if re.search(r"\b(tents?|rent(al|ed|ing|s)?)\b", article.markdown, re.I)]


def test_the_documentation_is_whole_and_attributed():
    with gzip.open(FOLDER / "plausible" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert len(rows) == len({row["id"] for row in rows}) == 127
    assert all(row["title"] and row["text"] and row["url"].startswith("https://plausible.io/docs") for row in rows)
    assert sum(len(rows) for _, rows in docs_sections()) == 127
    said = (FOLDER / "plausible" / "ATTRIBUTION.md").read_text("utf-8")
    assert "CC BY-SA 4.0" in said
    assert "208d58c" in said
    assert "not affiliated" in said.lower()
    assert "https://creativecommons.org/licenses/by-sa/4.0/" in (FOLDER / "plausible" / "LICENSE").read_text("utf-8")


def test_front_matter_that_is_missing_is_refused():
    with pytest.raises(ValueError):
        read_article("Only a text.\n")


def test_an_order_is_shown_to_who_knows_number_and_email(shop):
    found = shop.get("/api/orders/HL-10482", params={"email": "Jonas.Weber@example.com "})
    assert found.status_code == 200
    order = found.json()
    assert order["status"] == "shipped"
    assert order["items"][0]["name"] == "Fjell Trail Shoe"
    assert (order["placed"], order["shipped"], order["expected"]) == ("2026-03-08", "2026-03-09", "2026-03-11")


@pytest.mark.parametrize("email", ["", "someone.else@example.com", "jonas.weber@example.co", "%", "*", "felix.bauer@example.com"])
def test_a_foreign_email_learns_no_more_than_about_an_unknown_number(shop, email):
    unknown = shop.get("/api/orders/HL-99999", params={"email": email})
    foreign = shop.get("/api/orders/HL-10482", params={"email": email})
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content
    assert foreign.headers.items() == unknown.headers.items()


def test_the_order_page_says_the_same_to_a_foreign_email_and_about_an_unknown_number(shop):
    answers = [shop.post("/orders", data={"number": number, "email": "x@example.com"}) for number in ("HL-10482", "HL-99999")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace("HL-10482", "") == answers[1].text.replace("HL-99999", "").replace("HL-10482", "")
    own = shop.post("/orders", data={"number": "hl-10482", "email": "jonas.weber@example.com"})
    assert own.status_code == 200
    assert "NP448120937DE" in own.text


def test_what_is_typed_into_the_order_form_stays_text(shop):
    answer = shop.post("/orders", data={"number": '"><script>alert(1)</script>', "email": "a@b"})
    assert "<script>alert" not in answer.text
    assert shop.post("/orders", content=b"number=" + b"x" * 9000).status_code == 413
    assert shop.post("/orders", content=b"\xff\xfe\x00=%%%").status_code == 404


def test_products_by_api(shop):
    assert [item["id"] for item in shop.get("/api/products").json()["products"]] == [item["id"] for item in products()]
    assert shop.get("/api/products/fjell-trail-shoe").json()["fit"] == "Runs small"
    assert shop.get("/api/products/nothing").status_code == shop.get("/products/nothing").status_code == 404


def test_each_page_embeds_its_inbox_and_allows_exactly_our_origin(shop):
    for path, key in (("/", "key_store"), ("/products/fjell-trail-shoe", "key_store"), ("/checkout", "key_store"), ("/docs", "key_docs")):
        page = shop.get(path)
        assert f'<script async src="https://help.example:8443/warmline.js" data-inbox="{key}"></script>' in page.text
        assert page.headers["content-security-policy"] == content_security_policy(SITE["public_url"])
    policy = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-src"] == "https://help.example:8443"
    assert policy["script-src"] == policy["connect-src"] == "'self' https://help.example:8443"
    assert "unsafe" not in page.headers["content-security-policy"]


def test_without_an_inbox_no_widget_is_embedded():
    page = TestClient(shop_app({"public_url": "http://localhost:8080"})).get("/")
    assert page.status_code == 200
    assert "warmline.js" not in page.text
    assert "Open the agent" not in page.text


def test_the_documentation_page_says_how_far_the_bot_has_read():
    for read, shown in (((57, 127), True), ((127, 127), False), (None, False)):
        page = TestClient(shop_app({**SITE, "docs_progress": lambda read=read: read})).get("/docs").text
        assert ("still reading" in page) == shown
        assert ("57 of 127" in page) == shown


def test_a_product_page_says_what_is_looked_at(shop):
    text = shop.get("/products/moss-wool-slipper").text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', text)[1])
    assert (data["@type"], data["sku"], data["name"]) == ("Product", "moss-wool-slipper", "Moss Wool Slipper")


def test_the_home_page_shows_four_prompts_and_the_way_to_the_agents_side(shop):
    page = shop.get("/").text
    asks = re.findall(r'data-ask="([^"]+)"', page)
    assert len(asks) == 4
    assert asks[0] == "What is your return policy?"
    assert asks[3] == "Let me talk to someone"
    assert 'href="https://help.example:8443/console/"' in page
