"""Appointments: their customer's page and calendar file, opened by the signed link in the confirmation, and the agents' list."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from fastapi import Path as PathParameter
from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlalchemy import Connection, select
from starlette.responses import HTMLResponse, Response

from api.guards import allow, public
from api.idempotency import Key, once
from api.intake import PathId
from api.parts import Db, Here, Now
from api.shapes import Shape, gives
from bot import appointments
from bot.appointments import CALENDAR, CANCEL, CUSTOMER, Appointment
from bot.calendar_file import calendar_file
from bot.tools.words import moment
from chat import conversation
from chat.conversation import author_of
from core.clock import iso
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.scope import Scope
from core.secret import require_secret
from core.tables import workspace as workspace_table
from people.capability import LONGEST_TOKEN, permitted

router = APIRouter(tags=["appointments"])
Reader = Annotated[Scope, Depends(allow("read_conversations"))]
Agent = Annotated[Scope, Depends(allow("converse"))]
Token = Annotated[str, PathParameter(max_length=LONGEST_TOKEN, pattern=r"^[\w.-]+$")]
_pages = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape(), trim_blocks=True)
# The address is the key to it: it is sent on nowhere and kept nowhere.
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
}


class CalendarResponse(Response):
    media_type = "text/calendar"


class AppointmentRow(Shape):
    id: str
    inbox: str
    conversation: str
    starts_at: datetime
    ends_at: datetime


class AppointmentList(Shape):
    """Those to come, soonest first."""

    appointments: list[AppointmentRow]


@router.get("/appointments/{token}", response_class=HTMLResponse, dependencies=[Depends(public())])
async def show_appointment(token: Token, here: Here) -> Response:
    """Shows it and asks: opening a link changes nothing, as mail programs open links by themselves."""
    try:
        of = permitted(require_secret(here.settings), CANCEL, token, here.now)
        return _page(await here.database.read(_read, of), token, here.now)
    except NotFound:
        return _gone()


@router.post("/appointments/{token}/cancellation", response_class=HTMLResponse, dependencies=[Depends(public())])
async def cancel_by_link(token: Token, here: Here) -> Response:
    """A second time changes nothing."""
    try:
        of = permitted(require_secret(here.settings), CANCEL, token, here.now)
        workspace, _, id = of.partition("/")
        await here.database.write(appointments.cancel, workspace, id, new_id("evt"), CUSTOMER, here.now)
        return _page(await here.database.read(_read, of), token, here.now)
    except (NotFound, Conflict):
        return _gone()


@router.get("/appointments/{token}/calendar.ics", response_class=CalendarResponse, dependencies=[Depends(public())])
async def read_calendar(token: Token, here: Here) -> Response:
    of = permitted(require_secret(here.settings), CALENDAR, token, here.now)
    found, company, _ = await here.database.read(_read, of)
    is_off = found.cancelled_at is not None
    file = calendar_file(found.id, company, found.starts_at, found.ends_at, stamp=found.cancelled_at or here.now, cancelled=is_off)
    headers = {**_HEADERS, "Content-Disposition": 'attachment; filename="appointment.ics"'}
    return CalendarResponse(file, headers=headers)


@router.get("/v1/appointments", responses=gives(AppointmentList))
async def list_appointments(scope: Reader, database: Db, now: Now) -> dict[str, Any]:
    return {"appointments": [_view(one) for one in await database.read(appointments.list_coming, scope, now)]}


@router.delete("/v1/appointments/{id}", status_code=204)
async def cancel_appointment(id: PathId, scope: Agent, here: Here, key: Key) -> Response:
    event_id = new_id("evt")

    def make(connection: Connection) -> None:
        found = appointments.find(connection, scope.workspace, id)
        conversation.find(connection, scope, found.conversation)
        appointments.cancel(connection, scope.workspace, id, event_id, author_of(scope), here.now)

    return (await here.database.write(once, scope, key, here.now, make, status=204)).response()


def _read(connection: Connection, of: str) -> tuple[Appointment, str, tuple[str, str]]:
    """With the company's name, and the timezone and language of its inbox."""
    workspace, _, id = of.partition("/")
    found = appointments.find(connection, workspace, id)
    name = connection.scalar(select(workspace_table.c.name).where(workspace_table.c.id == workspace))
    return found, str(name), appointments.zone_of(connection, workspace, found.inbox)


def _page(read: tuple[Appointment, str, tuple[str, str]], token: str, now: int) -> Response:
    found, company, (zone, language) = read
    standing = found.cancelled_at is None
    title = "Your appointment" if standing else "Your appointment is cancelled"
    text = (
        "Can you not come? Then cancel it here, so that somebody else gets the time."
        if standing
        else "You can book another one in the chat."
    )
    view = {
        "title": title, "text": text, "company": company, "language": "en", "timezone": zone, "iso": iso(found.starts_at),
        "when": moment(datetime.fromtimestamp(found.starts_at / 1000, ZoneInfo(zone)), language),
        "may_cancel": standing and found.starts_at > now, "action": f"/appointments/{token}/cancellation",
    }  # fmt: skip
    return HTMLResponse(_pages.get_template("appointment.html").render(view), headers=_HEADERS)


def _gone() -> Response:
    view = {"title": "This link is no longer good", "text": "The appointment is over, or the link is not complete.", "language": "en"}
    return HTMLResponse(_pages.get_template("appointment.html").render(view), 404, headers=_HEADERS)


def _view(one: Appointment) -> dict[str, Any]:
    times = {"starts_at": iso(one.starts_at), "ends_at": iso(one.ends_at)}
    return {"id": one.id, "inbox": one.inbox, "conversation": one.conversation} | times
