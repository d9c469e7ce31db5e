"""The first start: workspace, first admin and first inbox in one unit, from `warmline init` or from the one-time link.

`serve` on an empty database makes a secret, sets `app.state.setup_token` and prints `{origin}/console/setup?token=…`. The token dies with
its use, with the process, and as soon as anybody exists.
"""

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy import Connection, select, update
from starlette.responses import Response

from api.admin import new_inbox
from api.guards import public, require_own_origin
from api.intake import Body, Email, Line200, Secret
from api.origins import Origin
from api.parts import Here
from api.sessions import open_session
from api.shapes import NewSession, gives
from chat import inboxes
from core.errors import Conflict, Forbidden
from core.ids import new_id
from core.scope import Scope, system_scope
from core.tables import workspace as workspace_table
from people import audit, person
from people.session import Credentials

router = APIRouter(prefix="/v1/setup", tags=["admin"])


class AlreadySetUp(Conflict):
    code = "already_set_up"
    title = "This server is set up already; sign in"


class SetUpRefused(Forbidden):
    code = "set_up_refused"
    title = "That set-up link is not, or no longer, good; start the server again for a new one"


class SetUp(Body):
    token: Secret
    workspace: Line200
    name: Line200
    email: Email
    password: Secret
    inbox: Line200 = "Website"
    origins: Annotated[list[Origin], Field(max_length=50)] = Field(default_factory=list)


@dataclass(frozen=True)
class FirstStart:
    workspace_id: str
    workspace: str
    admin: person.NewPerson
    inbox: inboxes.Inbox
    entry_id: str


def first_start(connection: Connection, start: FirstStart, at: int) -> Scope:
    """Raises AlreadySetUp when anybody exists. A workspace that is there already, of that id, gets the name."""
    if person.anybody(connection):
        raise AlreadySetUp()
    same = workspace_table.c.id == start.workspace_id
    if connection.scalar(select(workspace_table.c.id).where(same)):
        connection.execute(update(workspace_table).where(same).values(name=start.workspace))
    else:
        row = {"id": start.workspace_id, "name": start.workspace, "position": 0, "demo": False, "created_at": at}
        connection.execute(workspace_table.insert().values(**row))
    scope = system_scope(start.workspace_id, "setup")
    person.create_person(connection, scope, start.admin, at)
    inboxes.create_inbox(connection, scope, start.inbox, at)
    audit.record(connection, scope, "workspace.set_up", start.workspace_id, entry_id=start.entry_id, at=at)
    return scope


@router.post("", status_code=201, dependencies=[Depends(public())], responses=gives(NewSession, 201))
async def set_up(body: SetUp, request: Request, here: Here) -> Response:
    """Answers as a sign-in does: 201 `{person}` and the session cookie."""
    require_own_origin(request, may_lack=True)
    here.limits.set_up(here.address)
    token = request.app.state.setup_token
    if not token or not hmac.compare_digest(token.encode(), body.token.encode()):
        raise SetUpRefused()
    admin = person.NewPerson(new_id("prs"), body.name, body.email, "admin", await here.passwords.hash(body.password))
    inbox = new_inbox(name=body.inbox, origins=tuple(body.origins))
    workspace = await here.database.read(only_workspace) or new_id("wsp")
    start = FirstStart(workspace, body.workspace, admin, inbox, new_id("aud"))
    await here.database.write(first_start, start, here.now)
    request.app.state.setup_token = None
    return await open_session(here, Credentials(workspace, admin.id, admin.password_hash))


def only_workspace(connection: Connection) -> str | None:
    """The workspace made at first start, if there is one yet."""
    return connection.scalar(select(workspace_table.c.id).order_by(workspace_table.c.created_at).limit(1))
