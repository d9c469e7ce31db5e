"""State = fold(events): held after every test, wherever its database lies."""

from sqlalchemy import Connection, select

from chat.log import differences
from core.database import Database
from core.tables import workspace


def unfolded(connection: Connection) -> list[str]:
    """Conversations of all workspaces whose row is not the fold of their events."""
    workspaces = list(connection.execute(select(workspace.c.id)).scalars())
    return [wrong for one in workspaces for wrong in differences(connection, one)]


def check_fold(database: Database) -> None:
    assert database.read_now(unfolded) == []
