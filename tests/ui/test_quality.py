"""The quality page in a real browser: a data set, a run that moves on, its cases, two runs compared, and a message made a test."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import complaints, sign_in
from live import PASSWORD, Customer, Person, Server
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.ui.test_accessibility import PHONE, violations

pytestmark = pytest.mark.browser
ASKED = """question,article,answerable
Within how many days can I return something?,returns-and-refunds,yes
What does shipping to Norway cost?,delivery,yes
Who won the world cup in 1954?,,no
"""


@pytest.fixture(scope="module")
def reviewer(server: Server) -> Person:
    return Person(server).colleague("Rita", "reviewer")


def desk(server: Server, context: BrowserContext, path: str = "quality") -> Page:
    page = context.new_page()
    sign_in(page, server, "rita@example.com", PASSWORD)
    page.goto(f"{server.url}/console/{path}")
    return page


def begin_run(page: Page, name: str) -> None:
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("button", name="New run").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator(".pill", has_text="Done")).to_be_visible()


def test_a_reviewers_day(server: Server, reviewer: Person, new_context: Callable[..., BrowserContext], tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    page = desk(server, new_context())
    said = complaints(page)
    expect(page.get_by_text("No run yet")).to_be_visible()
    page.get_by_role("link", name="Data sets").click()
    page.get_by_role("button", name="Import data set").first.click()
    file.write_text(ASKED + ",delivery,yes\n")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("dialog").get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("line 5: question is missing")
    said.clear()  # the browser itself notes the 422
    file.write_text(ASKED)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("dialog").get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Imported 3 items")).to_be_visible()
    begin_run(page, "Before")
    figure = page.get_by_role("row", name="cites a relevant article")
    expect(figure).to_contain_text("1.000")
    rows = page.locator(".case-row")
    expect(rows).to_have_count(3)
    page.get_by_label("Show").select_option("withheld")
    expect(rows).to_have_count(1)
    rows.first.press("Enter")
    case = page.get_by_role("dialog")
    expect(case).to_contain_text("Who won the world cup in 1954?")
    expect(case.get_by_role("region", name="What the search found").get_by_role("row").nth(1)).to_be_visible()
    expect(case).to_contain_text("cosine top")
    page.keyboard.press("Escape")
    expect(case).to_be_hidden()
    slider = page.get_by_label("Threshold", exact=True)
    slider.fill("0")
    expect(page.get_by_text("At 0 %: 100 % answered, 33 % of them wrong")).to_be_visible()
    begin_run(page, "After")
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    expect(page.get_by_text("0 answers changed")).to_be_visible()
    assert said == []


def test_a_message_becomes_a_test_that_replays(
    server: Server, key: str, reviewer: Person, new_context: Callable[..., BrowserContext]
) -> None:
    customer = Customer(server, key)
    talk = customer.open()
    asked = customer.says(talk, "What is your return policy?")
    customer.until(talk, "message.added", after=asked["seq"], author="bot")
    page = desk(server, new_context(), f"inbox/all/{talk}")
    page.get_by_role("button", name="Make a test of this").click()
    expect(page.get_by_text("Made a test of it")).to_be_visible()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="Frozen tests")).to_be_visible()
    expect(page.locator(".pill", has_text="Not replayed")).to_be_visible()
    page.get_by_role("button", name="Replay all").click()
    expect(page.locator(".pill", has_text="The same")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_label("Download the test").click()
    assert json.loads(Path(download.value.path()).read_text())["format"] == 1


def test_agents_are_shown_none_of_it(server: Server, key: str, new_context: Callable[..., BrowserContext]) -> None:
    Person(server).colleague("Anton")
    customer = Customer(server, key)
    talk = customer.open()
    asked = customer.says(talk, "What is your return policy?")
    customer.until(talk, "message.added", after=asked["seq"], author="bot")
    page = new_context().new_page()
    sign_in(page, server, "anton@example.com", PASSWORD)
    expect(page.get_by_role("link", name="Quality")).to_have_count(0)
    page.goto(f"{server.url}/console/inbox/all/{talk}")
    expect(page.locator(".entry.bot").first).to_be_visible()
    expect(page.get_by_role("button", name="Make a test of this")).to_have_count(0)
    page.goto(f"{server.url}/console/quality")
    expect(page.get_by_role("heading", name="Your role does not include")).to_be_attached()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible_and_fits_a_phone(
    server: Server, reviewer: Person, new_context: Callable[..., BrowserContext], scheme: str
) -> None:
    found: list[str] = []
    for size in ({"width": 1440, "height": 900}, PHONE):
        page = desk(server, new_context(bypass_csp=True, color_scheme=scheme, viewport=size))

        def check(name: str, page: Page = page, size: dict[str, int] = size) -> None:
            found.extend(violations(page, f"{scheme} {size['width']} {name}"))
            wide = page.evaluate("document.documentElement.scrollWidth")
            found.extend([f"{name}: {wide} px wide"] if wide > size["width"] else [])

        expect(page.get_by_role("link", name="After")).to_be_visible()
        check("runs")
        page.get_by_role("link", name="After").click()
        expect(page.locator(".case-row").first).to_be_visible()
        expect(page.get_by_text("answers changed")).to_be_visible()
        check("run")
        page.locator(".case-row").first.click()
        expect(page.get_by_role("dialog").get_by_role("region", name="What the search found")).to_be_visible()
        check("case")
        page.keyboard.press("Escape")
        for name in ("data-sets", "tests", "suites"):
            page.goto(f"{server.url}/console/quality/{name}")
            expect(page.locator(".loading")).to_have_count(0)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            check(name)
        _broken(page, check)
    assert found == []


def _broken(page: Page, check: Callable[[str], None]) -> None:
    fails: Callable[[Route], None] = lambda route: route.fulfill(status=500, json={"title": "Broken", "status": 500})  # noqa: E731
    page.route("**/v1/evaluations", fails)
    page.goto(f"{page.url.split('/console')[0]}/console/quality/runs")
    expect(page.get_by_text("The runs could not be loaded")).to_be_visible()
    check("runs that could not be loaded")
    page.unroute("**/v1/evaluations")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="After")).to_be_visible()
