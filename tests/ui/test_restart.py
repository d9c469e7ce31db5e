"""kill -9 in the middle of a conversation, with somebody typing: nothing is lost, nothing is there twice."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from browser import HostSite, go_online, on_shop, sign_in
from live import Customer, Server
from playwright.sync_api import BrowserContext, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def mortal(tmp_path: Path, company: tuple[Path, str]) -> Iterator[Server]:
    shutil.copytree(company[0], tmp_path / "data")
    server = Server(tmp_path / "data", log_level="warning", turn_lease_s="2", recheck_s="0.5").start()
    yield server
    server.kill()


def test_nothing_is_lost_or_doubled(mortal: Server, key: str, site: HostSite, new_context: Callable[..., BrowserContext]) -> None:
    widget = on_shop(new_context(), site.address(mortal, key)).open()
    widget.says("What is your return policy?")
    expect(widget.rows("bot").last).to_contain_text("30 days")
    agent = new_context().new_page()
    sign_in(agent, mortal)
    go_online(agent)
    banner = widget.inside.get_by_role("status").filter(has_text="Reconnecting")

    mortal.kill()
    expect(banner).to_be_visible()
    widget.says("How long does delivery take?")
    expect(widget.rows("customer").last.get_by_text("Not sent. Tap to retry")).to_be_visible()
    expect(agent.get_by_text("Connection", exact=False).first).to_be_visible()

    mortal.start()
    expect(widget.rows("bot").last).to_contain_text("2 to 3 working days")
    expect(banner).to_be_hidden()
    assert widget.texts("customer") == ["What is your return policy?", "How long does delivery take?"]
    assert widget.rows("bot").count() == 3

    widget.says("Let me talk to someone")
    expect(agent.locator("a.row").first).to_contain_text("Let me talk to someone")
    expect(widget.rows("customer")).to_have_count(3)
    check_log(mortal, widget.page.evaluate("Object.fromEntries(Object.entries(localStorage))"), widget.texts("customer"))


def check_log(server: Server, kept: dict[str, str], shown: list[str]) -> None:
    found = {name.rsplit(":", 1)[1]: value for name, value in kept.items()}
    customer = Customer.__new__(Customer)
    customer.http = httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {found['visitor']}"}, timeout=30)
    events = customer.reads(found["conversation"])["events"]
    assert [one["seq"] for one in events] == sorted({one["seq"] for one in events})
    messages = [one for one in events if one["kind"] == "message.added"]
    assert [one["text"] for one in messages if one["author"]["kind"] == "customer"] == shown
    assert sum(one["author"]["kind"] == "bot" for one in messages) == 2
    assert sum(one["kind"] == "handoff.requested" for one in events) == 1
    assert not [name for name in found if name.startswith("out")], "nothing waits to be sent any more"
