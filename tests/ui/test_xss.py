"""300 payloads of the corpus in every field that a screen renders run nowhere and load nothing, with the Content-Security-Policy on and off.
`make torture` does the same with every payload, 300 at a time.

The fields are the table FIELDS in xss_stage.py. Whatever a page shows is hovered over, focused and clicked. Each visit first makes sure that
what was planted is there, and that it is there as text.
"""

import html
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from browser import HostSite, Widget
from live import ADMIN, PASSWORD, Person, Server
from playwright.sync_api import BrowserContext, Error, Frame, Page, expect

from tests.ui.xss_quality import RUNS, plant_quality
from tests.ui.xss_stage import AT_ONCE, COUNT, FIELDS, Stage, chosen, joined, set_the_stage, show_once

pytestmark = pytest.mark.browser
# So many times 300 are the whole corpus.
PARTS = 28
HOOKS = """
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = (said) => window.__ran(`${self.name} ${name} ${said}`);
Object.defineProperty(window, "__xss", { set: (value) => window.__ran(`${self.name} __xss ${value}`), get: () => undefined });
const ADDRESSES = /^(href|xlink:href|src|srcdoc|action|formaction|data|poster|background|from|to|values)$/i;
const armed = (element) => [...(element?.attributes ?? [])].some(({ name, value }) =>
  /^on/i.test(name) || (ADDRESSES.test(name) && /^[\\x00-\\x20]*(javascript|vbscript|data):/i.test(value)));
const everything = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? everything(one.shadowRoot) : [])]);
const mouse = (element, ...types) => types.forEach((type) => element.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true })));
// What the page itself made clickable is left alone: it would navigate away or change what is planted.
const ours = (element) => {
  const control = element.closest("a,button,input,select,textarea,summary,label,dialog,.scrim");
  return control && ![element, control, control.form].some(armed);
};
// Hovers over, focuses and clicks all that is there; answers the elements that could run or load something.
window.__poke = (root = document.body) => {
  const all = everything(root);
  for (const one of all) {
    mouse(one, "mouseover", "mouseenter", "mousemove", "pointerover", "pointerenter", "mouseout");
    for (const type of ["focus", "focusin", "blur", "focusout"]) one.dispatchEvent(new FocusEvent(type));
    if (!ours(one)) mouse(one, "pointerdown", "mousedown", "mouseup", "click", "dblclick");
    if (armed(one)) for (const { name } of one.attributes) if (/^on/i.test(name)) one.dispatchEvent(new Event(name.slice(2)));
  }
  return all.filter(armed).map((one) => one.outerHTML.slice(0, 200));
};
// A click on a link is the person's own will; only what would run is let through.
const stay = (event, address) => /^(https?|blob|mailto):/i.test(address ?? "") && event.preventDefault();
addEventListener("click", (event) => stay(event, event.target.closest?.("a[href]")?.href), true);
addEventListener("submit", (event) => stay(event, event.target.action), true);
"""
# Goes from place to place inside the console, as its links do: [path, selector, its text then]; answers as __poke.
VISIT = """async (places) => {
  const until = (holds, what) => new Promise((done, fail) => {
    if (holds()) return done();
    const end = setTimeout(() => fail(new Error(`${what}: ${document.querySelector("main").innerText.slice(0, 300)}`)), 20_000);
    const watch = new MutationObserver(() => holds() && (watch.disconnect(), clearTimeout(end), done()));
    watch.observe(document, { childList: true, subtree: true, characterData: true });
  });
  const found = [];
  for (const [path, selector, text, also] of places) {
    history.pushState(null, "", path);
    dispatchEvent(new PopStateEvent("popstate"));
    await until(() => document.querySelector(selector)?.textContent === text && (!also || document.querySelector(also)), `${path} ${text}`);
    found.push(...__poke(document.querySelector("main > div")));
  }
  return found;
}"""


@dataclass
class Watched:
    """What ran, and who was asked, in every page of a context."""

    context: BrowserContext
    ran: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context.expose_binding("__ran", lambda source, said: self.ran.append(str(said)))
        self.context.add_init_script(HOOKS)
        self.context.on("request", lambda request: self.asked.add(urlsplit(request.url).hostname or urlsplit(request.url).scheme))
        self.context.on("dialog", lambda dialog: (self.ran.append(f"dialog {dialog.message}"), dialog.dismiss()))

    def strangers(self) -> set[str]:
        return {host for host in self.asked if host not in ("localhost", "127.0.0.1", "blob", "data", "javascript", "about")}

    def poke(self, where: Page | Frame) -> None:
        assert where.evaluate("__poke()") == []

    def console(self, server: Server, path: str) -> Page:
        origin = {"Origin": server.url}
        assert self.context.request.post(f"{server.url}/v1/sessions", data={"email": ADMIN, "password": PASSWORD}, headers=origin).ok
        page = self.context.new_page()
        page.goto(f"{server.url}/console/{path}")
        expect(page.get_by_role("main")).to_be_visible()
        return page


@dataclass(frozen=True)
class Planted:
    server: Server
    stage: Stage
    searched: str
    runs: tuple[str, str]


@pytest.fixture(scope="module", params=[0, *(pytest.param(n, marks=pytest.mark.torture) for n in range(1, PARTS))])
def planted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, company: tuple[Path, str], site: HostSite, shared_data: Path
) -> Iterator[Planted]:
    data = tmp_path_factory.mktemp("planted") / "data"
    shutil.copytree(company[0], data)
    stage = set_the_stage(data, chosen(shared_data / "corpora", COUNT * request.param), site.origin)
    runs = stage.database.write_now(plant_quality, stage)
    server = Server(data, log_level="warning").start()
    yield Planted(server, stage, plant_searched(Person(server), stage), runs)
    server.kill()
    stage.database.close()


def plant_searched(ada: Person, stage: Stage) -> str:
    """An article that is found and quoted."""
    parts = [f"## Refund {n}\n\nRefund of payload {n}: {one}" for n, one in enumerate(stage.of("text of an article")[:20])]
    body = {"collection": stage.inboxes[0].collections[0], "title": "Payloads", "markdown": "\n\n".join(parts)}
    made = str(post(ada, "/v1/articles", body)["id"])
    post(ada, f"/v1/articles/{made}/publication", {})
    return made


def post(by: Person, path: str, body: dict[str, Any]) -> Any:
    return by.ok(by.http.post(path, json=body, headers={"Idempotency-Key": os.urandom(8).hex()}))


@pytest.fixture(params=[False, True], ids=["with policy", "policy off"])
def watched(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Iterator[Watched]:
    watched = Watched(new_context(bypass_csp=request.param))
    yield watched
    assert watched.ran == []
    assert watched.strangers() == set()


def test_as_many_as_fit_are_in_every_field(planted: Planted) -> None:
    assert COUNT * (PARTS - 1) < len(planted.stage.corpus) <= COUNT * PARTS
    print()
    for one in FIELDS:
        fitted = len(planted.stage.of(one.name))
        print(f"{one.name:30} {fitted:4}  {one.shown}")
        assert fitted >= one.least, one.name


def test_conversations_in_the_widget(watched: Watched, planted: Planted, key: str, site: HostSite) -> None:
    of, page = planted.stage.of, watched.context.new_page()
    page.add_init_script("for (const [name, value] of new URLSearchParams(location.hash.slice(1))) localStorage[name] = value")
    for start, (token, conversation) in zip(range(0, COUNT, AT_ONCE), planted.stage.talks, strict=True):
        kept = {f"warmline:{key}:visitor": token, f"warmline:{key}:conversation": conversation, f"warmline:{key}:open": "1"}
        page.goto("about:blank")
        page.goto(f"{site.address(planted.server, key)}#{urlencode(kept)}")
        widget = Widget(page)
        expect(widget.rows("agent")).to_have_count(AT_ONCE)
        here = slice(start, start + AT_ONCE)
        same(widget.rows("customer").locator(".bubble").all_text_contents(), of("message of a customer")[here])
        same(widget.log.locator(".source strong").all_text_contents(), of("title of a source")[here])
        same(widget.log.locator(".source .quote").all_text_contents(), of("quote of a source")[here])
        same(widget.log.locator(".said-event").all_text_contents(), of("reason of a handoff in words")[here])
        same(widget.log.locator(".card strong").all_text_contents()[:AT_ONCE], [f"{one} joined" for one in of("name of an agent")[here]])
        expect(widget.inside.get_by_role("banner")).to_contain_text(of("name of an agent")[start])
        orders, times = of("order in a card")[here], of("time in a card")[here]
        for part in (".order-head strong", ".order-head span", ".order-note"):
            same(widget.log.locator(part).all_text_contents(), orders)
        same(widget.log.locator(".order li").all_text_contents(), [f"1 × {one}" for one in orders])
        same(widget.log.locator(".slots button").all_text_contents(), times)
        same(widget.log.locator(".appointment strong").all_text_contents()[:-1], times[::10])
        watched.poke(widget.frame)


def same(shown: list[str], planted: list[str]) -> None:
    assert [" ".join(one.split()) for one in shown] == [" ".join(one.split()) for one in planted]


def test_what_an_inbox_says(watched: Watched, planted: Planted, site: HostSite) -> None:
    page = watched.context.new_page()
    for one in planted.stage.crowded:
        page.goto(site.address(planted.server, one.key))
        widget = Widget(page).open()
        assert widget.inside.locator("h1").text_content() == one.assistant
        expect(widget.inside.locator(".disclosure")).to_contain_text(one.assistant)
        assert widget.inside.locator(".prompts button").all_text_contents() == list(one.prompts)
        watched.poke(widget.frame)


def test_conversations_in_the_console(watched: Watched, planted: Planted) -> None:
    of, page = planted.stage.of, watched.console(planted.server, "inbox/mine")
    for start, (_, conversation) in zip(range(0, COUNT, AT_ONCE), planted.stage.talks, strict=True):
        page.goto(f"{planted.server.url}/console/inbox/mine/{conversation}")
        expect(page.locator(".entry.note")).to_have_count(AT_ONCE)
        page.evaluate("document.querySelectorAll('.why-toggle[aria-expanded]').forEach((one) => one.click())")
        expect(page.locator(".why")).to_have_count(AT_ONCE)
        here = slice(start, start + AT_ONCE)
        same(page.locator(".entry.customer .bubble").all_text_contents(), of("message of a customer")[here])
        same(page.locator(".entry.agent .entry-head strong").all_text_contents(), of("name of an agent")[here])
        labels = [f"Customer, signed in as {one}" for one in of("signed-in customer")[here]]
        same(page.locator(".entry.customer .entry-label").all_text_contents(), labels)
        same(page.locator(".why .passage-title").all_text_contents(), [f"{one} › {one}" for one in of("decision")[here]])
        same(page.locator(".source .quote").all_text_contents(), of("quote of a source")[here])
        expect(page.locator(".brief .page-line")).to_be_visible()
        watched.poke(page)


def test_hints_on_a_reply(watched: Watched, planted: Planted) -> None:
    page, hints = watched.console(planted.server, "inbox/mine"), planted.stage.of("hint")
    # A server tells eight at most; a screen is shown them all.
    told = [{"rule": one, "quote": one, "hint": one} for one in hints]
    page.route("**/hints", lambda route: route.fulfill(json={"hints": told}))
    page.goto(f"{planted.server.url}/console/inbox/mine/{planted.stage.talks[0][1]}")
    page.get_by_role("textbox", name="Reply to").fill("We guarantee it.")
    expect(page.locator(".composer-hints q")).to_have_count(COUNT)
    same(page.locator(".composer-hints q").all_text_contents(), hints)
    watched.poke(page)


def test_briefs_and_rows(watched: Watched, planted: Planted) -> None:
    page = watched.console(planted.server, "inbox/all")
    # As tall as all rows, so that all are drawn.
    page.set_viewport_size({"width": 1440, "height": 92 * (COUNT + 60)})
    expect(page.locator("a.row")).to_have_count(COUNT + len(planted.stage.talks) + len(planted.stage.briefs))
    assert set(page.locator(".row-name").all_text_contents()) >= set(planted.stage.of("name of a customer"))
    assert set(page.locator(".row-inbox").all_text_contents()) >= set(planted.stage.of("name of an inbox"))
    watched.poke(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    places = [[f"/console/inbox/all/{one}", ".brief .wants", wants] for one, wants in planted.stage.briefs]
    assert page.evaluate(VISIT, places) == []


def test_articles_in_the_console(watched: Watched, planted: Planted) -> None:
    page = watched.console(planted.server, "knowledge")
    titles = [one.revision.draft.title for one in planted.stage.articles]
    for count in range(50, len(titles) + 1, 50):
        expect(page.locator(".table-link")).to_have_count(count)
        page.get_by_role("button", name="Show more").click()
    expect(page.locator(".table-link").nth(len(titles))).to_be_visible()
    assert set(page.locator(".table-link").all_text_contents()) >= set(titles)
    assert set(page.locator(".collections a > span.clip").all_text_contents()) >= set(planted.stage.of("name of a collection"))
    watched.poke(page)
    preview = ".preview-pane .article > *"
    places = [[f"/console/knowledge/{one.id}", ".editor > h1", one.revision.draft.title, preview] for one in planted.stage.articles]
    assert page.evaluate(VISIT, places) == []


def test_trying_an_article(watched: Watched, planted: Planted) -> None:
    page = watched.console(planted.server, f"knowledge/{planted.searched}")
    page.get_by_role("button", name="Try it").click()
    for n in (2, 10, 18):
        page.locator("#try-question").fill(f"refund of payload {n}")
        page.locator("#try-question").press("Enter")
        expect(page.locator(".tried-answer details")).to_have_count(2)
        watched.poke(page)


def test_settings(watched: Watched, planted: Planted) -> None:
    of, page = planted.stage.of, watched.console(planted.server, "settings/inboxes")
    for place, selector, name in (
        ("inboxes", ".card h2", "name of an inbox"),
        ("inboxes", ".pairs dd[dir=auto]", "name of the assistant"),
        ("people", ".person-name strong", "name of a person"),
        ("people", ".person-name .small", "e-mail of a person"),
        ("api-keys", ".person-name strong", "name of an API key"),
    ):
        page.goto(f"{planted.server.url}/console/settings/{place}")
        expect(page.locator(selector).nth(COUNT - 1)).to_be_visible()
        assert set(page.locator(selector).all_text_contents()) >= set(of(name)), name
        watched.poke(page)
    page.goto(f"{planted.server.url}/console/settings/policy")
    field = page.get_by_label("Your own rules")
    expect(field).to_have_value(re.compile("^# "))
    assert field.input_value().count("\n") == COUNT
    watched.poke(page)


def test_connections_and_forms_of_inboxes(watched: Watched, planted: Planted) -> None:
    page = watched.console(planted.server, "settings/inboxes")
    sources = page.locator(".connection p code")
    expect(sources).to_have_count(COUNT)
    assert {one.removeprefix("https://shop.example/?") for one in sources.all_text_contents()} == set(
        planted.stage.of("address of an order source")
    )
    watched.poke(page)
    crowd = page.locator(".card").filter(has=page.locator("h2", has_text=re.compile("^Crowd$")))
    assert crowd.count() == len(planted.stage.crowded)
    guidance, procedures = set(), set()
    for one in crowd.all():
        one.locator("> header button").click()
        form = page.get_by_role("dialog")
        expect(form.locator(".check")).not_to_have_count(0)
        guidance.add(form.get_by_label("Tone and rules for the model").input_value())
        procedures.add(form.locator(".procedure input").first.input_value())
        assert len(set(form.locator(".procedure input, .procedure textarea").evaluate_all("all => all.map(one => one.value)"))) == 1
        watched.poke(page)
        page.keyboard.press("Escape")
        expect(form).to_have_count(0)
    assert guidance == {one.guidance for one in planted.stage.crowded}
    assert procedures == {one.procedures[0]["name"] for one in planted.stage.crowded}


def test_what_a_page_shows_once(watched: Watched, planted: Planted) -> None:
    """Thirty to a value, each out of reach of what the one before it leaves open."""
    page = watched.console(planted.server, "inbox/closed")
    for shown in joined(planted.stage.of("name of the workspace")):
        show_once(planted.stage, shown)
        page.goto(f"{planted.server.url}/console/inbox/closed")
        expect(page.locator(".workspace-name")).to_have_text(shown)
        page.locator("button.me").click()
        watched.poke(page)
        page.goto(f"{planted.server.url}/help/{planted.stage.articles[0].slug}")
        assert shown in page.title()
        watched.poke(page)
        page.goto(planted.server.url + planted.stage.appointment)
        expect(page.get_by_role("button", name="Cancel this appointment")).to_be_visible()
        assert page.locator("header").text_content().strip() == shown
        watched.poke(page)


def test_words_searched_for(watched: Watched, planted: Planted) -> None:
    page = watched.console(planted.server, "inbox/closed")
    for words in (f"Nobody said {one}" for one in joined(planted.stage.of("words searched for"))):
        page.get_by_label("Search conversations").fill(words)
        expect(page.locator(".list-pane .state")).to_contain_text(words)
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").fill(words)
        watched.poke(page)
        page.keyboard.press("Escape")


def test_names_of_files(watched: Watched, planted: Planted) -> None:
    page = watched.console(planted.server, "knowledge")
    names = planted.stage.of("name of a file")
    for start in range(0, COUNT, 150):
        page.goto(f"{planted.server.url}/console/knowledge")
        page.get_by_role("button", name="Upload").click()
        some = [f"{one}.pdf" for one in names[start : start + 150]]
        body = {"mimeType": "application/pdf", "buffer": b"no article"}
        page.locator("dialog input[type=file]").set_input_files([{"name": one, **body} for one in some])
        same(page.locator(".files .clip").all_text_contents(), some)
        watched.poke(page)
        page.get_by_role("button", name="Upload 150 files").click()
        expect(page.get_by_text("Finished: 0 added, 150 failed.")).to_be_visible(timeout=60_000)
        assert page.locator(".files li").count() == 150
        watched.poke(page)


def test_quality_lists(watched: Watched, planted: Planted) -> None:
    of, page = planted.stage.of, watched.console(planted.server, "quality/runs")
    for place, selector, name, count in (
        ("runs", ".table-link", "name of a run", RUNS),
        ("data-sets", ".quality-name > strong", "name of a data set", COUNT),
        ("tests", ".quality-name a strong", "frozen case", COUNT),
    ):
        page.goto(f"{planted.server.url}/console/quality/{place}")
        expect(page.locator(selector)).to_have_count(count)
        assert set(page.locator(selector).all_text_contents()) == set(of(name) if count == COUNT else joined(of(name), COUNT // RUNS))
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        watched.poke(page)
    same(page.locator(".differences code").all_text_contents(), joined(of("frozen case"), 15))
    page.goto(f"{planted.server.url}/console/quality/runs")
    page.get_by_role("button", name="New run").click()
    expect(page.get_by_role("dialog").locator("option")).not_to_have_count(0)
    watched.poke(page)


def test_a_run_its_lines_and_a_comparison(watched: Watched, planted: Planted) -> None:
    texts, page = planted.stage.of("line of a run"), watched.console(planted.server, f"quality/runs/{planted.runs[1]}")
    for count in range(100, len(texts) + 1, 100):
        expect(page.locator(".case-row")).to_have_count(count)
        page.get_by_role("button", name="Show more").click()
    expect(page.locator(".case-row")).to_have_count(len(texts) + len(joined(texts)))
    same(page.locator(".case-row > span.clip").all_text_contents(), [*joined(texts), *texts])
    page.locator("select").first.select_option(planted.runs[0])
    expect(page.locator(".changes ins").nth(200)).to_be_attached()
    assert set(page.locator(".changes dt").all_text_contents()) >= set(joined(texts))
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    watched.poke(page)
    for n, one in enumerate(joined(texts)):
        page.locator(".case-row").nth(n).click()
        drawer = page.get_by_role("dialog")
        expect(drawer.locator(".case-answer")).to_have_text(one)
        watched.poke(page)
        page.keyboard.press("Escape")
        expect(drawer).to_have_count(0)


def test_help_pages(watched: Watched, planted: Planted) -> None:
    page, count = watched.context.new_page(), len(planted.stage.articles)
    for n, one in enumerate(planted.stage.articles):
        words = "\n".join(planted.stage.of("quote in an address")[n::count])
        page.goto(f"{planted.server.url}/help/{one.slug}?quote={quote(words)}", wait_until="commit")
        assert page.locator("h1").text_content() == one.revision.draft.title
        assert page.get_by_role("link", name="Original", exact=True).get_attribute("href") == one.revision.draft.original
        watched.poke(page)


def test_transcripts(watched: Watched, planted: Planted) -> None:
    page = watched.context.new_page()
    for token, conversation in planted.stage.talks:
        address = f"{planted.server.url}/v1/conversations/{conversation}/transcript"
        found = watched.context.request.get(address, headers={"Authorization": f"Bearer {token}"})
        assert found.headers["content-type"].startswith("text/plain")
        assert found.headers["content-disposition"].startswith("attachment")
        assert found.headers["x-content-type-options"] == "nosniff"
        assert len(found.text()) > 100 * AT_ONCE
        page.set_extra_http_headers({"Authorization": f"Bearer {token}"})
        with pytest.raises(Error, match="Download"):
            page.goto(address)


@pytest.mark.parametrize(("count", "values", "strangers"), [(1, 170, 8), (30, 10, 5)], ids=["one by one", "thirty to a value"])
def test_the_hooks_see_a_page_that_does_not_clean(
    shared_data: Path, site: HostSite, new_context: Callable[..., BrowserContext], count: int, values: int, strangers: int
) -> None:
    """Were these figures low, the tests above could not fail. Measured: 328 executions of 192 payloads, 12 strangers asked; 364, 10 and 7."""
    watched = Watched(new_context())
    page: Page = watched.context.new_page()
    first = chosen(shared_data / "corpora")[:COUNT]
    raw = first if count == 1 else joined(first, count)
    for start in range(0, len(raw), 50):
        frames = "".join(
            f'<iframe name="{n}" srcdoc="{html.escape(one)}"></iframe>' for n, one in enumerate(raw[start : start + 50], start)
        )
        site.pages["/raw"] = f"<!doctype html><title>raw</title>{frames}".encode("utf-8", "replace")
        page.goto(f"{site.origin}/raw")
        for frame in page.frames[1:]:
            poke_raw(frame)
    ran = {number for said in watched.ran if (number := said.split()[0]).isdigit()}
    print(f"\n{len(watched.ran)} executions of {len(ran)} values, strangers asked: {sorted(watched.strangers())}")
    assert len(watched.ran) >= COUNT
    assert len(ran) >= values
    assert len(watched.strangers()) >= strangers


def poke_raw(frame: Frame) -> None:
    """A payload may have thrown its frame away."""
    try:
        frame.evaluate("__poke(document)")
    except Error:
        pass
