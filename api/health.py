"""Is it alive, is it ready, and how is it doing: /livez, /readyz, /metrics."""

import asyncio
import shutil
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from sqlalchemy import Connection, select
from starlette.responses import JSONResponse, PlainTextResponse

from api.guards import public
from api.house import House, TheHouse
from api.shapes import Shape, gives
from core.errors import WarmlineError
from core.tables import workspace

router = APIRouter(tags=["operation"], dependencies=[Depends(public())])
LEAST_FREE_SHARE = 0.05
LEAST_FREE_BYTES = 200 * 2**20


class Readiness(Shape):
    """reasons: why this process should get no traffic. degraded: what it does worse for now; that keeps no traffic away."""

    ready: bool
    reasons: list[str]
    degraded: list[str]


@router.get("/livez", response_class=PlainTextResponse)
async def livez() -> str:
    return "ok"


@router.get("/readyz", responses=gives(Readiness) | gives(Readiness, 503))
async def readyz(request: Request, house: TheHouse) -> Response:
    """503 with the reasons while this process should get no traffic."""
    reasons = await _reasons(house)
    if request.app.state.background is not None:
        reasons += [f"{name} has stopped" for name in request.app.state.background.stopped()]
    # What cannot be reached has no index to speak of.
    degraded = [] if reasons else await _degraded(house)
    return JSONResponse({"ready": not reasons, "reasons": reasons, "degraded": degraded}, 503 if reasons else 200)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics() -> Response:
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def _reasons(house: House) -> list[str]:
    reasons: list[str] = ["shutting down"] if house.closing.is_set() else []
    try:
        await house.database.write(_probe)
    except WarmlineError as error:
        reasons.append(f"database: {error.detail}")
    except Exception as error:
        reasons.append(f"database: {type(error).__name__}")
    disk = shutil.disk_usage(house.settings.data)
    if nearly_full(disk.free, disk.total):
        reasons.append(f"disk: {disk.free // 2**20} MiB free")
    return reasons


async def _degraded(house: House) -> list[str]:
    """While the vectors of an index are restored, words alone are searched: worse answers, but answers."""
    workspaces = await house.database.read(_workspaces)
    states = [await asyncio.to_thread(house.searcher.status, one) for one in workspaces]
    return [f"index: {one['reason'] or one['state']}" for one in states if one["state"] != "ready"]


def nearly_full(free: int, total: int) -> bool:
    return free < LEAST_FREE_BYTES or free < total * LEAST_FREE_SHARE


def _probe(connection: Connection) -> Any:
    return connection.execute(select(workspace.c.id).limit(1)).first()


def _workspaces(connection: Connection) -> list[str]:
    """Of the whole process: an index each."""
    return list(connection.scalars(select(workspace.c.id)))
