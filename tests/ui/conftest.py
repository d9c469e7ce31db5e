"""A company with one article collection, served to a browser; set up once and copied."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import FLAGS, PATIENCE, HostSite
from live import Server
from playwright.sync_api import Browser, BrowserContext, sync_playwright

ARTICLE = """# Returns and refunds

## Return policy

Our return policy: you can return anything within **30 days** of delivery for a full refund.

## How to send it back

Put the return label from your order page on the parcel and hand it in at any parcel shop.

## Refund time

Refunds are paid to the original payment method within 5 working days after the parcel has arrived.
"""
DELIVERY = """# Delivery

## Delivery time

Delivery takes 2 to 3 working days inside the country and 4 to 7 working days abroad.

## Shipping to Norway

Yes, we ship to Norway. Shipping to Norway costs 12 euros.
"""


@pytest.fixture(scope="session")
def site() -> Iterator[HostSite]:
    site = HostSite()
    yield site
    site.close()


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory, site: HostSite) -> tuple[Path, str]:
    """(data folder, inbox key). Made once, never served itself."""
    folder = tmp_path_factory.mktemp("company")
    server = Server(folder / "data")
    key = server.init(site.origin)
    (folder / "articles").mkdir()
    (folder / "articles" / "returns.md").write_text(ARTICLE)
    (folder / "articles" / "delivery.md").write_text(DELIVERY)
    server.run("import", str(folder / "articles"))
    return folder / "data", key


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, company: tuple[Path, str]) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("server") / "data"
    shutil.copytree(company[0], data)
    server = Server(data, log_level="warning").start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def key(company: tuple[Path, str]) -> str:
    return company[1]


# One browser a file and not one a session: Playwright's loop stays set while it lives, and async tests in between would fail on it.
@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(chrome: Browser) -> Iterator[Callable[..., BrowserContext]]:
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = chrome.new_context(**{"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
