"""Payloads in every field that exists run nowhere: widget, console, help page and transcript, with the Content-Security-Policy on and off."""

import html
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from browser import HostSite, Widget
from live import ADMIN, PASSWORD, Customer, Person, Server
from playwright.sync_api import BrowserContext, Error, Page, expect

pytestmark = pytest.mark.browser
AT_ONCE = 100
HOOKS = """
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = (said) => window.__ran(name + " " + said);
Object.defineProperty(window, "__xss", { set: (value) => window.__ran("__xss " + value), get: () => undefined });
"""


def letters(text: str) -> str:
    """Without what the server refuses in any text: the rest of the payload is what is tried."""
    return "".join(one for one in text if one == "\n" or (one.isprintable() and not 0xD800 <= ord(one) <= 0xDFFF)).strip()


@pytest.fixture(scope="module")
def payloads(shared_data: Path) -> list[str]:
    """300 of the corpus, the same each time, and some of our own for the marks that our renderer knows."""
    corpus = json.loads((shared_data / "corpora" / "xss" / "all_xss.json").read_text("utf-8"))
    short = sorted({text for one in corpus if 8 < len(text := letters(one["payload"])) <= 180})
    own = [
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://evil.example/a.png)",
        "<//evil.example>",
    ]
    own += [
        "[1](javascript:alert(1)) [1]",
        '<https://x.example/"onmouseover=alert(1)>',
        "[x]: javascript:alert(1)\n[x]",
        "`<img src=x onerror=alert(1)>`",
    ]
    return own + random.Random(7).sample(short, 300 - len(own))


@dataclass
class Watched:
    """What ran, and who was asked, in every page of a context."""

    context: BrowserContext
    ran: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context.expose_binding("__ran", lambda source, said: self.ran.append(f"{source['frame'].url} {said}"))
        self.context.add_init_script(HOOKS)
        self.context.on("request", lambda request: self.asked.add(urlsplit(request.url).hostname or urlsplit(request.url).scheme))
        self.context.on("dialog", lambda dialog: (self.ran.append(f"dialog {dialog.message}"), dialog.dismiss()))

    def strangers(self) -> set[str]:
        return self.asked - {"localhost", "127.0.0.1", "blob", "data"}


@dataclass(frozen=True)
class Planted:
    customers: list[tuple[Customer, str]]
    slugs: list[str]
    articles: list[str]
    inbox: str


@pytest.fixture(scope="module")
def planted(server: Server, key: str, site: HostSite, payloads: list[str]) -> Planted:
    ada = Person(server)
    customers = []
    for start in range(0, len(payloads), AT_ONCE):
        customers.append(plant_conversation(server, key, ada, payloads[start : start + AT_ONCE]))
    slugs, articles = plant_articles(ada, payloads)
    plant_names(ada, payloads)
    return Planted(customers, slugs, articles, plant_inbox(ada, site, payloads))


def post(by: Customer, path: str, body: dict[str, Any]) -> Any:
    return by.ok(by.http.post(path, json=body, headers={"Idempotency-Key": os.urandom(8).hex()}))


def plant_conversation(server: Server, key: str, ada: Person, payloads: list[str]) -> tuple[Customer, str]:
    """With a person at once: three hundred answers of the bot would try its patience and nothing else."""
    customer = Customer(server, key)
    made = post(customer, "/v1/conversations", {"page": page_of(payloads[0])})["id"]
    customer.says(made, f"My name is {payloads[1]} and my order number is {payloads[2]}", page=page_of(payloads[1]))
    post(customer, f"/v1/conversations/{made}/handoff", {})
    for payload in payloads:
        customer.says(made, payload, page=page_of(payload))
    ada.ok(ada.http.put(f"/v1/conversations/{made}/assignment", json={}))
    seq = ada.reads(made)["seq"]
    for payload in payloads:
        seq = post(ada, f"/v1/conversations/{made}/messages", {"text": payload, "after_seq": seq})["seq"]
        post(ada, f"/v1/conversations/{made}/notes", {"text": payload})
    return customer, made


def page_of(payload: str) -> dict[str, str]:
    line = " ".join(payload.split())
    return {"url": f"https://shop.example/?q={line}", "title": line, "product": line, "referrer": line}


def plant_articles(ada: Person, payloads: list[str]) -> tuple[list[str], list[str]]:
    collection = post(ada, "/v1/collections", {"name": "Payloads"})["id"]
    slugs, articles = [], []
    for start in range(0, len(payloads), 20):
        some = payloads[start : start + 20]
        text = "\n\n".join(f"## {' '.join(one.split())}\n\nRefund of payload {start + n}: {one}" for n, one in enumerate(some))
        made = post(ada, "/v1/articles", {"collection": collection, "title": " ".join(some[0].split()), "markdown": text})
        post(ada, f"/v1/articles/{made['id']}/publication", {})
        slugs.append(made["slug"])
        articles.append(made["id"])
    return slugs, articles


def plant_names(ada: Person, payloads: list[str]) -> None:
    for n, payload in enumerate(payloads):
        line = " ".join(payload.split())
        post(ada, "/v1/collections", {"name": line})
        post(ada, "/v1/api-keys", {"name": line, "scopes": ["read_content"]})
        if n % 10 == 0:
            person = {"name": line, "email": f"p{n}@example.com", "role": "agent", "password": PASSWORD}
            post(ada, "/v1/people", person)


def plant_inbox(ada: Person, site: HostSite, payloads: list[str]) -> str:
    lines = [" ".join(one.split()) for one in payloads]
    made = ""
    for start in range(0, len(lines), 8):
        greeting = " ".join(lines[start : start + 8])[:1900]
        body = {"name": lines[start], "greeting": greeting, "prompts": lines[start : start + 8], "assistant": lines[start][:40].strip()}
        made = post(ada, "/v1/inboxes", {**body, "origins": [site.origin]})["key"]
    return str(made)


@pytest.fixture(params=[False, True], ids=["with policy", "policy off"])
def watched(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Iterator[Watched]:
    watched = Watched(new_context(bypass_csp=request.param))
    yield watched
    for page in watched.context.pages:
        for frame in page.frames:
            bad = frame.evaluate("[...document.querySelectorAll('a[href],form[action],iframe[src]')].map(e => e.href || e.src || '')")
            assert not [url for url in bad if url.lower().startswith(("javascript:", "data:", "vbscript:"))]
    assert watched.ran == []
    assert watched.strangers() == set()


def test_in_the_widget(watched: Watched, planted: Planted, server: Server, key: str, site: HostSite) -> None:
    for customer, conversation in planted.customers:
        kept = {f"warmline:{key}:visitor": customer.token, f"warmline:{key}:conversation": conversation, f"warmline:{key}:open": "1"}
        page = watched.context.new_page()
        page.add_init_script(f"if (location.origin === {json.dumps(site.origin)}) Object.assign(localStorage, {json.dumps(kept)})")
        page.goto(site.address(server, key))
        widget = Widget(page)
        expect(widget.rows("customer")).to_have_count(AT_ONCE + 1)
        expect(widget.rows("agent")).to_have_count(AT_ONCE)
        page.close()
    page = watched.context.new_page()
    page.goto(site.address(server, planted.inbox))
    widget = Widget(page).open()
    widget.inside.get_by_role("group", name="Suggested questions").get_by_role("button").first.click()
    expect(widget.rows("customer")).to_have_count(1)
    widget.says("Which refund of payload 12 do I get?")
    expect(widget.rows("customer")).to_have_count(2)


def test_in_the_console(watched: Watched, planted: Planted, server: Server) -> None:
    page = watched.context.new_page()
    session = watched.context.request.post(
        f"{server.url}/v1/sessions", data={"email": ADMIN, "password": PASSWORD}, headers={"Origin": server.url}
    )
    assert session.ok
    for _, conversation in planted.customers:
        page.goto(f"{server.url}/console/inbox/mine/{conversation}")
        expect(page.locator(".entry.note")).to_have_count(AT_ONCE)
        expect(page.locator(".brief .wants")).to_be_visible()
    for article in planted.articles[::3]:
        page.goto(f"{server.url}/console/knowledge/{article}")
        expect(page.locator(".cm-content")).to_be_visible()
        expect(page.get_by_text("Refund of payload").last).to_be_visible()
    page.get_by_role("button", name="Try it").click()
    page.locator("#try-question").fill("refund of payload 12")
    page.locator("#try-question").press("Enter")
    expect(page.get_by_text("From this draft")).to_be_visible()
    for place in ("knowledge", "settings/inboxes", "settings/people", "settings/api-keys", "inbox/all"):
        page.goto(f"{server.url}/console/{place}")
        expect(page.get_by_role("main")).to_contain_text("alert")


def test_in_the_names_of_files(watched: Watched, payloads: list[str], planted: Planted, server: Server) -> None:
    page = watched.context.new_page()
    watched.context.request.post(f"{server.url}/v1/sessions", data={"email": ADMIN, "password": PASSWORD}, headers={"Origin": server.url})
    page.goto(f"{server.url}/console/knowledge")
    page.get_by_role("button", name="Upload").click()
    body = {"mimeType": "text/markdown", "buffer": f"# A\n\ntext {time.time_ns()}".encode()}
    names = [" ".join(one.split()).replace("/", "∕") for one in payloads]
    page.locator("dialog input[type=file], [role=dialog] input[type=file]").set_input_files(
        [{"name": f"{one}.md", **body} for one in names[:60]]
    )
    page.get_by_role("button", name="Upload 60 files").click()
    expect(page.get_by_text("Finished:")).to_be_visible(timeout=60_000)


def test_in_articles_and_transcripts(watched: Watched, payloads: list[str], planted: Planted, server: Server) -> None:
    page = watched.context.new_page()
    for n, slug in enumerate(planted.slugs):
        page.goto(f"{server.url}/help/{slug}?quote={quote(payloads[n * 20])}")
        expect(page.locator("article")).to_contain_text(f"Refund of payload {n * 20}")
    for customer, conversation in planted.customers:
        address = f"{server.url}/v1/conversations/{conversation}/transcript"
        found = watched.context.request.get(address, headers={"Authorization": f"Bearer {customer.token}"})
        assert found.headers["content-type"].startswith("text/plain")
        assert found.headers["content-disposition"].startswith("attachment")
        assert found.headers["x-content-type-options"] == "nosniff"
        assert len(found.text()) > 100 * AT_ONCE
        page.set_extra_http_headers({"Authorization": f"Bearer {customer.token}"})
        with pytest.raises(Error, match="Download"):
            page.goto(address)


def test_the_hooks_see_a_page_that_does_not_clean(payloads: list[str], site: HostSite, new_context: Callable[..., BrowserContext]) -> None:
    """Were this zero, the tests above could not fail."""
    watched = Watched(new_context())
    frames = "".join(f'<iframe srcdoc="{html.escape(one)}"></iframe>' for one in payloads[::6])
    site.pages["/raw"] = f"<!doctype html><title>raw</title>{frames}".encode()
    page: Page = watched.context.new_page()
    page.goto(f"{site.origin}/raw")
    expect(page.locator("iframe")).to_have_count(len(payloads[::6]))
    assert len(watched.ran) > 5
    assert watched.strangers(), "and it asks strangers for things"
