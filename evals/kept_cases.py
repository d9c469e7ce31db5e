"""Frozen cases in the database."""

import json
import zlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from chat.log import lock
from chat.tables import conversation, event
from core.clock import iso
from core.errors import Conflict, NotFound
from core.scope import Scope
from evals.frozen.case import Case, Replay
from evals.tables import frozen_case

_SHOWN = tuple(column for column in frozen_case.c if column.name != "content")
LIMIT_QUESTION = 500


@dataclass(frozen=True)
class KeptCase:
    """as_posted: the bot said the same when it was frozen as when it was posted. replay: {at, differences} of the last one."""

    id: str
    conversation: str
    message: str
    question: str
    as_posted: bool
    author_name: str
    created_at: int
    replay: dict[str, Any] | None


def packed(case: Case) -> bytes:
    return zlib.compress(json.dumps(case, ensure_ascii=False).encode(), 6)


def keep_case(connection: Connection, scope: Scope, case_id: str, case: Case, content: bytes, at: int) -> KeptCase:
    """content: `packed(case)`, made outside the unit. Raises Conflict where what it holds was erased meanwhile."""
    turn = case["turn"]
    lock(connection, scope.workspace, turn["state"]["id"])
    here = (event.c.workspace == scope.workspace) & (event.c.id == turn["message"])
    if connection.scalar(select(event.c.erased).where(here)):
        raise Conflict("That message was erased")
    asked = [one for one in turn["events"] if one["kind"] == "message.added" and one["author"]["kind"] == "customer"]
    row = {
        "workspace": scope.workspace, "id": case_id, "conversation": turn["state"]["id"], "message": turn["message"],
        "question": asked[-1]["body"]["text"][:LIMIT_QUESTION] if asked else "", "as_posted": case["as_posted"], "content": content,
        "author_name": scope.actor.name, "created_at": at,
    }  # fmt: skip
    connection.execute(frozen_case.insert().values(**row))
    return read_case(connection, scope, case_id)


def list_cases(connection: Connection, scope: Scope) -> list[KeptCase]:
    query = select(*_SHOWN).where(frozen_case.c.workspace == scope.workspace).order_by(frozen_case.c.created_at.desc(), frozen_case.c.id)
    return [_case(row) for row in connection.execute(query)]


def read_case(connection: Connection, scope: Scope, case_id: str) -> KeptCase:
    """Raises NotFound."""
    row = connection.execute(select(*_SHOWN).where(_here(scope, case_id))).one_or_none()
    if row is None:
        raise NotFound()
    return _case(row)


def content_of(connection: Connection, scope: Scope, case_id: str) -> bytes:
    """Unpacked by `unpacked`. Raises NotFound."""
    content: bytes | None = connection.scalar(select(frozen_case.c.content).where(_here(scope, case_id)))
    if content is None:
        raise NotFound()
    return content


def unpacked(content: bytes) -> Case:
    case: Case = json.loads(zlib.decompress(content))
    return case


def note_replay(connection: Connection, scope: Scope, case_id: str, replay: Replay, at: int) -> KeptCase:
    kept = {"at": iso(at), "differences": list(replay.differences)}
    connection.execute(update(frozen_case).where(_here(scope, case_id)).values(replay=kept))
    return read_case(connection, scope, case_id)


def accept(connection: Connection, scope: Scope, case_id: str, content: bytes, at: int) -> None:
    """content: the case with what it comes to now as the expected; it replays."""
    changed = {"content": content, "replay": {"at": iso(at), "differences": []}}
    connection.execute(update(frozen_case).where(_here(scope, case_id)).values(**changed))


def drop_case(connection: Connection, scope: Scope, case_id: str) -> None:
    """Raises NotFound."""
    if not connection.execute(delete(frozen_case).where(_here(scope, case_id))).rowcount:
        raise NotFound()


def forget_contact(connection: Connection, scope: Scope, contact: str) -> int:
    """When a contact is erased; returns the number of cases that went."""
    theirs = select(conversation.c.id).where(conversation.c.workspace == scope.workspace, conversation.c.contact == contact)
    gone = delete(frozen_case).where(frozen_case.c.workspace == scope.workspace, frozen_case.c.conversation.in_(theirs))
    return int(connection.execute(gone).rowcount)


def _here(scope: Scope, case_id: str) -> Any:
    return (frozen_case.c.workspace == scope.workspace) & (frozen_case.c.id == case_id)


def _case(row: Row[Any]) -> KeptCase:
    return KeptCase(**{name: getattr(row, name) for name in KeptCase.__dataclass_fields__})
