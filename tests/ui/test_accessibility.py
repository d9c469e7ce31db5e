"""axe finds nothing: inside the widget's frame and in the console, light and dark."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from browser import HostSite, go_online, on_shop, sign_in
from live import Server
from playwright.sync_api import BrowserContext, expect

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(where: Any, name: str) -> list[str]:
    """`where`: a page or a frame. axe does not enter a frame of another site, so it runs inside."""
    if not where.evaluate("typeof window.axe === 'object'"):
        where.evaluate(AXE)
    run = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
    return [
        f"{name}: {one['id']} ({one['impact']}): {one['help']}: " + " | ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in where.evaluate(run, TAGS)["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(server: Server, key: str, site: HostSite, new_context: Callable[..., BrowserContext], scheme: str) -> None:
    found: list[str] = []
    customers = new_context(bypass_csp=True, color_scheme=scheme)
    agent = new_context(bypass_csp=True, color_scheme=scheme).new_page()
    widget = on_shop(customers, site.address(server, key))

    def check(where: Any, name: str) -> None:
        found.extend(violations(where, name))

    agent.goto(f"{server.url}/console/")
    expect(agent.get_by_label("Email")).to_be_visible()
    check(agent, "sign-in")
    sign_in(agent, server)
    go_online(agent)
    expect(agent.get_by_text("Nobody is waiting.")).to_be_visible()
    check(agent, "empty inbox")

    widget.open()
    check(widget.page, "host page")
    check(widget.frame, "widget greeting")
    widget.says("What is your return policy?")
    expect(widget.rows("bot").last.get_by_role("link", name="Source 1: Returns and refunds")).to_be_visible()
    check(widget.frame, "widget answered")
    widget.says("Let me talk to someone")
    expect(widget.log.get_by_text("A person will answer here")).to_be_visible()
    check(widget.frame, "widget waiting")

    agent.locator("a.row").first.click()
    expect(agent.get_by_role("heading", name="Brief")).to_be_visible()
    check(agent, "conversation waiting")
    agent.locator(".conversation-head").get_by_role("button", name="Accept").click()
    reply = agent.get_by_role("textbox", name="Reply to")
    reply.fill("Hello, this is Ada.")
    reply.press("Enter")
    expect(widget.rows("agent")).to_be_visible()
    agent.get_by_role("button", name="Note").click()
    agent.get_by_role("textbox", name="Note for your team").fill("A note")
    check(agent, "conversation with note")
    check(widget.frame, "widget with agent")
    agent.locator(".conversation-head").get_by_role("button", name="Resolve").click()
    expect(widget.log.get_by_text("This conversation is closed")).to_be_visible()
    check(widget.frame, "widget closed")

    agent.goto(f"{server.url}/console/knowledge")
    article = agent.get_by_role("link", name="Returns and refunds")
    expect(article).to_be_visible()
    check(agent, "knowledge")
    article.click()
    expect(agent.locator(".cm-content")).to_be_visible()
    agent.get_by_role("button", name="Try it").click()
    expect(agent.locator("#try-question")).to_be_visible()
    check(agent, "editor")
    for page, heading in (("inboxes", "Inboxes"), ("people", "People"), ("api-keys", "API keys")):
        agent.goto(f"{server.url}/console/settings/{page}")
        expect(agent.get_by_role("region", name=heading).get_by_role("heading", name=heading)).to_be_visible()
        check(agent, f"settings {page}")
    help_page = customers.new_page()
    help_page.goto(f"{server.url}/help/returns-and-refunds?quote=Our+return+policy")
    check(help_page, "article")
    assert found == []
