"""The ground every route stands on. `api/app.py` calls `lay_foundation(app, …)` once, before it includes the routers.

Sets `app.state.settings database clock limits passwords setup_token`, the problem documents, the middleware and the OpenAPI description.
Make the app with `FastAPI(docs_url=None, redoc_url=None)`; run uvicorn with `proxy_headers=False` and `access_log=False`: addresses and
access lines are ours.
"""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api.limits import Limits
from api.middleware import RequestLog, SafeBody, SecurityHeaders
from api.openapi import describe
from api.problems import answer_with_problems
from core.clock import Clock
from core.database import Database
from core.settings import Settings
from people.passwords import Passwords


def lay_foundation(app: FastAPI, *, settings: Settings, database: Database, clock: Clock) -> None:
    app.state.settings = settings
    app.state.database = database
    app.state.clock = clock
    app.state.limits = Limits(settings)
    app.state.passwords = Passwords()
    # Set by `serve` on an empty database: the secret in the one-time set-up link.
    app.state.setup_token = None
    answer_with_problems(app)
    describe(app, settings)
    # The last one added is the outermost. GZip leaves text/event-stream alone.
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(SafeBody, limit=settings.body_limit_kb * 1024, content_limit=settings.content_limit_kb * 1024)
    app.add_middleware(SecurityHeaders, https=settings.origin.startswith("https://"))
    app.add_middleware(RequestLog)
