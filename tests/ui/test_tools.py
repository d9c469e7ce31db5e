"""What the bot can do in the demo shop, as somebody sees it who tries it: their order, signed in or not, and an appointment."""

from collections.abc import Callable, Iterator

import pytest
from browser import Widget, complaints, go_online, keep
from browser import sign_in as console_sign_in
from live import Server
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.test_accessibility import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(demo: Server, new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    heard: list[list[str]] = []

    def open_page(path: str = "/", **options: object) -> Page:
        page = new_context(**options).new_page()
        heard.append(complaints(page))
        page.goto(f"http://localhost:{demo.port + 1}{path}")
        return page

    yield open_page
    # ERR_FAILED: what a test cut off itself.
    assert [said for page in heard for said in page if "net::ERR_FAILED" not in said] == []


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Signed in as").select_option(label=name)
    page.get_by_role("button", name="Switch").click()
    expect(page.get_by_label("Signed in as").locator("option:checked")).to_have_text(name)


def password_of(server: Server, email: str) -> str:
    lines = (server.data / "demo-sign-ins.txt").read_text().splitlines()
    return next(line.split()[-1] for line in lines if email in line)


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
    sign_in(page, "Marta Kowalska")
    widget = Widget(page).open()
    widget.says("Where is my order?")
    answer(widget, 1)
    expect(widget.rows("bot").last).to_contain_text("HL-10455")
    sign_in(page, "nobody")
    widget = Widget(page)
    expect(widget.field).to_be_visible()
    expect(widget.rows("customer")).to_have_count(0)
    widget.says("Where is my order?")
    answer(widget, 1)
    expect(widget.rows("bot").last).to_contain_text("What is your order number?")
    sign_in(page, "Felix Bauer")
    widget = Widget(page)
    # Who was nobody until now keeps what they began.
    expect(widget.rows("customer")).to_have_count(1)
    widget.says("Has it been shipped? Where is my order?")
    answer(widget, 2)
    expect(widget.rows("bot").last).to_contain_text("HL-10474")
    sign_in(page, "Marta Kowalska")
    widget = Widget(page)
    expect(widget.rows("bot").last).to_contain_text("HL-10455")


def test_what_a_customer_left_unsent_is_not_said_by_the_next_one(visit: Callable[..., Page]) -> None:
    page = visit()
    sign_in(page, "Marta Kowalska")
    widget = Widget(page).open()
    expect(widget.field).to_be_visible()
    page.context.route("**/v1/conversations**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    widget.says("A secret of Marta's")
    expect(widget.rows("customer").last).to_contain_text("A secret of Marta's")
    sign_in(page, "Felix Bauer")
    # Not before: she would send it herself meanwhile.
    page.context.unroute_all()
    widget = Widget(page)
    expect(widget.field).to_be_visible()
    widget.says("Where is my order right now?")
    # Messages go out in the order they were written: hers would have been before it.
    expect(widget.log).to_contain_text("HL-10474")
    expect(widget.rows("customer").last).to_contain_text("Where is my order right now?")
    expect(widget.log).not_to_contain_text("A secret of Marta's")
    sign_in(page, "Marta Kowalska")
    widget = Widget(page)
    expect(widget.field).to_be_visible()
    widget.says("Where is my order?")
    expect(widget.log).to_contain_text("HL-10455")
    expect(widget.log).not_to_contain_text("A secret of Marta's")


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
    assert violations(own, "appointment") == []
    own.get_by_role("button", name="Cancel this appointment").click()
    expect(own.get_by_role("heading", name="Your appointment is cancelled")).to_be_visible()
    assert violations(own, "cancelled appointment") == []
    expect(widget.log.get_by_text("Appointment cancelled")).to_be_visible()
    own.reload()
    expect(own.get_by_role("heading", name="Your appointment is cancelled")).to_be_visible()


PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["desk", "phone"])
def test_cards_are_accessible_and_fit(visit: Callable[..., Page], scheme: str, size: dict[str, int]) -> None:
    page = visit("/", bypass_csp=True, color_scheme=scheme, viewport=size)
    widget = Widget(page).open()
    for number, text in enumerate(("Is my order shipped? HL-10482, jonas.weber@example.com", "I'd like to book an appointment"), 1):
        widget.says(text)
        answer(widget, number)
    widget.log.get_by_role("group", name="Free times").get_by_role("button").first.click()
    answer(widget, 3)
    assert violations(widget.frame, f"{scheme} cards") == []
    assert widget.frame.evaluate("document.documentElement.scrollWidth") <= size["width"]
    keep(page, f"cards-{scheme}-{size['width']}")
    widget.log.get_by_role("region", name="Order HL-10482").scroll_into_view_if_needed()
    keep(page, f"order-{scheme}-{size['width']}")
    widget.log.get_by_role("group", name="Free times").scroll_into_view_if_needed()
    keep(page, f"slots-{scheme}-{size['width']}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_admin_connects_an_inbox_and_an_agent_is_warned(
    demo: Server, visit: Callable[..., Page], new_context: Callable[..., BrowserContext], scheme: str
) -> None:
    admin = new_context(bypass_csp=True, color_scheme=scheme).new_page()
    console_sign_in(admin, demo, "ada@holmandlark.example", password_of(demo, "ada@holmandlark.example"))
    admin.goto(f"{demo.url}/console/settings/inboxes")
    card = admin.get_by_role("article").filter(has_text="Holm & Lark store")
    expect(card).to_contain_text("30 minutes each, in office hours (Europe/Berlin)")
    expect(card).to_contain_text("/api/orders")
    card.get_by_role("button", name="New key").click()
    admin.get_by_role("dialog").get_by_role("button", name="Make the key").click()
    expect(admin.get_by_role("dialog").get_by_label("Secret")).to_contain_text("wli_")
    assert violations(admin, f"{scheme} identity key") == []
    admin.get_by_role("button", name="Done").click()
    card.get_by_role("button", name="Remove").last.click()
    card.get_by_role("button", name="Yes, remove it").click()
    expect(card.get_by_role("button", name="Remove")).to_have_count(1)
    keep(admin, f"inbox-{scheme}")
    admin.goto(f"{demo.url}/console/settings/policy")
    admin.get_by_label("Your own rules").fill("[promises]\nalso = ['next[- ]day delivery'")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("region", name="Policy").get_by_role("alert")).to_contain_text("TOML")
    admin.get_by_label("Your own rules").fill("[promises]\nalso = ['next[- ]day delivery']")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("Saved")).to_be_visible()
    assert violations(admin, f"{scheme} policy") == []
    keep(admin, f"policy-{scheme}")

    customer = visit("/", color_scheme=scheme)
    sign_in(customer, "Priya Nair")
    Widget(customer).open().says("Let me talk to someone")
    go_online(admin)
    admin.goto(f"{demo.url}/console/inbox/queue")
    # Others may wait too, since before her.
    admin.locator("a.row").filter(has_text="Priya Nair").first.click()
    admin.locator(".conversation-head").get_by_role("button", name="Accept").click()
    box = admin.get_by_role("textbox", name="Reply to Priya Nair")
    # An amount that was said before is no news: it is the same customer in both schemes.
    amount = {"light": "€7.35", "dark": "€8.45"}[scheme]
    box.fill(f"Next-day delivery is {amount}, and we cannot guarantee more.")
    hints = admin.get_by_role("status", name="Before you send")
    expect(hints).to_contain_text("Next-day delivery")
    expect(hints).to_contain_text(amount)
    expect(hints).not_to_contain_text("guarantee")
    expect(admin.get_by_text("signed in as priya.nair@example.com").first).to_be_visible()
    assert violations(admin, f"{scheme} hints") == []
    keep(admin, f"hints-{scheme}")
    box.press("Enter")
    expect(Widget(customer).rows("agent").last).to_contain_text(amount)
    expect(hints).to_have_text("")
    admin.locator(".conversation-head").get_by_role("button", name="Resolve").click()
