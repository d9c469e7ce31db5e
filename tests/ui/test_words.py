"""The workspace's own words, kept by an editor in the console and found by from the next question on."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from browser import keep, sign_in
from live import PASSWORD, Person, Server
from playwright.sync_api import BrowserContext, Route, expect

from tests.ui.test_accessibility import PHONE, violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("scheme", "size"), [("light", {"width": 1440, "height": 900}), ("dark", PHONE)], ids=["light desk", "dark phone"])
def test_an_editor_keeps_words_that_mean_the_same(
    server: Server, new_context: Callable[..., BrowserContext], scheme: str, size: dict[str, int]
) -> None:
    admin = Person(server)
    admin.http.put("/v1/vocabulary", json={"groups": []}, headers={"Idempotency-Key": os.urandom(8).hex()})
    editor = admin.colleague(f"Edna{size['width']}", "editor")
    page = new_context(bypass_csp=True, color_scheme=scheme, viewport=size).new_page()
    sign_in(page, server, editor.person["email"], PASSWORD)
    page.goto(f"{server.url}/console/knowledge")
    page.get_by_role("link", name="Your own words").click()
    box, save = page.get_by_role("textbox", name="Groups of words that mean the same"), page.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    assert violations(page, f"{scheme} no words") == []
    keep(page, f"words-none-{scheme}")

    assert best(admin, "how does the zorbing go") == "Delivery"
    box.fill("zorbing = refund\nlonely")
    save.click()
    expect(page.get_by_role("alert")).to_contain_text("A group has 2 to 20 words that mean the same: lonely")
    assert violations(page, f"{scheme} a word alone") == []
    keep(page, f"words-alone-{scheme}")
    box.fill("zorbing  =  refund \n\n")
    save.click()
    expect(page.get_by_text("Saved. Groups: 1")).to_be_visible()
    expect(box).to_have_value("zorbing = refund")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert best(admin, "how does the zorbing go") == "Returns and refunds"
    assert violations(page, f"{scheme} words") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    keep(page, f"words-{scheme}")
    page.get_by_role("button", name="Undo").click()
    expect(box).to_have_value("")
    page.reload()
    expect(box).to_have_value("")


def test_words_that_do_not_come_are_asked_for_again(server: Server, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    sign_in(page, server)
    broken: Callable[[Route], Any] = lambda route: route.fulfill(status=500, body="")  # noqa: E731
    page.route("**/v1/vocabulary", broken)
    page.goto(f"{server.url}/console/knowledge/words")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    page.unroute("**/v1/vocabulary")
    again.click()
    expect(page.get_by_role("textbox", name="Groups of words that mean the same")).to_be_visible()


def best(person: Person, text: str) -> str:
    hits = person.ok(person.http.post("/v1/search", json={"query": text}))["hits"]
    return str(hits[0]["title"]) if hits else ""
