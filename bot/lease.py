"""Units of a turn: claim it, keep it, let it go after a failure. A worker that died is overtaken when its lease runs out."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.tables import turn
from chat.log import lock
from chat.state import Conversation
from core.database import insert
from core.errors import Conflict
from core.lease import lease_now

# Each turn runs these: made once, as making a statement costs several times its execution.
_here = (turn.c.workspace == bindparam("of_workspace"), turn.c.conversation == bindparam("of_conversation"))
_mine = (*_here, turn.c.fence == bindparam("of_fence"))
_HELD = select(turn).where(*_here)
_FENCE = select(turn.c.fence).where(*_mine)
_RENEW = update(turn).where(*_mine)
# The fence is raised too: a renewal that is still on its way must not bring the lease back.
_RELEASE = update(turn).where(*_mine).values(fence=turn.c.fence + 1)
_LET_GO = update(turn).where(*_mine).values(fence=turn.c.fence + 1, attempt=turn.c.attempt - bindparam("uncounted"))


class LostTurn(Conflict):
    """Another worker has claimed the turn, or there is nothing to answer any more."""

    code = "lost_turn"
    title = "This turn belongs to another worker"


class Overtaken(Conflict):
    """What the turn came to holds no longer, as others were faster: it looks again."""

    code = "overtaken"
    title = "Somebody else was faster"


@dataclass(frozen=True)
class Claim:
    """state: the conversation when it was claimed. attempt: from 1; counted by claiming, so that one which ends the process counts too."""

    workspace: str
    state: Conversation
    fence: int
    attempt: int

    @property
    def covers(self) -> int:
        return self.state.last_customer_seq


@dataclass(frozen=True)
class NotYet:
    """wait_ms: until the lease of another worker, or the pause after a failure, is over."""

    wait_ms: int


def claim(connection: Connection, workspace: str, conversation: str, lease_s: float, at: int) -> Claim | NotYet | None:
    """None when no turn is owed."""
    state = lock(connection, workspace, conversation)
    if not state.owed:
        return None
    boot, now = lease_now(connection)
    held = connection.execute(_HELD, {"of_workspace": workspace, "of_conversation": conversation}).one_or_none()
    if held is not None and held.boot == boot and held.deadline > now:
        return NotYet(held.deadline - now)
    attempt = held.attempt + 1 if held is not None and held.covers == state.last_customer_seq else 1
    fence = held.fence + 1 if held is not None else 1
    row = {"covers": state.last_customer_seq, "attempt": attempt, "fence": fence, "boot": boot, "started_at": at}
    row["deadline"] = now + int(lease_s * 1000)
    upsert = insert(connection, turn).values(workspace=workspace, conversation=conversation, **row)
    connection.execute(upsert.on_conflict_do_update(index_elements=["workspace", "conversation"], set_=row))
    return Claim(workspace, state, fence, attempt)


def renew(connection: Connection, mine: Claim, lease_s: float) -> bool:
    """False when it was lost or given up."""
    boot, now = lease_now(connection)
    kept = connection.execute(_RENEW, _of(mine) | {"boot": boot, "deadline": now + int(lease_s * 1000)})
    return kept.rowcount == 1


def let_go(connection: Connection, mine: Claim, pause_s: float, failed: bool = True) -> None:
    """The next attempt may begin after the pause. failed: False when this one does not count, as it was taken from us."""
    boot, now = lease_now(connection)
    until = {"boot": boot, "deadline": now + int(pause_s * 1000), "uncounted": 0 if failed else 1}
    connection.execute(_LET_GO, _of(mine) | until)


def check(connection: Connection, mine: Claim) -> None:
    """In the final unit, under the conversation's lock. Raises LostTurn."""
    if connection.execute(_FENCE, _of(mine)).scalar_one_or_none() is None:
        raise LostTurn()


def release(connection: Connection, mine: Claim) -> None:
    """In the final unit: done, so the next message finds no lease in its way. The row stays, or its fence would start again."""
    connection.execute(_RELEASE, _of(mine) | {"deadline": 0})


def _of(mine: Claim) -> dict[str, Any]:
    return {"of_workspace": mine.workspace, "of_conversation": mine.state.id, "of_fence": mine.fence}
