"""Sets the demo company up through the same verbs that everybody else uses. A second start finds everything there and does nothing."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from sqlalchemy import Connection, or_, select

from api.demo import shop_address
from api.demo.cast import SIGN_INS
from api.demo.catalogue import SHOP
from api.demo.company import DOCS, STORE, Origins, close_company, editor_of, find_company, found_company, open_doors
from api.demo.connection import FILE as SHOP_SECRETS
from api.demo.connection import connect_shop
from api.demo.library import DOCUMENTATION, bring_shop_in, documentation_import, order_documentation
from api.demo.pages import docs_articles
from api.demo.shop import shop_app
from api.demo.signing import identity_token
from api.house import House
from chat.inboxes import list_inboxes
from core.clock import now_ms
from core.database import Database
from core.scope import Scope
from core.settings import Settings
from knowledge.articles import archive
from knowledge.collections import find_collection
from knowledge.record import moment
from knowledge.tables import article
from retrieval.embedder import Embedder

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Demo:
    """store_inbox, docs_inbox: inbox keys. sign_ins: the file with the passwords. new: whether the company was founded just now.
    articles: how many were published just now."""

    workspace: str
    store_inbox: str
    docs_inbox: str
    sign_ins: Path
    new: bool
    articles: int
    seconds: float


def set_up_demo(house: House) -> list[str]:
    """What `serve` prints: three addresses and, the first time, the sign-ins. Shows its progress. Raises Misconfigured."""
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), transient=True) as bars:
        demo = set_up(house.database, house.settings, house.embedder, _origins(house.settings), _on(bars))
    shop = shop_address(house.settings)
    lines = ["", f"  Shop           {shop}/", f"  Documentation  {shop}/docs", f"  Agent's side   {house.settings.origin}/console/", ""]
    if demo.new:
        return lines + [f"  {line}" for line in demo.sign_ins.read_text("utf-8").splitlines()[3:]] + [f"  (also in {demo.sign_ins})", ""]
    return [*lines, f"  Sign-ins are in {demo.sign_ins}", ""]


def demo_shop(house: House) -> FastAPI:
    """The shop, to be served on `shop_address`. The demo must have been set up."""
    settings = house.settings
    scope = find_company(house.database)
    inboxes = {one.name: one for one in house.database.read_now(list_inboxes, scope)} if scope else {}
    keys = {name: one.key for name, one in inboxes.items()}
    store = inboxes.get(STORE)
    secrets = connect_shop(house.database, settings, scope, store, shop_address(settings)) if scope and store else None
    return shop_app(
        {
            "orders_secret": secrets.orders if secrets else "",
            "identity_token": partial(identity_token, inbox=keys.get(STORE, ""), key_id=secrets.key_id, secret=secrets.identity)
            if secrets
            else None,
            "public_url": settings.origin,
            "console_url": f"{settings.origin}/console/",
            "store_inbox": keys.get(STORE, ""),
            "docs_inbox": keys.get(DOCS, ""),
            "docs_progress": partial(_docs_progress, house.database, scope) if scope else None,
            "sign_in_hint": f"Sign in as lea@holmandlark.example. The password is in {settings.data / SIGN_INS}.",
        }
    )


def _docs_progress(database: Database, scope: Scope) -> tuple[int, int] | None:
    job = database.read_now(documentation_import, scope)
    return (job.done, job.total or len(docs_articles())) if job else None


def set_up(database: Database, settings: Settings, embedder: Embedder, origins: Origins, report: Report) -> Demo:
    """Blocking, seconds on the first start. origins: where the shop is reached, for both inboxes.

    Brings the shop's articles in at once, so that the bot answers when the server is there, and leaves the documentation's to a
    durable job. Raises Misconfigured when the data folder belongs to a company that is not the demo."""
    started = time.perf_counter()
    scope = find_company(database)
    new = scope is None
    if scope is None:
        report(f"Founding {SHOP}", 0, 1)
        scope = found_company(database, settings, origins)
        report(f"Founding {SHOP}", 1, 1)
    store, docs = database.write_now(open_doors, scope, origins)
    made = 0
    if database.read_now(documentation_import, scope) is None:
        editor = database.read_now(editor_of, scope)
        threads = min(4, os.cpu_count() or 1)
        made = bring_shop_in(database, embedder, editor, partial(report, "Reading the shop's help articles"), threads)
        order_documentation(database, editor)
    return Demo(scope.workspace, store.key, docs.key, settings.data / SIGN_INS, new, made, round(time.perf_counter() - started, 3))


def clear_demo(database: Database, settings: Settings) -> int:
    """Takes the demo's articles, agents and doors away; the number of articles. Conversations stay: the log is only added to.
    The last admin stays too, and so does whoever else was added."""
    scope = find_company(database)
    if scope is None:
        return 0
    demo = database.read_now(_articles, scope)
    for article_id in demo:
        database.write_now(archive, scope, article_id, moment(now_ms()))
    database.write_now(close_company, scope)
    for name in (SIGN_INS, SHOP_SECRETS):
        (settings.data / name).unlink(missing_ok=True)
    return len(demo)


def _origins(settings: Settings) -> Origins:
    port = settings.port + 1
    return tuple(dict.fromkeys((shop_address(settings), f"http://localhost:{port}", f"http://127.0.0.1:{port}")))


def _on(bars: Progress) -> Report:
    tasks: dict[str, TaskID] = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what)
        bars.update(tasks[what], completed=done, total=total)

    return report


def _articles(connection: Connection, scope: Scope) -> list[str]:
    """Those that came with the demo: by the names their imports gave them, or in the documentation's collection."""
    mine = or_(article.c.source.like("holm-and-lark/%"), article.c.collection == find_collection(connection, scope, DOCUMENTATION).id)
    query = select(article.c.id).where(article.c.workspace == scope.workspace, article.c.archived_at.is_(None), mine)
    return list(connection.scalars(query.order_by(article.c.id)))
