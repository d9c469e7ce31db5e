"""For admins: people, API keys, inboxes and the audit log; and the one-time set-up of an empty database."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field, model_validator
from sqlalchemy import Connection, select
from starlette.responses import Response

from api.guards import allow
from api.idempotency import Key, once
from api.intake import Before, Body, Email, Identifier, Language, Limit, Line40, Line200, Line2000, PathId, Secret
from api.origins import Origin
from api.parts import Db, Here, Now
from api.shapes import Free, PersonFace, Shape, gives
from bot.question import Expects
from bot.tools.hours import DAYS
from chat import inboxes
from core.clock import iso
from core.errors import Invalid
from core.ids import new_id, new_secret
from core.scope import Scope
from knowledge.tables import collection
from people import api_keys, audit, person
from people.passwords import generate_password
from people.session import hash_token

router = APIRouter(prefix="/v1", tags=["admin"])
Admin = Annotated[Scope, Depends(allow("administer"))]
Auditor = Annotated[Scope, Depends(allow("read_audit"))]
Role = Literal["agent", "editor", "reviewer", "admin"]


def _opening(hours: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Raises ValueError."""
    for day, spans in hours.items():
        if day not in DAYS:
            raise ValueError(f"days are {', '.join(DAYS)}")
        last = "00:00"
        for span in spans:
            if len(span) != 2 or not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", clock) for clock in span):
                raise ValueError("hours are pairs of HH:MM")
            if not last <= span[0] < span[1]:
                raise ValueError("hours of a day are in order, each ends after it begins, and none overlap")
            last = span[1]
    return hours


def _zone(name: str) -> str:
    """Raises ValueError."""
    if name not in available_timezones():
        raise ValueError("not a timezone's name, such as Europe/Berlin")
    return name


Hours = Annotated[dict[str, Annotated[list[list[Line40]], Field(max_length=6)]], Field(max_length=7), AfterValidator(_opening)]
Zone = Annotated[str, Field(max_length=60), AfterValidator(_zone)]
SlotMinutes = Annotated[int, Field(ge=0, le=480)]


class NewPerson(Body):
    name: Line200
    email: Email
    role: Role
    password: Secret | None = None


class PersonChange(Body):
    name: Line200 | None = None
    role: Role | None = None
    active: bool | None = None


class NewApiKey(Body):
    name: Line200
    scopes: Annotated[list[Line40], Field(min_length=1, max_length=20)]


class StepShape(Body):
    """ask: `text` is put to the customer until something of the form `expects` is there; answer: from the articles; handoff: a person."""

    kind: Literal["ask", "answer", "handoff"]
    text: Annotated[str, Field(max_length=500)] = ""
    expects: Expects = "text"

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if (self.kind == "ask") != bool(self.text.strip()):
            raise ValueError("a step that asks has a text, another has none")
        return self


class ProcedureShape(Body):
    """when: words or phrases; a message that holds all words of one of them sets the steps off."""

    name: Line200
    when: Annotated[list[Line200], Field(min_length=1, max_length=20)]
    steps: Annotated[list[StepShape], Field(min_length=1, max_length=12)]


Procedures = Annotated[list[ProcedureShape], Field(max_length=20)]
Guidance = Annotated[str, Field(max_length=4000)]


class NewInbox(Body):
    name: Line200
    origins: Annotated[list[Origin], Field(max_length=50)] = Field(default_factory=list)
    collections: Annotated[list[Identifier], Field(max_length=200)] = Field(default_factory=list)
    assistant: Line40 = "Ada"
    greeting: Line2000 | None = None
    prompts: Annotated[list[Line200], Field(max_length=8)] = Field(default_factory=list)
    language: Language = "en"
    hours: Hours = Field(default_factory=dict)
    timezone: Zone = "UTC"
    slot_minutes: SlotMinutes = 0
    guidance: Guidance = ""
    procedures: Procedures = Field(default_factory=list)


class InboxChange(Body):
    name: Line200 | None = None
    origins: Annotated[list[Origin], Field(max_length=50)] | None = None
    collections: Annotated[list[Identifier], Field(max_length=200)] | None = None
    assistant: Line40 | None = None
    greeting: Line2000 | None = None
    prompts: Annotated[list[Line200], Field(max_length=8)] | None = None
    language: Language | None = None
    hours: Hours | None = None
    timezone: Zone | None = None
    slot_minutes: SlotMinutes | None = None
    guidance: Guidance | None = None
    procedures: Procedures | None = None


class PersonRow(PersonFace):
    active: bool
    created_at: datetime


class PeopleList(Shape):
    people: list[PersonRow]


class NewPersonRow(PersonRow):
    """password: the one that was made, shown once."""

    password: str | None


class ApiKeyRow(Shape):
    id: str
    name: str
    prefix: str
    scopes: list[str]
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


class NewApiKeyRow(ApiKeyRow):
    """key: shown once."""

    key: str | None


class ApiKeyList(Shape):
    api_keys: list[ApiKeyRow]


Span = list[str]


class OpeningHours(BaseModel):
    """Pairs of HH:MM; a day that is left out is closed."""

    mon: list[Span] | None = None
    tue: list[Span] | None = None
    wed: list[Span] | None = None
    thu: list[Span] | None = None
    fri: list[Span] | None = None
    sat: list[Span] | None = None
    sun: list[Span] | None = None


class InboxRow(Shape):
    id: str
    key: str
    name: str
    channel: str
    assistant: str
    greeting: str
    language: str
    origins: list[str]
    collections: list[str]
    prompts: list[str]
    hours: OpeningHours
    timezone: str
    slot_minutes: int
    guidance: str
    procedures: list[ProcedureShape]


class InboxList(Shape):
    inboxes: list[InboxRow]


class EntryActor(Shape):
    kind: str
    id: str | None


class EntryRow(Shape):
    number: int
    id: str
    actor: EntryActor
    action: str
    object: str | None
    detail: Free | None
    erased: bool
    at: datetime


class AuditPage(Shape):
    """next: give it as `before`."""

    entries: list[EntryRow]
    next: int | None


@router.get("/people", responses=gives(PeopleList))
async def list_people(scope: Admin, database: Db) -> dict[str, Any]:
    return {"people": [_person_view(one) for one in await database.read(person.list_people, scope)]}


@router.post("/people", status_code=201, responses=gives(NewPersonRow, 201))
async def add_person(body: NewPerson, scope: Admin, here: Here, key: Key) -> Response:
    """Without a password one is made and shown once, as `password`."""
    shown = None if body.password else generate_password()
    new = person.NewPerson(new_id("prs"), body.name, body.email, body.role, await here.passwords.hash(body.password or shown or ""))
    entry = new_id("aud")

    def make(connection: Connection) -> dict[str, Any]:
        made = person.create_person(connection, scope, new, here.now)
        audit.record(connection, scope, "person.created", made.id, {"role": made.role}, entry_id=entry, at=here.now)
        return _person_view(made) | {"password": shown}

    return (await here.database.write(once, scope, key, here.now, make, status=201, shown_once="password")).response()


@router.patch("/people/{id}", responses=gives(PersonRow))
async def change_person(id: PathId, body: PersonChange, scope: Admin, here: Here, key: Key) -> Response:
    """`active: false` ends every session of that person at once."""
    changes = body.model_dump(exclude_none=True)
    entry = new_id("aud")

    def make(connection: Connection) -> dict[str, Any]:
        changed = person.change_person(connection, scope, id, **changes)
        noted = {name: value for name, value in changes.items() if name != "name"}
        audit.record(connection, scope, "person.changed", id, noted, entry_id=entry, at=here.now)
        return _person_view(changed)

    return (await here.database.write(once, scope, key, here.now, make)).response()


@router.get("/api-keys", responses=gives(ApiKeyList))
async def list_api_keys(scope: Admin, database: Db) -> dict[str, Any]:
    return {"api_keys": [_key_view(one) for one in await database.read(api_keys.list_api_keys, scope)]}


@router.post("/api-keys", status_code=201, responses=gives(NewApiKeyRow, 201))
async def add_api_key(body: NewApiKey, scope: Admin, here: Here, key: Key) -> Response:
    """The key itself is shown once, as `key`; a repeat with the same Idempotency-Key shows null."""
    secret = new_secret(api_keys.PREFIX)
    new = api_keys.NewApiKey(new_id("key"), body.name, frozenset(body.scopes), secret[:10], hash_token(secret))
    entry = new_id("aud")

    def make(connection: Connection) -> dict[str, Any]:
        made = api_keys.create_api_key(connection, scope, new, here.now)
        audit.record(connection, scope, "api_key.created", made.id, {"scopes": list(made.scopes)}, entry_id=entry, at=here.now)
        return _key_view(made) | {"key": secret}

    return (await here.database.write(once, scope, key, here.now, make, status=201, shown_once="key")).response()


@router.delete("/api-keys/{id}", status_code=204)
async def revoke_api_key(id: PathId, scope: Admin, database: Db, now: Now, key: Key) -> Response:
    entry = new_id("aud")

    def make(connection: Connection) -> None:
        api_keys.revoke_api_key(connection, scope, id, now)
        audit.record(connection, scope, "api_key.revoked", id, entry_id=entry, at=now)

    return (await database.write(once, scope, key, now, make, status=204)).response()


@router.get("/inboxes", responses=gives(InboxList))
async def list_inboxes(scope: Admin, database: Db) -> dict[str, Any]:
    return {"inboxes": [inbox_view(one) for one in await database.read(inboxes.list_inboxes, scope)]}


@router.post("/inboxes", status_code=201, responses=gives(InboxRow, 201))
async def add_inbox(body: NewInbox, scope: Admin, database: Db, now: Now, key: Key) -> Response:
    new = new_inbox(**body.model_dump(exclude_none=True))
    entry = new_id("aud")

    def make(connection: Connection) -> dict[str, Any]:
        _check_collections(connection, scope, new.collections)
        made = inboxes.create_inbox(connection, scope, new, now)
        audit.record(connection, scope, "inbox.created", made.id, {"origins": list(made.origins)}, entry_id=entry, at=now)
        return inbox_view(made)

    return (await database.write(once, scope, key, now, make, status=201)).response()


@router.patch("/inboxes/{id}", responses=gives(InboxRow))
async def change_inbox(id: PathId, body: InboxChange, scope: Admin, here: Here, key: Key) -> Response:
    changes = body.model_dump(exclude_none=True)
    entry = new_id("aud")

    def make(connection: Connection) -> dict[str, Any]:
        changed = inboxes.change_inbox(connection, scope, id, changes)
        _check_collections(connection, scope, changes.get("collections", ()))
        audit.record(connection, scope, "inbox.changed", id, changes, entry_id=entry, at=here.now)
        return inbox_view(changed)

    return (await here.database.write(once, scope, key, here.now, make)).response()


@router.get("/audit", responses=gives(AuditPage))
async def read_audit(scope: Auditor, database: Db, before: Before = None, limit: Limit = 100) -> dict[str, Any]:
    """Newest first; `next`: give it as `before`, or null at the end."""
    entries = await database.read(audit.list_entries, scope, before=before, limit=limit)
    return {"entries": [_entry_view(one) for one in entries], "next": entries[-1].number if len(entries) == limit else None}


def new_inbox(**fields: Any) -> inboxes.Inbox:
    """With an id and a public key of its own."""
    return inboxes.Inbox(id=new_id("inb"), key=new_id("ibx").removeprefix("ibx_"), **fields)


def _check_collections(connection: Connection, scope: Scope, ids: Sequence[str]) -> None:
    """In the unit that has an inbox read them. Raises Invalid for one that is not there, or not ours."""
    mine = select(collection.c.id).where(collection.c.workspace == scope.workspace, collection.c.id.in_(ids))
    known = set(connection.scalars(mine))
    wrong = [
        {"field": f"collections.{place}", "message": "There is no such collection."} for place, id in enumerate(ids) if id not in known
    ]
    if wrong:
        raise Invalid("An inbox reads collections that exist.", errors=wrong)


def inbox_view(inbox: inboxes.Inbox) -> dict[str, Any]:
    names = ("id", "key", "name", "channel", "assistant", "greeting", "language", "hours", "timezone", "slot_minutes", "guidance")
    return {name: getattr(inbox, name) for name in names} | {
        name: list(getattr(inbox, name)) for name in ("origins", "collections", "prompts", "procedures")
    }


def _person_view(one: person.Person) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "email": one.email, "role": one.role, "active": one.active, "created_at": iso(one.created_at)}


def _key_view(one: api_keys.ApiKey) -> dict[str, Any]:
    revoked = iso(one.revoked_at) if one.revoked_at else None
    made = {"id": one.id, "name": one.name, "prefix": one.prefix, "scopes": list(one.scopes), "created_by": one.created_by}
    return made | {"created_at": iso(one.created_at), "revoked_at": revoked}


def _entry_view(entry: audit.Entry) -> dict[str, Any]:
    actor = {"kind": entry.actor_kind, "id": entry.actor}
    names = ("number", "id", "action", "object", "detail", "erased")
    return {name: getattr(entry, name) for name in names} | {"actor": actor, "at": iso(entry.at)}
