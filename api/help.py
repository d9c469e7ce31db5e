"""`GET /help/{slug}`: a published article as a plain page, for anybody. No script runs here; it is HTML and one style sheet."""

import asyncio
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from sqlalchemy import Connection, select
from starlette.responses import FileResponse, HTMLResponse, Response

from api.guards import public
from api.house import TheHouse
from core.errors import NotFound
from core.highlight import LIMIT_QUOTE
from core.render import highlight, render_markdown
from core.tables import workspace
from knowledge.find import PublicPage, by_slug

router = APIRouter(dependencies=[Depends(public())], tags=["help"])
HERE = Path(__file__).parent
_pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv")


@router.get("/help.css", include_in_schema=False)
async def style() -> Response:
    return FileResponse(HERE / "static" / "help.css", media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


@router.get("/help/{slug}", response_class=HTMLResponse)
async def read_help(slug: str, house: TheHouse, quote: Annotated[str, Query(max_length=20_000)] = "") -> Response:
    """`quote`: a passage to mark; the page opens there. Drafts, unpublished and internal articles answer exactly like unknown ones."""
    try:
        page, company = await house.database.read(_read, slug)
    except NotFound:
        return HTMLResponse(_pages.get_template("help_missing.html").render(), 404)
    return HTMLResponse(await asyncio.to_thread(_render, page, company, quote[:LIMIT_QUOTE]))


def _read(connection: Connection, slug: str) -> tuple[PublicPage, str]:
    """The address says no workspace: the oldest one that has the article. One installation serves one company."""
    for row in connection.execute(select(workspace.c.id, workspace.c.name).order_by(workspace.c.created_at)):
        try:
            return by_slug(connection, row.id, slug), row.name
        except NotFound:
            continue
    raise NotFound()


def _render(page: PublicPage, company: str, quote: str) -> str:
    content = page.revision.draft
    html = _article_html(page.article, page.revision.number, content.markdown)
    marked = highlight(html, quote) if quote else html
    language = content.language
    view: dict[str, Any] = {
        "title": content.title,
        "company": company,
        "language": language,
        "direction": "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr",
        "body": Markup(marked),  # noqa: S704  made by core.render, the only source of markup here
        "quoted": marked != html,
        "missing_quote": bool(quote) and marked == html,
        "original": content.original,
        "updated": datetime.fromtimestamp(page.revision.at / 1000, UTC),
    }
    return _pages.get_template("help.html").render(view)


@lru_cache(maxsize=256)
def _article_html(article: str, number: int, markdown: str) -> str:
    return render_markdown(markdown)
