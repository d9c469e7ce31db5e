"""`warmline serve`: migrate, open, and serve until told to stop."""

import asyncio
import contextlib
import gc
import signal
import socket
import time
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI
from rich.console import Console
from sqlalchemy import select

import api.schema  # noqa: F401  every table is known
from api.house import House
from core.errors import Misconfigured
from core.ids import new_secret
from core.log import set_up_log
from core.migrate import migrate
from core.secret import make_secret, require_secret
from core.settings import Settings, load_settings
from core.tables import workspace
from people.person import anybody

GRACE_S = 5
INDEXES_S = 5.0


class Main(uvicorn.Server):
    """Ends by itself: uvicorn would raise the signal once more, and with that end the process before its house is closed."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Companion(uvicorn.Server):
    """A second server in the same process: signals are the first one's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(demo: bool) -> None:
    started = time.perf_counter()
    settings = load_settings(demo=True) if demo else load_settings()
    set_up_log(settings.log_level, settings.log_json)
    if settings.demo:
        make_secret(settings)
    require_secret(settings)
    _check_ports(settings)
    migrate(settings)
    # The heavy half, imported once it is sure that the server will start.
    from api.app import build_house, close_house, create_app

    house = build_house(settings)
    try:
        app = create_app(house)
        lines = _demo_lines(house) if settings.demo else _lines(house, app)
        _open_indexes(house)
        # uvicorn's own choice: uvloop where it is installed.
        with asyncio.Runner(loop_factory=_config(app, settings, settings.port).get_loop_factory()) as runner:
            runner.run(_serve(house, app, lines, started))
    finally:
        close_house(house)


def _open_indexes(house: House) -> None:
    """So that the first question after a start finds them whole. What takes longer is restored while words alone are searched."""
    end = time.monotonic() + INDEXES_S
    for id in house.database.read_now(lambda connection: list(connection.execute(select(workspace.c.id)).scalars())):
        house.searcher.wait_ready(id, max(0.0, end - time.monotonic()))


def _check_ports(settings: Settings) -> None:
    for port in (settings.port, settings.port + 1) if settings.demo else (settings.port,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError as error:
                raise Misconfigured(f"port {port} is taken ({error.strerror}); choose another: WARMLINE_PORT=…") from error


async def _serve(house: House, app: FastAPI, lines: list[str], started: float) -> None:
    settings = house.settings
    server = Main(_config(app, settings, settings.port))
    companion = Companion(_config(_shop(house), settings, settings.port + 1)) if settings.demo else None
    beside = asyncio.ensure_future(companion.serve()) if companion else None
    announce = asyncio.ensure_future(_announce(server, lines, started))
    await server.serve()
    announce.cancel()
    if companion and beside:
        companion.should_exit = True
        await beside


async def _announce(server: uvicorn.Server, lines: list[str], started: float) -> None:
    while not server.started:  # noqa: ASYNC110  uvicorn offers a flag, no event
        await asyncio.sleep(0.02)
    # What was made at start lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    console = Console(soft_wrap=True, highlight=False)
    for line in lines:
        console.print(line, markup=False)
    console.print(f"Ready after {time.perf_counter() - started:.1f} s. Stop with Ctrl+C.")


def _config(app: FastAPI, settings: Settings, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app, host=settings.host, port=port, log_config=None, access_log=False, proxy_headers=False, server_header=False,
        timeout_graceful_shutdown=GRACE_S, timeout_keep_alive=30,
    )  # fmt: skip


def _lines(house: House, app: FastAPI) -> list[str]:
    settings = house.settings
    if house.database.read_now(anybody):
        return [f"Console: {settings.origin}/console/"]
    app.state.setup_token = new_secret("set")
    return [
        "Nobody is set up yet. Open this once (good until the server stops):",
        f"  {settings.origin}/console/setup?token={app.state.setup_token}",
    ]


def _demo_lines(house: House) -> list[str]:
    from api.demo.setup import set_up_demo

    return set_up_demo(house)


def _shop(house: House) -> FastAPI:
    from api.demo.setup import demo_shop

    return demo_shop(house)
