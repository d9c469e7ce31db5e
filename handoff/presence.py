"""Availability is what a person chose; presence is a lease on an open stream. Only who has both gets work."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from chat.tables import conversation
from core.database import announce, insert
from core.errors import Invalid
from core.lease import lease_now
from core.scope import Scope
from handoff.tables import desk, presence

AVAILABILITIES = ("online", "away", "offline")


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
    live = (presence.c.workspace == workspace) & (presence.c.boot == boot) & (presence.c.deadline >= now)
    connected = set(connection.execute(select(presence.c.person).where(live)).scalars())
    held = (conversation.c.workspace == workspace) & (conversation.c.mode == "human") & (conversation.c.status == "open")
    counted = connection.execute(select(conversation.c.agent, func.count()).where(held).group_by(conversation.c.agent))
    loads: dict[str, int] = {row[0]: row[1] for row in counted}
    rows = connection.execute(select(desk).where(desk.c.workspace == workspace).order_by(desk.c.name))
    return [Colleague(r.person, r.name, r.availability, r.person in connected, loads.get(r.person, 0), r.busy_at) for r in rows]
