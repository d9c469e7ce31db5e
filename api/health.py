"""Is it alive, is it ready, and how is it doing: /livez, /readyz, /metrics."""

import shutil
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from sqlalchemy import Connection, select
from starlette.responses import JSONResponse, PlainTextResponse

from api.guards import public
from api.house import House, TheHouse
from core.errors import WarmlineError
from core.tables import workspace

router = APIRouter(tags=["operation"], dependencies=[Depends(public())])
LEAST_FREE_SHARE = 0.05
LEAST_FREE_BYTES = 200 * 2**20


@router.get("/livez", response_class=PlainTextResponse)
async def livez() -> str:
    return "ok"


@router.get("/readyz")
async def readyz(request: Request, house: TheHouse) -> Response:
    """503 with the reasons while this process should get no traffic."""
    reasons = await _reasons(house)
    if request.app.state.background is not None:
        reasons += [f"{name} has stopped" for name in request.app.state.background.dead()]
    return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)


@router.get("/metrics")
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
    if disk.free < LEAST_FREE_BYTES or disk.free < disk.total * LEAST_FREE_SHARE:
        reasons.append(f"disk: {disk.free // 2**20} MiB free")
    return reasons


def _probe(connection: Connection) -> Any:
    return connection.execute(select(workspace.c.id).limit(1)).first()
