"""The pictures of the README, made from the demo. WARMLINE_PICTURES=1 writes them; without it they must exist and nothing may complain."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import Widget, complaints, go_online, sign_in
from live import ROOT, Server
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser
PICTURES = ROOT / "docs" / "pictures"
WRITE = os.environ.get("WARMLINE_PICTURES") == "1"


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's first page shows where the sign-ins lie; a reader of the README should see a plain path."""
    return Path(tempfile.mkdtemp(prefix="shop-")) if WRITE else tmp_path_factory.mktemp("demo")


def password_of(server: Server, email: str) -> str:
    lines = (server.data / "demo-sign-ins.txt").read_text().splitlines()
    return next(line.split()[-1] for line in lines if email in line)


def take(page: Page, name: str) -> None:
    path: Path = PICTURES / f"{name}.png"
    if WRITE:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, animations="disabled")
    assert path.exists(), f"{path} is missing: WARMLINE_PICTURES=1 pytest {Path(__file__).name}"


def shop(context: BrowserContext, server: Server, path: str = "/") -> tuple[Widget, list[str]]:
    page = context.new_page()
    said = complaints(page)
    page.goto(f"http://localhost:{server.port + 1}{path}")
    return Widget(page), said


def ask(widget: Widget) -> None:
    widget.open()
    widget.says("What is your return policy?")
    expect(widget.rows("bot").last.locator(".sources a").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(demo: Server, new_context: Callable[..., BrowserContext], scheme: str) -> None:
    customers = new_context(color_scheme=scheme)
    widget, said = shop(customers, demo)
    ask(widget)
    take(widget.page, f"widget-{scheme}")

    phone, more = shop(new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}), demo)
    ask(phone)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    take(phone.page, f"widget-360-{scheme}")

    agent = new_context(color_scheme=scheme).new_page()
    still_more = complaints(agent)
    sign_in(agent, demo, "ada@holmandlark.example", password_of(demo, "ada@holmandlark.example"))
    still_more.clear()
    go_online(agent)
    widget.says("My parcel HL-10231 arrived soaked and the boots are ruined, I am really upset. My email is kim@example.com")
    row = agent.locator("a.row").first
    expect(row).to_be_visible()
    row.click()
    agent.locator(".conversation-head").get_by_role("button", name="Accept").click()
    expect(agent.get_by_role("textbox", name=re.compile("^Reply to"))).to_be_visible()
    take(agent, f"console-{scheme}")
    agent.locator(".conversation-head").get_by_role("button", name="Resolve").click()

    agent.goto(f"{demo.url}/console/knowledge")
    agent.get_by_label("Search articles").fill("return policy")
    agent.get_by_role("link", name=re.compile("return policy", re.IGNORECASE)).first.click()
    expect(agent.locator(".cm-content")).to_be_visible()
    expect(agent.locator(".preview, [class*=preview]").first).to_contain_text("30")
    agent.get_by_role("button", name="Try it").click()
    agent.locator("#try-question").fill("In what condition must shoes be returned?")
    agent.locator("#try-question").press("Enter")
    expect(agent.locator(".tried-answer .answer-text")).to_have_count(2)
    take(agent, f"knowledge-{scheme}")
    assert said + more + still_more == []
