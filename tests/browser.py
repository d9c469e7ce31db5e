"""A shop on another site that embeds the widget, and the hands that drive a real Chromium."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from live import ADMIN, PASSWORD, Server
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
# Whatever a page asks for, nothing leaves this machine.
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


class HostSite:
    """The customer's own site: 127.0.0.1 where Warmline is localhost, so a second site to the browser, under a shop's strict policy."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.pages: dict[str, bytes] = {}
        self.server.site = self  # type: ignore[attr-defined]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, warmline: Server, inbox: str, path: str = "/", **data: str) -> str:
        return f"{self.origin}{path}?{urlencode({'warmline': warmline.url, 'inbox': inbox, **data})}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(address.query).items()}
        if "warmline" not in given:
            body, headers = self.server.site.pages.get(address.path), {}  # type: ignore[attr-defined]
        else:
            body, headers = _shop(given), {"Content-Security-Policy": _policy(given["warmline"])}
        self.send_response(200 if body is not None else 204)
        for name, value in {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body or b"")), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: Any) -> None:
        pass


def _shop(given: dict[str, str]) -> bytes:
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Harbour jacket</title><main><h1 data-product="Harbour jacket">Harbour jacket</h1><p>Waxed cotton. 189 euros.</p></main>
<script async src="{given["warmline"]}/warmline.js" data-inbox="{given["inbox"]}" data-theme="{given.get("theme", "")}"></script></html>""".encode()


def _policy(warmline: str) -> str:
    return (
        f"default-src 'none'; script-src {warmline}; frame-src {warmline}; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


class Widget:
    """The widget on a host page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("#warmline > button, #warmline button").first
        self.inside: FrameLocator = page.frame_locator("#warmline iframe")
        self.log = self.inside.get_by_role("log")
        self.field = self.inside.get_by_role("textbox", name="Write a message")

    @property
    def frame(self) -> Any:
        return next(frame for frame in self.page.frames if "/widget" in frame.url)

    def open(self) -> "Widget":
        self.launcher.click()
        expect(self.field).to_be_visible()
        expect(self.rows("bot").first).to_be_visible()
        return self

    def rows(self, kind: str) -> Locator:
        return self.log.locator(f"li.row.{kind}")

    def says(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def texts(self, kind: str) -> list[str]:
        return [text.strip() for text in self.rows(kind).locator(".bubble").all_inner_texts()]


def on_shop(context: BrowserContext, address: str) -> Widget:
    page = context.new_page()
    page.goto(address)
    return Widget(page)


def sign_in(page: Page, server: Server, email: str = ADMIN, password: str = PASSWORD) -> None:
    page.goto(f"{server.url}/console/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Surfaces")).to_be_visible()


def go_online(page: Page) -> None:
    page.get_by_role("button", name="Availability").click()
    page.get_by_role("menuitemradio", name="Online").click()
    expect(page.locator("button.presence.online")).to_be_visible()


def complaints(page: Page) -> list[str]:
    """What the console of the browser says against the page; filled from now on."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.text} {message.location}") if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def keep(page: Page, name: str) -> None:
    """WARMLINE_SCREENSHOTS=folder keeps what was seen."""
    if folder := os.environ.get("WARMLINE_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", animations="disabled")
