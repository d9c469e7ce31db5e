"""`warmline serve --demo` as somebody sees it who tries it: the shop, its product pages, the documentation site, and the agent's side."""

import re
from collections.abc import Callable, Iterator

import pytest
from browser import Widget, complaints, go_online, sign_in
from live import ROOT, Server
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser
ARTICLES = ROOT / "demo" / "shop" / "articles"
OF_THE_SHOP = {path.stem for path in ARTICLES.glob("*.md")}
HONEST = "I couldn't find an answer to that in our help articles."


@pytest.fixture
def visit(demo: Server, new_context: Callable[..., BrowserContext]) -> Iterator[Callable[[str], Page]]:
    """Opens a page of the shop as somebody new; nothing on it may complain."""
    heard: list[list[str]] = []

    def open_page(path: str) -> Page:
        page = new_context().new_page()
        heard.append(complaints(page))
        page.goto(f"http://localhost:{demo.port + 1}{path}")
        return page

    yield open_page
    assert [said for page in heard for said in page] == []


def cited(widget: Widget) -> list[str]:
    """The slugs of the articles under the newest answer."""
    links = widget.rows("bot").last.locator(".sources a:not(.original)")
    return [re.sub(r".*/help/([\w-]+).*", r"\1", str(link.get_attribute("href"))) for link in links.all()]


def answer(widget: Widget, number: int) -> None:
    """Waits for the answer to the question of that number; the greeting is none."""
    expect(widget.rows("bot")).to_have_count(number + 1)
    expect(widget.rows("bot").last.locator("[data-growing=true], .dots")).to_have_count(0)


@pytest.mark.parametrize(
    ("product", "article"),
    [
        ("fjell-trail-shoe", "fjell-trail-shoe-sizing"),
        ("moss-wool-slipper", "moss-wool-slipper-sizing"),
        ("tarn-rain-boot", "tarn-rain-boot-sizing"),
    ],
)
def test_it_knows_which_product_is_looked_at(visit: Callable[[str], Page], product: str, article: str) -> None:
    widget = Widget(visit(f"/products/{product}")).open()
    widget.says("does it run small?")
    answer(widget, 1)
    assert cited(widget)[0] == article


def test_the_four_prompts_on_the_page(demo: Server, visit: Callable[[str], Page]) -> None:
    """One after the other, as a newcomer clicks them, and then the agent's side."""
    page = visit("/")
    prompts = page.locator("button.ask")
    expect(prompts).to_have_count(4)
    widget = Widget(page)
    prompts.nth(0).click()
    answer(widget, 1)
    assert cited(widget)[0] == "return-policy"
    prompts.nth(1).click()
    answer(widget, 2)
    assert cited(widget)[0] == "fjell-trail-shoe-sizing"
    prompts.nth(2).click()
    answer(widget, 3)
    expect(widget.rows("bot").last).to_contain_text(HONEST)
    expect(widget.log.get_by_role("button", name="Talk to a person")).to_be_visible()
    prompts.nth(3).click()
    expect(widget.log.get_by_text("Nobody is at the desk right now")).to_be_visible()

    with page.expect_popup() as opened:
        page.get_by_role("main").get_by_role("link", name="Open the agent’s side").click()
    agent = opened.value
    expect(agent).to_have_url(f"{demo.url}/console/")
    sign_in(agent, demo, "lea@holmandlark.example", password_of(demo, "lea@holmandlark.example"))
    go_online(agent)
    agent.locator("a.row").filter(has_text="Holm & Lark store").first.click()
    expect(agent.get_by_role("complementary", name="Brief").get_by_text("Asked for a person")).to_be_visible()


def password_of(server: Server, email: str) -> str:
    lines = (server.data / "demo-sign-ins.txt").read_text().splitlines()
    return next(line.split()[-1] for line in lines if email in line)


def test_the_prompts_in_the_widget(visit: Callable[[str], Page]) -> None:
    widget = Widget(visit("/")).open()
    prompts = widget.inside.get_by_role("group", name="Suggested questions").get_by_role("button")
    expect(prompts).to_have_count(4)
    words = prompts.first.inner_text()
    prompts.first.click()
    answer(widget, 1)
    assert widget.texts("customer") == [words]
    assert set(cited(widget)) <= OF_THE_SHOP
    expect(prompts).to_have_count(0)


def test_what_no_article_holds(visit: Callable[[str], Page]) -> None:
    """The README's own example."""
    question = "Can I rent a tent for a weekend?"
    assert question in (ROOT / "README.md").read_text("utf-8")
    widget = Widget(visit("/")).open()
    widget.says(question)
    answer(widget, 1)
    expect(widget.rows("bot").last).to_contain_text(HONEST)
    assert cited(widget) == []
    widget.log.get_by_role("button", name="Talk to a person").click()
    expect(widget.log.get_by_text("Nobody is at the desk right now")).to_be_visible()


def test_the_documentation_site_has_its_own_knowledge(visit: Callable[[str], Page]) -> None:
    page = visit("/docs")
    prompts = page.locator("button.ask")
    expect(prompts).not_to_have_count(0)
    widget = Widget(page)
    prompts.first.click()
    answer(widget, 1)
    assert cited(widget)
    assert not set(cited(widget)) & OF_THE_SHOP
    expect(widget.rows("bot").last.get_by_role("link", name="original").first).to_have_attribute(
        "href", re.compile("^https://plausible.io/docs")
    )

    widget = Widget(visit("/docs")).open()
    widget.says("What is your return policy?")
    answer(widget, 1)
    assert not set(cited(widget)) & OF_THE_SHOP
    expect(widget.rows("bot").last).not_to_contain_text("30 days")
