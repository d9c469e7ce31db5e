"""An agent's day: be online, see what waits, take it over with the whole story, answer, note, resolve, give back."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api import idempotency
from api.agent_stream import agent_frames
from api.frames import AgentFrame, follows
from api.guards import allow
from api.house import TheHouse
from api.idempotency import Key
from api.intake import Body, Cursor, Identifier, PageMark, PathId, Text10k
from api.parts import Db, Here, Now
from api.shapes import Agents, Availability, Conversations, Logged, Named, Seq, Shape, gives
from api.snapshots import summaries
from api.streams import gone, last_seen, respond
from api.team import read_team
from chat import conversation, log
from core.errors import Forbidden
from core.ids import new_id
from core.scope import Scope
from handoff import presence, queue

router = APIRouter(prefix="/v1", tags=["agents"])
reading = allow("read_conversations")
Reader = Annotated[Scope, Depends(reading)]
Agent = Annotated[Scope, Depends(allow("converse"))]
View = Literal["mine", "queue", "bot", "closed", "all"]


class NewAvailability(Body):
    availability: Availability


class NewAssignment(Body):
    agent: Identifier | None = None


class NewNote(Body):
    text: Text10k


class NewMode(Body):
    mode: Literal["bot"]


class Empty(Body):
    pass


class ChosenAvailability(Shape):
    availability: Availability


class Assigned(Shape):
    agent: Named
    seq: int


@router.get("/agents/me/events", **follows(AgentFrame))
async def follow_everything(scope: Reader, request: Request, house: TheHouse, after: Cursor = 0) -> Response:
    newest = await house.database.read(log.position_of, scope.workspace)
    asked = last_seen(request, after)
    if asked > newest:
        return gone()
    # Without a cursor: from now on; what was before is in the lists.
    cursor = asked or newest
    return respond(request, house, scope, reading.policy, lambda door: agent_frames(door, cursor))


@router.put("/agents/me/availability", responses=gives(ChosenAvailability))
async def set_availability(body: NewAvailability, scope: Agent, key: Key, database: Db, now: Now) -> Response:
    def make(connection: Connection) -> dict[str, Any]:
        presence.set_availability(connection, scope, body.availability, now)
        return {"availability": body.availability}

    made = await database.write(idempotency.once, scope, key, now, make)
    return made.response()


@router.get("/agents", responses=gives(Agents))
async def list_agents(scope: Reader, here: Here) -> dict[str, Any]:
    return {"agents": await here.database.read(read_team, scope, here.settings.agent_capacity)}


@router.get("/queue", responses=gives(Conversations))
async def read_queue(scope: Reader, database: Db) -> dict[str, Any]:
    return await database.read(_page_of, scope, "queue", None, "")


@router.get("/conversations", responses=gives(Conversations))
async def list_conversations(scope: Reader, database: Db, view: View = "all", before: PageMark = "", q: str = "") -> dict[str, Any]:
    at, _, id = before.partition(".")
    return await database.read(_page_of, scope, view, (int(at), id) if id else None, q[:200])


def _page_of(connection: Connection, scope: Scope, view: str, past: conversation.Mark | None, words: str, size: int = 50) -> dict[str, Any]:
    states = conversation.list_conversations(connection, scope, view, past, words, size)
    rows = summaries(connection, scope.workspace, states)
    following = "{}.{}".format(*conversation.mark_of(states[-1], view)) if len(states) == size else None
    return {"conversations": rows, "position": log.position_of(connection, scope.workspace), "next": following}


@router.put("/conversations/{id}/assignment", responses=gives(Assigned))
async def accept(id: PathId, body: NewAssignment, scope: Agent, key: Key, database: Db, now: Now) -> Response:
    if body.agent not in (None, "me", scope.actor.id):
        raise Forbidden("you can accept for yourself only")
    event_id = new_id("evt")

    def make(connection: Connection) -> dict[str, Any]:
        state, seq = queue.accept(connection, scope, id, event_id, now)
        return {"agent": {"id": state.agent, "name": state.agent_name}, "seq": seq}

    made = await database.write(idempotency.once, scope, key, now, make, conversation=id)
    return made.response()


@router.post("/conversations/{id}/notes", status_code=201, responses=gives(Logged, 201))
async def add_note(id: PathId, body: NewNote, scope: Agent, key: Key, database: Db, now: Now) -> Response:
    note_id = new_id("not")

    def make(connection: Connection) -> dict[str, Any]:
        event = conversation.add_note(connection, scope, id, body.text, note_id, now)
        return {"id": event.id, "seq": event.seq}

    made = await database.write(idempotency.once, scope, key, now, make, status=201, conversation=id)
    return made.response()


@router.put("/conversations/{id}/mode", responses=gives(Seq))
async def return_to_bot(id: PathId, body: NewMode, scope: Agent, key: Key, database: Db, now: Now) -> Response:
    event_id = new_id("evt")

    def make(connection: Connection) -> dict[str, Any]:
        return {"seq": queue.return_to_bot(connection, scope, id, event_id, now)}

    made = await database.write(idempotency.once, scope, key, now, make, conversation=id)
    return made.response()


@router.post("/conversations/{id}/resolution", status_code=201, responses=gives(Seq, 201))
async def resolve(id: PathId, body: Empty, scope: Agent, key: Key, database: Db, now: Now) -> Response:
    event_id = new_id("evt")

    def make(connection: Connection) -> dict[str, Any]:
        event = conversation.resolve(connection, scope, id, event_id, now)
        queue.mark_busy(connection, scope, now)
        return {"seq": event.seq}

    made = await database.write(idempotency.once, scope, key, now, make, status=201, conversation=id)
    return made.response()
