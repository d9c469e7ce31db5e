"""Signing in and out: `/v1/sessions`."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Connection, select
from starlette.responses import JSONResponse

from api.guards import cookie_name, credential_of, public, require_own_origin, signed_in
from api.intake import Body, Email, Secret
from api.parts import Db, Here, Parts
from api.shapes import Named, NewSession, PersonFace, Shape, gives
from core.ids import new_id, new_secret
from core.scope import Scope
from core.tables import workspace as workspace_table
from people import audit, session
from people.person import Person, read_person
from people.session import Credentials, SignInRefused

router = APIRouter(prefix="/v1/sessions", tags=["sessions"])
SignedIn = Annotated[Scope, Depends(signed_in())]


class SignIn(Body):
    email: Email
    password: Secret


class PasswordChange(Body):
    password: Secret
    new_password: Secret


class CurrentSession(Shape):
    person: PersonFace
    workspace: Named


@router.post("", status_code=201, dependencies=[Depends(public())], responses=gives(NewSession, 201))
async def sign_in(body: SignIn, request: Request, here: Here) -> Response:
    """201 `{person}` and the session cookie."""
    require_own_origin(request, may_lack=True)
    here.limits.sign_in(body.email, here.address)
    checked = await here.database.read(session.find_credentials, body.email)
    verdict = await here.passwords.check(checked.password_hash if checked else None, body.password)
    if checked is None or not verdict.right:
        raise SignInRefused()
    here.limits.signed_in(body.email)
    return await open_session(here, checked, verdict.new_hash)


@router.get("/current", responses=gives(CurrentSession))
async def read_current(scope: SignedIn, database: Db) -> dict[str, Any]:
    return await database.read(_current, scope)


@router.delete("/current", status_code=204)
async def sign_out(scope: SignedIn, request: Request, here: Here) -> Response:
    await here.database.write(session.sign_out, scope, credential_of(request).token_hash)
    response = Response(status_code=204)
    response.delete_cookie(cookie_name(here.settings), path="/", secure=_https(here), httponly=True, samesite="lax")
    return response


@router.put("/current/password", status_code=204)
async def change_password(body: PasswordChange, scope: SignedIn, request: Request, here: Here) -> Response:
    """Ends every other session of this person."""
    here.limits.sign_in(scope.actor.id, here.address)
    checked = await here.database.read(session.own_credentials, scope)
    if not (await here.passwords.check(checked.password_hash, body.password)).right:
        raise SignInRefused("the present password is wrong")
    here.limits.signed_in(scope.actor.id)
    new_hash = await here.passwords.hash(body.new_password)
    await here.database.write(_change_password, scope, new_hash, credential_of(request).token_hash, new_id("aud"), here.now)
    return Response(status_code=204)


async def open_session(here: Parts, checked: Credentials, new_hash: str | None = None) -> Response:
    """201 `{person}` and a cookie whose token is stored nowhere."""
    token = new_secret("wls")
    days = here.settings.session_days
    opening = session.Opening(new_id("ses"), session.hash_token(token), here.now, here.now + days * 86_400_000)
    person = await here.database.write(_open, checked, opening, new_id("aud"), new_hash)
    response = JSONResponse({"person": person_view(person)}, 201)
    name = cookie_name(here.settings)
    response.set_cookie(name, token, max_age=days * 86_400, path="/", secure=_https(here), httponly=True, samesite="lax")
    return response


def person_view(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "email": person.email, "role": person.role}


def _open(connection: Connection, checked: Credentials, opening: session.Opening, entry_id: str, new_hash: str | None) -> Person:
    scope = session.sign_in(connection, checked, opening, new_hash)
    audit.record(connection, scope, "session.started", opening.id, entry_id=entry_id, at=opening.at)
    return read_person(connection, scope, scope.actor.id)


def _change_password(connection: Connection, scope: Scope, new_hash: str, keep: str, entry_id: str, at: int) -> None:
    ended = session.change_password(connection, scope, scope.actor.id, new_hash, keep=keep)
    audit.record(connection, scope, "person.password_changed", scope.actor.id, {"sessions_ended": ended}, entry_id=entry_id, at=at)


def _current(connection: Connection, scope: Scope) -> dict[str, Any]:
    name = connection.scalar(select(workspace_table.c.name).where(workspace_table.c.id == scope.workspace))
    person = read_person(connection, scope, scope.actor.id)
    return {"person": person_view(person), "workspace": {"id": scope.workspace, "name": name}}


def _https(here: Parts) -> bool:
    return here.settings.origin.startswith("https://")
