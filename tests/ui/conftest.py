"""A company with one article collection, served to a browser; set up once and copied."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
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


@pytest.fixture(scope="session")
def demo_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of `warmline serve --demo`, all its articles read. Made by the first process of the run that needs it."""
    ours = tmp_path_factory.getbasetemp()
    folder = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / "demo"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "read").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            server = Server(folder / "data", log_level="warning")
            server.start("serve", "--demo", wait=False)
            server.wait_until_up(180)
            end = time.monotonic() + 200
            while "The assistant is still reading" in httpx.get(f"http://localhost:{server.port + 1}/docs", timeout=30).text:
                assert time.monotonic() < end
                time.sleep(0.5)
            server.stop()
            (folder / "read").touch()
    return folder / "data"


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(demo_company: Path, demo_folder: Path) -> Iterator[Server]:
    """`warmline serve --demo`: Warmline on a port, the shop on the next."""
    shutil.copytree(demo_company, demo_folder / "data")
    server = Server(demo_folder / "data", log_level="warning")
    server.start("serve", "--demo", wait=False)
    server.wait_until_up(180)
    yield server
    server.kill()


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
