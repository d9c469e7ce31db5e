"""Settings, a migrated database and the workspace, as the commands need them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, select

import api.schema  # noqa: F401  every table is known
from core.database import Database
from core.errors import Misconfigured
from core.log import set_up_log
from core.migrate import migrate
from core.scope import Scope, system_scope
from core.secret import require_secret
from core.settings import Settings, load_settings
from core.tables import workspace


@dataclass
class Opened:
    settings: Settings
    database: Database
    scope: Scope


@contextmanager
def opened(part: str = "command line") -> Iterator[Opened]:
    """Raises Misconfigured on a data folder that was never set up."""
    settings = load_settings()
    quiet_log(settings)
    require_secret(settings)
    migrate(settings)
    database = Database.open(settings)
    try:
        first = database.read_now(_first_workspace)
        if first is None:
            raise Misconfigured("there is no workspace yet; run: warmline init")
        yield Opened(settings, database, system_scope(first, part))
    finally:
        database.close()


def quiet_log(settings: Settings) -> None:
    """What a command prints is its result; the log goes to stderr, warnings alone where nobody asked for less or more."""
    set_up_log("warning" if settings.log_level == "info" else settings.log_level, settings.log_json)


def _first_workspace(connection: Connection) -> str | None:
    return connection.execute(select(workspace.c.id).order_by(workspace.c.created_at).limit(1)).scalar_one_or_none()
