"""Who is offered a waiting conversation: the reachable agent with room who has been idle longest."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from chat.events import SYSTEM
from chat.log import Draft, append, lock
from chat.state import Conversation, conversation_of
from chat.tables import conversation
from handoff.presence import Colleague, colleagues

_WAITING = (
    select(conversation)
    .where(conversation.c.workspace == bindparam("of_workspace"), conversation.c.mode == "queued", conversation.c.status == "open")
    .order_by(conversation.c.waiting_since, conversation.c.id)
)
POLICY = "longest idle, version 1"


def pick(candidates: Sequence[Colleague], capacity: int, offers: dict[str, int]) -> Colleague | None:
    """offers: conversations already offered to each and not yet accepted; they count as load."""
    free = [one for one in candidates if one.reachable and one.load + offers.get(one.id, 0) < capacity]
    return min(free, key=lambda one: (offers.get(one.id, 0), one.busy_at or 0, one.id), default=None)


def waiting(connection: Connection, workspace: str) -> list[Conversation]:
    return [conversation_of(row) for row in connection.execute(_WAITING, {"of_workspace": workspace})]


def unplaced(connection: Connection, workspace: str) -> int:
    """How many waiting conversations have no offer to somebody reachable."""
    reachable = {one.id for one in colleagues(connection, workspace) if one.reachable}
    return sum(state.offered_to not in reachable for state in waiting(connection, workspace)) if reachable else 0


def offer_waiting(connection: Connection, workspace: str, capacity: int, ids: Sequence[str], at: int) -> int:
    """Offers each waiting conversation that has no reachable taker, longest wait first; returns how many. ids: one per offer at most."""
    team = colleagues(connection, workspace)
    reachable = {one.id: one for one in team if one.reachable}
    queue = waiting(connection, workspace)
    offers: dict[str, int] = {}
    for state in queue:
        if state.offered_to in reachable:
            offers[state.offered_to] = offers.get(state.offered_to, 0) + 1
    made = 0
    for state in queue:
        if state.offered_to in reachable or made == len(ids):
            continue
        chosen = pick(team, capacity, offers)
        if chosen is None:
            break
        present = lock(connection, workspace, state.id)
        if (present.epoch, present.offered_to) != (state.epoch, state.offered_to):
            # Accepted, resolved or offered by another process since it was read; an offer of theirs counts as load here too.
            if present.mode == "queued" and present.offered_to in reachable:
                offers[present.offered_to] = offers.get(present.offered_to, 0) + 1
            continue
        why = f"{chosen.name} is online, holds {chosen.load} of {capacity} and has been idle longest"
        body = {"agent": {"id": chosen.id, "name": chosen.name}, "policy": POLICY, "why": why}
        append(connection, workspace, state.id, Draft("conversation.offered", SYSTEM, ids[made], at, body))
        offers[chosen.id] = offers.get(chosen.id, 0) + 1
        made += 1
    return made
