"""A customer's day: ask, read the answer as it comes, ask for a person. Some routes serve agents too; the view differs."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.responses import PlainTextResponse, Response

from api import idempotency, streams
from api.frames import ConversationFrame, follows
from api.guards import allow, visitors
from api.house import TheHouse
from api.idempotency import Key, RequiredKey
from api.intake import Body, Count, Cursor, Line200, Line2000, PathId, StreamId, Text10k
from api.parts import Db, Here, Now
from api.shapes import Logged, Seq, Snapshot, gives
from api.snapshots import read_snapshot, with_live
from chat import conversation, log
from chat.transcript import transcript
from chat.views import agent_view, customer_view
from core.errors import NotFound
from core.ids import new_id
from core.scope import Scope
from handoff.queue import ask_for_person

router = APIRouter(prefix="/v1", tags=["customers"])
Visitor = Annotated[Scope, Depends(visitors())]
reading = allow("read_conversations", visitors=True)
Reader = Annotated[Scope, Depends(reading)]
Writer = Annotated[Scope, Depends(allow("converse", visitors=True))]

ASKED = "You asked for a person. Somebody from our team will join this chat; everything you wrote is passed on."


class PageNow(Body):
    url: Line2000
    title: Line200 | None = None
    product: Line200 | None = None
    referrer: Line2000 | None = None


class NewConversation(Body):
    page: PageNow | None = None


class NewMessage(Body):
    """after_seq: agents only; the last seq they have seen."""

    text: Text10k
    page: PageNow | None = None
    after_seq: Count | None = None


class Typing(Body):
    on: bool


class Empty(Body):
    pass


@router.post("/conversations", status_code=201, responses=gives(Logged, 201))
async def open_conversation(body: NewConversation, scope: Visitor, key: Key, here: Here) -> Response:
    here.limits.visitor_message(scope.actor.id, here.address)
    conversation_id, event_id = new_id("cnv"), new_id("evt")
    page = _page(body.page)

    def make(connection: Connection) -> dict[str, Any]:
        state = conversation.open_conversation(connection, scope, conversation_id, page, event_id, here.now)
        return {"id": state.id, "seq": state.seq}

    made = await here.database.write(idempotency.once, scope, key, here.now, make, status=201, conversation=conversation_id)
    return made.response()


@router.post("/conversations/{id}/messages", status_code=201, responses=gives(Logged, 201))
async def post_message(id: PathId, body: NewMessage, scope: Writer, key: RequiredKey, house: TheHouse, here: Here) -> Response:
    """A customer's question, or an agent's reply (which says `after_seq`)."""
    ids = (new_id("msg"), new_id("evt"))
    if scope.actor.kind == "visitor":
        here.limits.visitor_message(scope.actor.id, here.address)
        house.read_ahead(body.text)

    def make(connection: Connection) -> dict[str, Any]:
        message = {"text": body.text, "client_id": key.key, "page": _page(body.page)}
        if scope.actor.kind == "visitor":
            event = conversation.post_message(connection, scope, id, message, ids, here.now)
        else:
            event = conversation.reply(connection, scope, id, message, body.after_seq or 0, ids[0], here.now)
        return {"id": event.id, "seq": event.seq}

    made = await here.database.write(idempotency.once, scope, key, here.now, make, status=201, conversation=id)
    house.live.type(id, _author_kind(scope), scope.actor.name, on=False)
    return made.response()


@router.get("/conversations/{id}", responses=gives(Snapshot))
async def read_conversation(id: PathId, scope: Reader, house: TheHouse) -> dict[str, Any]:
    def query(connection: Connection) -> dict[str, Any]:
        return read_snapshot(connection, scope, conversation.find(connection, scope, id))

    return with_live(await house.database.read(query), house.live)


@router.get("/conversations/{id}/events", **follows(ConversationFrame))
async def follow_conversation(id: StreamId, scope: Reader, request: Request, house: TheHouse, after: Cursor = 0) -> Response:
    try:
        state = await house.database.read(conversation.find, scope, id)
    except NotFound:
        return streams.gone()
    cursor = streams.last_seen(request, after)
    if cursor > state.seq:
        return streams.gone()
    return streams.respond(request, house, scope, reading.policy, lambda door: _frames(door, id, cursor))


async def _frames(door: streams.Door, id: str, cursor: int) -> streams.Body:
    house, visitor = door.house, door.scope.actor.kind == "visitor"
    view, hide = (customer_view, "customer") if visitor else (agent_view, "agent")
    live = streams.LiveCursor()
    with house.database.wakes.subscribe(f"conversation {id}") as woken:
        while True:
            if not await door.valid():
                yield streams.frame("closed", {"reason": "signed_out"})
                return
            try:
                state, events = await house.database.read(_news, door.scope, id, cursor)
            except NotFound:
                yield streams.frame("reset", {"reason": "not_found"})
                return
            if events:
                yield streams.pages(events, view, lambda e: e.seq)
                cursor = events[-1].seq
            if len(events) < streams.PAGE:
                if news := live.news(house, id, state.epoch, hide, {}):
                    yield news
                if not await streams.pause(door, woken, at_most=2 if live.typing else 30):
                    yield streams.farewell()
                    return


def _news(connection: Connection, scope: Scope, id: str, after: int) -> Any:
    state = conversation.find(connection, scope, id)
    return state, log.read(connection, scope.workspace, id, after, streams.PAGE) if state.seq > after else []


@router.post("/conversations/{id}/handoff", status_code=201, responses=gives(Seq, 201))
async def ask_for_a_person(id: PathId, body: Empty, scope: Visitor, key: Key, database: Db, now: Now) -> Response:
    event_id = new_id("evt")

    def make(connection: Connection) -> dict[str, Any]:
        return {"seq": ask_for_person(connection, scope, id, ASKED, event_id, now)}

    made = await database.write(idempotency.once, scope, key, now, make, status=201, conversation=id)
    return made.response()


@router.put("/conversations/{id}/typing", status_code=204)
async def type_in_conversation(id: PathId, body: Typing, scope: Writer, house: TheHouse) -> Response:
    await house.database.read(conversation.find, scope, id)
    house.live.type(id, _author_kind(scope), scope.actor.name, body.on)
    return Response(status_code=204)


@router.get("/conversations/{id}/transcript", response_class=PlainTextResponse)
async def read_transcript(id: PathId, scope: Reader, database: Db) -> PlainTextResponse:
    def query(connection: Connection) -> str:
        conversation.find(connection, scope, id)
        return transcript(log.read(connection, scope.workspace, id))

    headers = {"Content-Disposition": f'attachment; filename="{id}.txt"'}
    return PlainTextResponse(await database.read(query), headers=headers)


def _author_kind(scope: Scope) -> str:
    return "customer" if scope.actor.kind == "visitor" else "agent"


def _page(page: PageNow | None) -> dict[str, Any] | None:
    return page.model_dump(exclude_none=True) if page else None
