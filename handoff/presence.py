"""Availability is what a person chose; presence is a lease on an open stream. Only who has both gets work."""

from dataclasses import dataclass

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select

from chat.tables import conversation
from core.database import announce, insert
from core.errors import Invalid
from core.lease import lease_now
from core.scope import Scope
from handoff.tables import desk, presence

AVAILABILITIES = ("online", "away", "offline")
# Asked after every event, for the queue's sake.
_IN_WORKSPACE: BindParameter[str] = bindparam("of_workspace")
_CONNECTED = select(presence.c.person).where(
    presence.c.workspace == _IN_WORKSPACE, presence.c.boot == bindparam("boot"), presence.c.deadline >= bindparam("now")
)
_LOADS = (
    select(conversation.c.agent, func.count())
    .where(conversation.c.workspace == _IN_WORKSPACE, conversation.c.mode == "human", conversation.c.status == "open")
    .group_by(conversation.c.agent)
)
_DESKS = select(desk).where(desk.c.workspace == _IN_WORKSPACE).order_by(desk.c.name)


@dataclass(frozen=True)
class Colleague:
    """load: open conversations held. busy_at: ms of the last acceptance or resolution, None when never."""

    id: str
    name: str
    availability: str
    connected: bool
    load: int
    busy_at: int | None

    @property
    def reachable(self) -> bool:
        return self.availability == "online" and self.connected


def set_availability(connection: Connection, scope: Scope, availability: str, at: int) -> None:
    if availability not in AVAILABILITIES:
        raise Invalid(f"availability is one of {', '.join(AVAILABILITIES)}")
    row = {"workspace": scope.workspace, "person": scope.actor.id, "name": scope.actor.name, "availability": availability, "changed_at": at}
    upsert = insert(connection, desk).values(**row)
    changed = {"availability": availability, "changed_at": at, "name": scope.actor.name}
    connection.execute(upsert.on_conflict_do_update(index_elements=["workspace", "person"], set_=changed))
    announce(connection, f"presence {scope.workspace}", "presence")


def renew(connection: Connection, scope: Scope, stream: str, lease_s: float) -> None:
    """Called by whoever holds the agent's stream, a few times per lease."""
    boot, now = lease_now(connection)
    here = {"workspace": scope.workspace, "person": scope.actor.id, "stream": stream}
    until = {"boot": boot, "deadline": now + int(lease_s * 1000)}
    known = connection.execute(select(presence.c.stream).where(*(presence.c[name] == value for name, value in here.items()))).first()
    upsert = insert(connection, presence).values(**here, **until)
    connection.execute(upsert.on_conflict_do_update(index_elements=["workspace", "person", "stream"], set_=until))
    gone = (presence.c.workspace == scope.workspace) & ((presence.c.boot != boot) | (presence.c.deadline < now))
    lapsed = connection.execute(delete(presence).where(gone)).rowcount
    if known is None or lapsed:
        announce(connection, f"presence {scope.workspace}", "presence")


def leave(connection: Connection, scope: Scope, stream: str) -> None:
    here = (presence.c.workspace == scope.workspace) & (presence.c.person == scope.actor.id) & (presence.c.stream == stream)
    connection.execute(delete(presence).where(here))
    announce(connection, f"presence {scope.workspace}", "presence")


def colleagues(connection: Connection, workspace: str) -> list[Colleague]:
    """Everybody who ever chose an availability here."""
    boot, now = lease_now(connection)
    here = {"of_workspace": workspace}
    connected = set(connection.execute(_CONNECTED, here | {"boot": boot, "now": now}).scalars())
    loads: dict[str, int] = {row[0]: row[1] for row in connection.execute(_LOADS, here)}
    rows = connection.execute(_DESKS, here)
    return [Colleague(r.person, r.name, r.availability, r.person in connected, loads.get(r.person, 0), r.busy_at) for r in rows]
