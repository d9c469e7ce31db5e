"""Ten tabs of the shop with the widget open read one stream: browsers give a server six connections."""

from collections.abc import Callable

import pytest
from browser import HostSite, Widget, on_shop
from live import Server
from playwright.sync_api import BrowserContext, Request, expect

pytestmark = pytest.mark.browser
TABS = 10


def test_ten_tabs_one_stream(server: Server, key: str, site: HostSite, new_context: Callable[..., BrowserContext]) -> None:
    context = new_context(viewport={"width": 900, "height": 700})
    begun: list[Request] = []
    over: list[Request] = []
    for event, bucket in (("request", begun), ("requestfinished", over), ("requestfailed", over)):
        context.on(event, lambda request, into=bucket: "/events" in request.url and into.append(request))
    address = site.address(server, key)
    first = on_shop(context, address).open()
    first.says("What is your return policy?")
    expect(first.rows("bot").last).to_contain_text("30 days")

    tabs = [first]
    for _ in range(TABS - 1):
        tab = on_shop(context, address)
        expect(tab.rows("customer")).to_have_count(1)
        tabs.append(tab)
    tabs[6].says("How long does delivery take?")
    all_show(tabs, 2, "2 to 3 working days")
    assert len({id(one) for one in begun} - {id(one) for one in over}) == 1, [one.url for one in begun]

    first.page.close()
    left = tabs[1:]
    left[0].says("Do you ship to Norway?")
    all_show(left, 3, "12 euros")


def all_show(tabs: list[Widget], customers: int, answer: str) -> None:
    for tab in tabs:
        expect(tab.rows("bot").last).to_contain_text(answer)
        expect(tab.rows("customer")).to_have_count(customers)
        # The greeting and one answer each.
        expect(tab.rows("bot")).to_have_count(customers + 1)
