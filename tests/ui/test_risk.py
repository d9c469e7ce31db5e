"""A customer's thumb, a reviewer's mark and the risk dial, in a real browser, light and dark, wide and at 360 px."""

import re
from collections.abc import Callable

import pytest
from browser import HostSite, on_shop, sign_in
from live import Server
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.test_accessibility import PHONE, violations

pytestmark = pytest.mark.browser


def settings(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    sign_in(page, server)
    page.goto(f"{server.url}/console/settings/risk")
    expect(page.get_by_role("heading", name="How many may be wrong")).to_be_visible()
    return page


def test_what_the_customer_and_the_reviewer_say_meets_on_the_answer(
    server: Server, key: str, site: HostSite, new_context: Callable[..., BrowserContext]
) -> None:
    widget = on_shop(new_context(bypass_csp=True), site.address(server, key)).open()
    widget.says("What is your return policy?")
    answer = widget.rows("bot").last
    up = answer.get_by_role("button", name="This answer was right")
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(answer.get_by_text("Thank you")).to_be_visible()
    assert violations(widget.frame, "widget with thumbs") == []

    console = new_context(bypass_csp=True).new_page()
    sign_in(console, server)
    console.goto(f"{server.url}/console/inbox/all")
    console.locator("a.row").first.click()
    expect(console.get_by_text("Customer: right")).to_be_visible()
    wrong = console.get_by_role("group", name="Was this answer right?").get_by_role("button", name="Wrong")
    wrong.click()
    expect(wrong).to_have_attribute("aria-pressed", "true")
    console.locator(".why-toggle").first.click()
    expect(console.get_by_role("heading", name="Why it was this sure")).to_be_visible()
    assert violations(console, "judged conversation") == []
    up.click()
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(console.get_by_text("Customer: right")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dial_is_set_by_keyboard_and_says_what_it_costs(
    server: Server, scheme: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = settings(new_context(bypass_csp=True, color_scheme=scheme), server)
    expect(page.get_by_text("of 60 answers judged so far")).to_be_visible()
    page.get_by_label("Keep wrong answers under a limit").check()
    slider, number = page.get_by_role("slider"), page.get_by_label("Of the answers given, at most")
    number.fill("20")
    outcome = page.locator(".risk-outcome")
    expect(outcome).to_have_attribute("aria-busy", "false")
    answered = outcome.locator("strong").first
    before = answered.inner_text()
    slider.focus()
    slider.press("ArrowRight")
    expect(number).to_have_value("20.5")
    number.fill("25")
    expect(answered).not_to_have_text(before)
    page.get_by_text("The curve as a table").click()
    expect(page.get_by_role("row")).to_have_count(41)
    assert violations(page, f"dial {scheme}") == []
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("heading", name="What came of it")).to_be_visible()
    number.fill("90")
    expect(page.get_by_text("A number between 0.5 and 50.")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.reload()
    expect(number).to_have_value("25")
    page.get_by_label("Keep wrong answers under a limit").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Limit taken off.")).to_be_visible()
    expect(page.get_by_role("heading", name="What came of it")).to_have_count(0)


def test_the_dial_fits_a_phone(server: Server, new_context: Callable[..., BrowserContext]) -> None:
    page = settings(new_context(bypass_csp=True, viewport=PHONE), server)
    page.get_by_label("Keep wrong answers under a limit").check()
    expect(page.get_by_role("img", name=re.compile("Wrong answers against"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, "dial at 360 px") == []
