"""What the bot can do in the demo shop, as somebody sees it who tries it: their order, signed in or not, and an appointment."""

from collections.abc import Callable, Iterator

import pytest
from browser import Widget, complaints
from live import Server
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("demo") / "data", log_level="warning")
    server.start("serve", "--demo", wait=False)
    server.wait_until_up(180)
    yield server
    server.kill()


@pytest.fixture
def visit(demo: Server, new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    heard: list[list[str]] = []

    def open_page(path: str = "/", **options: object) -> Page:
        page = new_context(**options).new_page()
        heard.append(complaints(page))
        page.goto(f"http://localhost:{demo.port + 1}{path}")
        return page

    yield open_page
    assert [said for page in heard for said in page] == []


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Signed in as").select_option(label=name)
    page.get_by_role("button", name="Switch").click()
    expect(page.get_by_label("Signed in as").locator("option:checked")).to_have_text(name)


def answer(widget: Widget, number: int) -> None:
    """Waits for the answer to the question of that number; the greeting is none."""
    expect(widget.rows("bot")).to_have_count(number + 1)
    expect(widget.rows("bot").last.locator("[data-growing=true], .dots")).to_have_count(0)


def test_who_is_signed_in_asks_for_nothing_but_their_order(visit: Callable[..., Page]) -> None:
    page = visit()
    sign_in(page, "Jonas Weber")
    widget = Widget(page).open()
    widget.says("Is my order shipped?")
    answer(widget, 1)
    last = widget.rows("bot").last
    expect(last).to_contain_text("Yes, your order has been sent.")
    expect(last.get_by_role("region", name="Order HL-10482")).to_contain_text("NP448120937DE")


def test_another_customer_at_the_same_browser_reads_nothing_of_it(visit: Callable[..., Page]) -> None:
    page = visit()
    sign_in(page, "Jonas Weber")
    widget = Widget(page).open()
    widget.says("Where is my order?")
    answer(widget, 1)
    sign_in(page, "nobody")
    widget = Widget(page)
    expect(widget.field).to_be_visible()
    expect(widget.rows("customer")).to_have_count(0)
    widget.says("Where is my order?")
    answer(widget, 1)
    expect(widget.rows("bot").last).to_contain_text("What is your order number?")
    sign_in(page, "Priya Nair")
    widget = Widget(page)
    # Who was nobody until now keeps what they began.
    expect(widget.rows("customer")).to_have_count(1)
    widget.says("Has it been shipped? Where is my order?")
    answer(widget, 2)
    expect(widget.rows("bot").last).to_contain_text("HL-10491")
    sign_in(page, "Jonas Weber")
    widget = Widget(page)
    expect(widget.rows("bot").last).to_contain_text("HL-10482")


def test_nobody_is_asked_for_number_and_address(visit: Callable[..., Page]) -> None:
    widget = Widget(visit("/orders")).open()
    widget.says("Is my order shipped?")
    answer(widget, 1)
    widget.says("HL-10474")
    answer(widget, 2)
    expect(widget.rows("bot").last).to_contain_text("Which email address")
    widget.says("jonas.weber@example.com")
    answer(widget, 3)
    expect(widget.rows("bot").last).to_contain_text("I can't find an order with that number and email address.")
    widget.says("HL-10474, felix.bauer@example.com")
    answer(widget, 4)
    expect(widget.rows("bot").last.get_by_role("region", name="Order HL-10474")).to_contain_text("Pebble")


def test_an_appointment_is_picked_booked_and_cancelled(visit: Callable[..., Page]) -> None:
    page = visit("/help", viewport={"width": 360, "height": 740})
    widget = Widget(page).open()
    widget.says("I'd like to book an appointment")
    answer(widget, 1)
    slots = widget.log.get_by_role("group", name="Free times").get_by_role("button")
    expect(slots.first).to_be_enabled()
    label = slots.nth(1).inner_text()
    slots.nth(1).click()
    answer(widget, 2)
    booked = widget.rows("bot").last
    expect(booked).to_contain_text(f"Your appointment is booked for {label}")
    expect(slots.nth(1)).to_be_disabled()
    with page.expect_download() as saved:
        booked.get_by_role("link", name="Add to calendar").click()
    text = saved.value.path().read_text()
    assert text.startswith("BEGIN:VCALENDAR")
    assert "SUMMARY:Holm & Lark" in text
    with page.expect_popup() as opened:
        booked.get_by_role("link", name="Cancel it").click()
    own = opened.value
    expect(own.get_by_role("heading", name="Your appointment")).to_be_visible()
    expect(own.get_by_role("main")).to_contain_text(label)
    own.get_by_role("button", name="Cancel this appointment").click()
    expect(own.get_by_role("heading", name="Your appointment is cancelled")).to_be_visible()
    expect(widget.log.get_by_text("Appointment cancelled")).to_be_visible()
    own.reload()
    expect(own.get_by_role("heading", name="Your appointment is cancelled")).to_be_visible()
