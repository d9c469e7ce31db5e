"""The built user interface: loader, widget frame, console, and their files. Written by Vite into ui/dist."""

import hashlib
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from api.guards import public
from api.house import TheHouse
from api.middleware import widget_csp
from chat.inboxes import inbox_by_key
from core.errors import NotFound
from ui import DIST

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])
_MISSING = "<!doctype html><title>Warmline</title><p>The user interface is not built. Run <code>make setup</code>."


@router.get("/")
async def home() -> Response:
    return RedirectResponse("/console/")


@router.get("/warmline.js")
async def loader(request: Request) -> Response:
    path = DIST / "warmline.js"
    if not path.exists():
        raise NotFound()
    return _fresh(request, path.read_bytes(), "text/javascript; charset=utf-8")


@router.get("/widget")
async def widget(request: Request, house: TheHouse, inbox: Annotated[str, Query(max_length=60)]) -> Response:
    """Framed by the inbox's own sites only, and by nobody when the key is unknown."""
    found = await house.database.read(inbox_by_key, inbox)
    response = _page(request, DIST / "widget" / "index.html")
    response.headers["Content-Security-Policy"] = widget_csp(found.origins)
    return response


@router.get("/console")
async def console_home() -> Response:
    return RedirectResponse("/console/")


@router.get("/console/{path:path}")
async def console(request: Request, path: str) -> Response:
    return _page(request, DIST / "console" / "index.html")


@router.get("/assets/{path:path}")
async def asset(path: str) -> Response:
    """Their names carry a hash of what is in them."""
    folder = (DIST / "assets").resolve()
    file = (folder / path).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        raise NotFound()
    return FileResponse(file, headers={"Cache-Control": "public, max-age=31536000, immutable"})


def _page(request: Request, path: Path) -> Response:
    if not path.exists():
        return HTMLResponse(_MISSING, 503)
    return _fresh(request, path.read_bytes(), "text/html; charset=utf-8")


def _fresh(request: Request, content: bytes, media_type: str) -> Response:
    """Asked for each time, sent only when it has changed."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
