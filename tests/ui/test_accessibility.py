"""axe finds nothing: inside the widget's frame and in the console, in every state, light and dark; and nothing scrolls sideways at 360 px."""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from browser import HostSite, Widget, go_online, on_shop, sign_in
from live import Customer, Person, Server
from playwright.sync_api import BrowserContext, Page, Route, expect

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 740}
SLOTHFUL: Callable[[Route], None] = lambda route: None  # noqa: E731  never answers


def violations(where: Any, name: str) -> list[str]:
    """`where`: a page or a frame. axe does not enter a frame of another site, so it runs inside."""
    if not where.evaluate("typeof window.axe === 'object'"):
        where.evaluate(AXE)
    run = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
    return [
        f"{name}: {one['id']} ({one['impact']}): {one['help']}: " + " | ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in where.evaluate(run, TAGS)["violations"]
    ]


@dataclass
class Desk:
    """Both sides in one colour scheme, and what axe found on them."""

    server: Server
    key: str
    site: HostSite
    scheme: str
    open: Callable[..., BrowserContext]
    found: list[str] = field(default_factory=list)

    def context(self, **options: Any) -> BrowserContext:
        return self.open(bypass_csp=True, color_scheme=self.scheme, **options)

    def widget(self, key: str | None = None, **options: Any) -> Widget:
        return on_shop(self.context(**options), self.site.address(self.server, key or self.key))

    def console(self, path: str = "inbox/queue", server: Server | None = None, **options: Any) -> Page:
        page = self.context(**options).new_page()
        sign_in(page, server or self.server)
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{page.url.split('/console')[0]}/console/{path}")
        expect(page.get_by_role("main")).to_be_visible()

    def check(self, where: Any, name: str) -> None:
        self.found.extend(violations(where, f"{self.scheme} {name}"))
        page = where if isinstance(where, Page) else where.page
        if page.viewport_size["width"] == PHONE["width"]:
            wide = where.evaluate("document.documentElement.scrollWidth")
            if wide > PHONE["width"]:
                self.found.append(f"{self.scheme} {name}: {wide} px wide")

    def waiting(self) -> str:
        """A conversation that waits, from a customer over HTTP."""
        customer = Customer(self.server, self.key)
        made = customer.open()
        customer.says(made, "Let me talk to someone, my parcel WL-20417 is broken.")
        customer.until(made, "handoff.requested")
        return made


@pytest.fixture(params=["light", "dark"])
def desk(
    request: pytest.FixtureRequest, server: Server, key: str, site: HostSite, new_context: Callable[..., BrowserContext]
) -> Iterator[Desk]:
    desk = Desk(server, key, site, request.param, new_context)
    yield desk
    assert desk.found == []


def answered(status: int, detail: str = "") -> Callable[[Route], None]:
    problem = {"type": "about:blank", "title": "Something broke", "code": "x", "detail": detail, "request_id": "req_1234567890"}
    return lambda route: route.fulfill(status=status, json=problem | {"status": status}, content_type="application/problem+json")


broken = answered(500)


def test_from_question_to_person(desk: Desk) -> None:
    agent = desk.context().new_page()
    agent.goto(f"{desk.server.url}/console/")
    expect(agent.get_by_label("Email")).to_be_visible()
    desk.check(agent, "sign-in")
    sign_in(agent, desk.server)
    go_online(agent)
    widget = desk.widget().open()
    desk.check(widget.page, "host page")
    desk.check(widget.frame, "widget greeting")
    widget.says("What is your return policy?")
    expect(widget.rows("bot").last.get_by_role("link", name="Source 1: Returns and refunds")).to_be_visible()
    desk.check(widget.frame, "widget answered")
    widget.says("What is the capital of Australia?")
    expect(widget.log.get_by_role("button", name="Talk to a person")).to_be_visible()
    desk.check(widget.frame, "widget without an answer")
    widget.says("Let me talk to someone")
    expect(widget.log.get_by_text("A person will answer here")).to_be_visible()
    desk.check(widget.frame, "widget waiting")
    expect(agent.get_by_role("region", name="Offer")).to_be_visible()
    desk.check(agent, "offer")
    agent.locator("a.row").first.click()
    expect(agent.get_by_role("heading", name="Brief")).to_be_visible()
    agent.locator(".why-toggle").first.click()
    desk.check(agent, "conversation waiting")
    take_over(desk, agent, widget)


def take_over(desk: Desk, agent: Page, widget: Widget) -> None:
    agent.locator(".conversation-head").get_by_role("button", name="Accept").click()
    reply = agent.get_by_role("textbox", name="Reply to")
    reply.fill("Hello, this is **Ada**.\n\n- one\n- [two](https://example.com/)")
    reply.press("Enter")
    expect(widget.rows("agent")).to_be_visible()
    desk.check(widget.frame, "widget with agent")
    agent.get_by_role("button", name="Note").click()
    note = agent.get_by_role("textbox", name="Note for your team")
    note.fill("A note")
    note.press("Enter")
    expect(agent.locator(".entry.note:not(.pending)")).to_be_visible()
    widget.field.press_sequentially("Wait")
    expect(agent.locator(".typing")).to_be_visible()
    desk.check(agent, "conversation with note, customer typing")
    agent.locator(".conversation-head").get_by_role("button", name="Resolve").click()
    expect(widget.log.get_by_text("This conversation is closed")).to_be_visible()
    desk.check(widget.frame, "widget closed")
    agent.get_by_role("button", name="Reply", exact=True).click()
    expect(agent.get_by_text("This conversation is resolved.")).to_be_visible()
    desk.check(agent, "conversation resolved")


def test_the_widget_in_trouble(desk: Desk) -> None:
    widget = desk.widget()
    widget.page.route("**/v1/inboxes/**", SLOTHFUL)
    widget.launcher.click()
    expect(widget.inside.get_by_text("Loading the conversation")).to_be_attached()
    desk.check(widget.frame, "widget loading")

    for status, name in ((500, "broken"), (404, "blocked"), (429, "busy")):
        widget = desk.widget()
        widget.page.route("**/v1/inboxes/**", answered(status))
        widget.launcher.click()
        expect(widget.inside.get_by_role("alert").filter(has_text="The chat could not be reached")).to_be_visible()
        desk.check(widget.frame, f"widget {name}")


def test_the_widget_loses_its_connection(desk: Desk) -> None:
    widget = desk.widget().open()
    widget.says("What is your return policy?")
    expect(widget.rows("bot").last).to_contain_text("30 days")
    widget.page.context.set_offline(True)
    expect(widget.inside.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    widget.says("How long does delivery take?")
    expect(widget.log.get_by_text("Waiting for the connection")).to_be_visible()
    desk.check(widget.frame, "widget offline")
    widget.page.context.set_offline(False)
    expect(widget.rows("bot").last).to_contain_text("2 to 3 working days")

    widget.page.route("**/messages", broken)
    widget.says("Do you ship to Norway?")
    expect(widget.log.get_by_text("Not sent. Tap to retry")).to_be_visible()
    desk.check(widget.frame, "widget not sent")
    widget.page.unroute("**/messages")
    widget.page.route("**/messages", answered(422, "Too long."))
    widget.log.get_by_text("Not sent. Tap to retry").click()
    expect(widget.log.get_by_text("Not sent. Too long. Tap to edit")).to_be_visible()
    desk.check(widget.frame, "widget refused")
    widget.page.route("**/handoff", broken)
    widget.inside.get_by_role("button", name="Talk to a person").click()
    expect(widget.inside.get_by_role("status").filter(has_text="Nobody could be reached")).to_be_visible()
    desk.check(widget.frame, "widget, nobody reached")


def test_the_widget_on_a_phone(desk: Desk) -> None:
    widget = desk.widget(viewport=PHONE).open()
    desk.check(widget.frame, "phone: greeting")
    desk.check(widget.page, "phone: host page")
    widget.says("What is your return policy?")
    expect(widget.rows("bot").last.get_by_role("link", name="Source 1: Returns and refunds")).to_be_visible()
    desk.check(widget.frame, "phone: answered")
    widget.says("Let me talk to someone")
    expect(widget.log.get_by_text("Nobody is at the desk right now")).to_be_visible()
    desk.check(widget.frame, "phone: nobody there")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Without people, articles or conversations."""
    server = Server(tmp_path_factory.mktemp("bare") / "data", secret_key=secrets.token_urlsafe(48)).start()
    yield server
    server.kill()


def test_set_up_and_empty(desk: Desk, bare: Server) -> None:
    page = desk.context().new_page()
    page.goto(f"{bare.url}/console/setup")
    expect(page.get_by_role("alert")).to_be_visible()
    desk.check(page, "set-up without a link")
    page.goto(f"{bare.url}/console/setup?token=wrong")
    desk.check(page, "set-up")
    fill_set_up(page)
    expect(page.get_by_role("alert")).to_be_visible()
    desk.check(page, "set-up refused")
    token = re.search(r"setup\?token=(\S+)", bare.log.read_text())
    assert token
    if desk.scheme == "light":
        page.goto(f"{bare.url}/console/setup?token={token[1]}")
        fill_set_up(page)
        expect(page.get_by_role("heading", name="Ready")).to_be_visible()
        desk.check(page, "set up")
        page.get_by_role("button", name="Open the inbox").click()
        expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    page = desk.console(server=bare)
    for view in ("queue", "mine", "bot", "closed", "all"):
        desk.go(page, f"inbox/{view}")
        expect(page.locator(".list-pane .state")).to_be_visible()
        desk.check(page, f"empty {view}")
    for place, empty in (("knowledge", "No article yet."), ("settings/api-keys", "No API key yet.")):
        desk.go(page, place)
        expect(page.get_by_text(empty)).to_be_visible()
        desk.check(page, f"empty {place}")


def fill_set_up(page: Page) -> None:
    for label, text in (("Company", "Test"), ("Your name", "Ada Admin"), ("Your email", "ada@example.com")):
        page.get_by_label(label).fill(text)
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_label("Name of the first inbox").fill("Website")
    page.get_by_label("Your site's addresses").fill("https://shop.example")
    page.get_by_role("button", name="Set up").click()


def test_the_console_in_trouble(desk: Desk) -> None:
    waiting = desk.waiting()
    page = desk.context().new_page()
    page.route("**/v1/sessions/current", SLOTHFUL)
    page.goto(f"{desk.server.url}/console/")
    expect(page.locator(".skeleton").first).to_be_visible()
    desk.check(page, "starting")
    page.unroute_all()
    page.route("**/v1/sessions/current", broken)
    page.reload()
    expect(page.get_by_text("Warmline did not load")).to_be_visible()
    desk.check(page, "did not start")
    page.unroute_all()
    page.goto(f"{desk.server.url}/console/")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    desk.check(page, "sign-in refused")

    page = desk.console()
    for address, place, words in (
        ("**/v1/conversations?*", "inbox/closed", "The list did not load"),
        ("**/v1/conversations/cnv_*", f"inbox/queue/{waiting}", "The conversation did not load"),
        ("**/v1/articles", "knowledge", "did not load"),
        ("**/v1/articles/*", "knowledge/art_x", "The article did not load"),
        ("**/v1/people", "settings/people", "That did not work"),
        ("**/v1/inboxes", "settings/inboxes", "That did not work"),
    ):
        for answer, name in ((broken, "failed"), (SLOTHFUL, "loading")):
            page.route(address, answer)
            desk.go(page, place)
            expect(page.locator(".state.bad, .state[role=alert]" if answer is broken else ".skeleton").first).to_be_visible()
            if answer is broken:
                expect(page.get_by_text(words).first).to_be_visible()
            desk.check(page, f"{place} {name}")
            page.unroute_all()
    desk.go(page, "nowhere")
    desk.check(page, "no such page")
    without_connection(desk, page, waiting)


def without_connection(desk: Desk, page: Page, conversation: str) -> None:
    desk.go(page, f"inbox/queue/{conversation}")
    page.locator(".conversation-head").get_by_role("button", name="Accept").click()
    reply = page.get_by_role("textbox", name="Reply to")
    expect(reply).to_be_visible()
    page.route("**/messages", broken)
    reply.fill("This does not arrive.")
    reply.press("Enter")
    expect(page.get_by_text("Not sent.")).to_be_visible()
    desk.check(page, "not sent")
    page.unroute_all()
    page.context.set_offline(True)
    expect(page.locator(".connection.shown")).to_be_visible()
    reply.fill("This waits.")
    reply.press("Enter")
    expect(page.get_by_text("Waits for the connection").first).to_be_visible()
    desk.check(page, "without a connection")
    page.context.set_offline(False)
    expect(page.locator(".connection.shown")).to_be_hidden()
    page.locator(".conversation-head").get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("This conversation is resolved.")).to_be_visible()


def test_what_opens_over_the_console(desk: Desk) -> None:
    page = desk.console()
    for button, item in (("Availability", "menuitemradio"), ("Ada Admin: your menu", "menuitem")):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role(item).first).to_be_visible()
        desk.check(page, f"menu {button}")
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    desk.check(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("ret")
    expect(page.get_by_role("option", name="Returns and refunds")).to_be_visible()
    desk.check(page, "commands")
    page.get_by_role("combobox").fill("zzzzzz")
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    desk.check(page, "commands, nothing found")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="your menu").click()
    page.get_by_role("menuitem", name="Change password").click()
    expect(dialog).to_be_visible()
    desk.check(page, "change password")
    page.get_by_label("Present password").fill("wrong")
    page.get_by_label("New password").fill("correct horse battery 2")
    dialog.get_by_role("button", name="Change password").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    desk.check(page, "change password refused")
    page.keyboard.press("Escape")
    page.get_by_label("Search conversations").fill("zzzzzz")
    expect(page.get_by_text("No conversation holds")).to_be_visible()
    desk.check(page, "search, nothing found")


def test_settings(desk: Desk) -> None:
    page = desk.console()
    dialog = page.get_by_role("dialog")
    for place, heading, button in (
        ("inboxes", "Inboxes", "New inbox"),
        ("people", "People", "Add a person"),
        ("api-keys", "API keys", "New API key"),
    ):
        desk.go(page, f"settings/{place}")
        expect(page.get_by_role("region", name=heading).get_by_role("heading", name=heading)).to_be_visible()
        desk.check(page, f"settings {place}")
        page.get_by_role("button", name=button).first.click()
        expect(dialog).to_be_visible()
        desk.check(page, f"settings {place}, new")
        if place != "inboxes":
            dialog.get_by_role("textbox").first.fill(f"Robin {desk.scheme}")
            if place == "people":
                dialog.get_by_label("Email").fill(f"robin.{desk.scheme}@example.com")
            else:
                dialog.get_by_role("checkbox").first.check()
            dialog.locator("button.primary").click()
            expect(dialog.get_by_role("button", name="Copy")).to_be_visible()
            desk.check(page, f"settings {place}, made")
            dialog.get_by_role("button", name="Done").click()
    page.get_by_role("button", name=f"Revoke Robin {desk.scheme}").click()
    page.get_by_role("button", name="Really revoke").click()
    expect(page.get_by_text("Revoked").first).to_be_visible()
    desk.check(page, "settings api-keys, revoked")
    desk.go(page, "settings/people")
    page.get_by_role("button", name=f"Deactivate Robin {desk.scheme}").click()
    expect(page.get_by_text("Deactivated").first).to_be_visible()
    desk.check(page, "settings people, deactivated")


def test_knowledge(desk: Desk) -> None:
    page = desk.console("knowledge")
    article = page.get_by_role("link", name="Returns and refunds")
    expect(article).to_be_visible()
    desk.check(page, "knowledge")
    page.get_by_label("Search articles").fill("zzzzzz")
    expect(page.get_by_text("No article matches.")).to_be_visible()
    desk.check(page, "knowledge, nothing found")
    page.get_by_role("button", name="Show all").click()
    dialog = page.get_by_role("dialog")
    for button in ("New article", "New collection"):
        page.get_by_role("button", name=button).click()
        expect(dialog).to_be_visible()
        desk.check(page, button)
        page.keyboard.press("Escape")
    upload(desk, page)
    article.click()
    expect(page.locator(".cm-content")).to_be_visible()
    expect(page.locator(".preview-pane .article > *").first).to_be_visible()
    desk.check(page, "editor")
    page.get_by_role("button", name="Try it").click()
    page.locator("#try-question").fill("How many days do I have to return?")
    page.locator("#try-question").press("Enter")
    expect(page.locator(".tried-answer details")).to_have_count(2)
    page.locator(".tried-answer summary").first.click()
    desk.check(page, "editor, tried")
    versions(desk, page)


def upload(desk: Desk, page: Page) -> None:
    page.get_by_role("button", name="Upload").click()
    desk.check(page, "upload")
    files = {"lost.md": "# Lost parcels\n\nWe send lost parcels again.", "empty.txt": "", "picture.pdf": "%PDF"}
    chosen = [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files.items()]
    page.locator("dialog input[type=file]").set_input_files(chosen)
    expect(page.locator(".files li")).to_have_count(3)
    desk.check(page, "upload, files chosen")
    page.route("**/v1/imports", broken)
    page.get_by_role("button", name="Upload 3 files").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    desk.check(page, "upload, refused")
    page.unroute_all()
    page.get_by_role("button", name="Upload 3 files").click()
    expect(page.get_by_text("Finished:")).to_be_visible()
    desk.check(page, "upload, results")
    page.get_by_role("button", name="Done").click()


def versions(desk: Desk, page: Page) -> None:
    page.get_by_role("button", name="Details").click()
    desk.check(page, "editor, details")
    page.get_by_role("button", name="Delete the article").click()
    desk.check(page, "editor, delete?")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_label("Title", exact=True).fill(f"Returns and refunds {desk.scheme}")
    page.get_by_role("button", name="Versions").click()
    page.locator(".revision").first.click()
    expect(page.get_by_text("Changes kept on this device")).to_be_visible()
    desk.check(page, "editor, versions, not saved")
    ada, id = Person(desk.server), page.url.rsplit("/", 1)[1]
    now = ada.ok(ada.http.get(f"/v1/articles/{id}"))
    body = {"markdown": now["revision"]["markdown"] + "\n\nMore.", "base": now["revision"]["number"]}
    ada.ok(ada.http.post(f"/v1/articles/{id}/revisions", json=body))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("saved a newer version")
    desk.check(page, "editor, conflict")
    page.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_console_on_a_phone(desk: Desk) -> None:
    waiting = desk.waiting()
    page = desk.console(viewport=PHONE)
    go_online(page)
    expect(page.locator("a.row").first).to_be_visible()
    desk.check(page, "phone: queue")
    desk.go(page, f"inbox/queue/{waiting}")
    expect(page.locator(".entry.customer").first).to_be_visible()
    desk.check(page, "phone: conversation")
    page.get_by_role("button", name="Show the brief").click()
    expect(page.get_by_role("heading", name="Brief")).to_be_visible()
    desk.check(page, "phone: brief")
    page.get_by_role("complementary", name="Brief").get_by_role("button", name="Close").click()
    page.locator(".conversation-head").get_by_role("button", name="Accept").click()
    expect(page.get_by_role("textbox", name="Reply to")).to_be_visible()
    desk.check(page, "phone: accepted")
    page.locator(".conversation-head").get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("This conversation is resolved.")).to_be_visible()
    for place in ("knowledge", "settings/inboxes", "settings/people", "settings/api-keys"):
        desk.go(page, place)
        expect(page.locator("h1:visible").first).to_be_visible()
        expect(page.locator(".loading")).to_have_count(0)
        desk.check(page, f"phone: {place}")
    desk.go(page, "knowledge")
    page.get_by_role("link", name="Delivery").click()
    expect(page.locator(".cm-content")).to_be_visible()
    desk.check(page, "phone: editor")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview-pane .article > *").first).to_be_visible()
    desk.check(page, "phone: preview")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#try-question")).to_be_visible()
    desk.check(page, "phone: try it")


def test_help_pages(desk: Desk) -> None:
    for options in ({}, {"viewport": PHONE}):
        page = desk.context(**options).new_page()
        for path in ("returns-and-refunds?quote=Our+return+policy", "returns-and-refunds?quote=Gone+since", "no-such-article"):
            page.goto(f"{desk.server.url}/help/{path}")
            desk.check(page, f"help {path}")
