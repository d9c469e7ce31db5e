"""The demo company as rows: its workspace, people, collections and two inboxes, founded in one unit."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from api.admin import new_inbox
from api.demo.cast import hire, write_sign_ins
from api.demo.catalogue import SHOP
from api.demo.library import DOCUMENTATION
from api.demo.pages import COLLECTIONS, DOCS_PROMPTS, PROMPTS
from chat import inboxes
from core.clock import now_ms
from core.database import Database
from core.errors import Misconfigured, NotFound
from core.ids import new_id
from core.scope import Actor, Scope, system_scope
from core.settings import Settings
from core.tables import workspace as workspace_table
from knowledge.collections import create_collection
from knowledge.record import Moment, moment
from people import audit, person

HANDBOOK = "Team handbook"
STORE, DOCS = f"{SHOP} store", "Documentation site"
Origins = tuple[str, ...]


@dataclass(frozen=True)
class _Company:
    """All that the one founding unit writes, made before it."""

    workspace: str
    people: list[person.NewPerson]
    inboxes: tuple[inboxes.Inbox, inboxes.Inbox]
    collections: dict[str, tuple[str, Moment]]
    entry: str


def find_company(database: Database) -> Scope | None:
    """Raises Misconfigured when the data folder belongs to a company that is not the demo."""
    found = database.read_now(_demo_workspace)
    return system_scope(found, "demo") if found else None


def found_company(database: Database, settings: Settings, origins: Origins) -> Scope:
    people, sign_ins = hire()
    # Before the commit: people whose passwords nobody has could never sign in.
    write_sign_ins(settings.data, sign_ins, f"{settings.origin}/console/")
    at = now_ms()
    names = (*COLLECTIONS, HANDBOOK, DOCUMENTATION)
    collections = {name: (new_id("col"), moment(at)) for name in names}
    company = _Company(new_id("wsp"), people, _new_doors(origins), collections, new_id("aud"))
    return database.write_now(_found, company, at)


def _new_doors(origins: Origins) -> tuple[inboxes.Inbox, inboxes.Inbox]:
    wren = f"Hi, I'm Wren. I answer from {SHOP}'s help articles, and I can get you a person."
    scout = "Hi, I'm Scout. Ask me about the documentation; I show where each answer comes from."
    return (
        new_inbox(name=STORE, origins=origins, assistant="Wren", greeting=wren, prompts=PROMPTS),
        new_inbox(name=DOCS, origins=origins, assistant="Scout", greeting=scout, prompts=DOCS_PROMPTS),
    )


def _demo_workspace(connection: Connection) -> str | None:
    row = connection.execute(select(workspace_table.c.id, workspace_table.c.demo).order_by(workspace_table.c.created_at).limit(1)).first()
    if row and not row.demo:
        raise Misconfigured("this data folder holds a company already; give the demo one of its own with WARMLINE_DATA")
    return row.id if row else None


def _found(connection: Connection, company: _Company, at: int) -> Scope:
    values = {"id": company.workspace, "name": SHOP, "position": 0, "demo": True, "created_at": at}
    connection.execute(workspace_table.insert().values(**values))
    scope = system_scope(company.workspace, "demo")
    for one in company.people:
        person.create_person(connection, scope, one, at)
    made = {name: create_collection(connection, scope, name, *keys).id for name, keys in company.collections.items()}
    reads = (tuple(made[name] for name in COLLECTIONS), (made[DOCUMENTATION],))
    for later, (door, collections) in enumerate(zip(company.inboxes, reads, strict=True)):
        # A moment apart, so that the shop's stays the first inbox wherever they are listed.
        inboxes.create_inbox(connection, scope, door, at + later)
        inboxes.change_inbox(connection, scope, door.id, {"collections": collections})
    audit.record(connection, scope, "workspace.set_up", company.workspace, entry_id=company.entry, at=at)
    return scope


def open_doors(connection: Connection, scope: Scope, origins: tuple[str, ...]) -> tuple[inboxes.Inbox, inboxes.Inbox]:
    """The two inboxes; the shop may have moved to another port since the last start."""
    by_name = {one.name: one for one in inboxes.list_inboxes(connection, scope)}
    if not {STORE, DOCS} <= by_name.keys():
        raise NotFound("the demo's inboxes are gone; start it in a new data folder")
    for one in (by_name[STORE], by_name[DOCS]):
        missing = tuple(origin for origin in origins if origin not in one.origins)
        if missing:
            by_name[one.name] = inboxes.change_inbox(connection, scope, one.id, {"origins": one.origins + missing})
    return by_name[STORE], by_name[DOCS]


def editor_of(connection: Connection, scope: Scope) -> Scope:
    """The articles are Mara's, so that the knowledge page shows who wrote them."""
    for one in person.list_people(connection, scope):
        if one.role == "editor":
            return Scope(scope.workspace, Actor("person", one.id, one.name, one.role))
    return scope


def close_company(connection: Connection, scope: Scope) -> None:
    """A unit: the doors open nothing any more, and the demo's people but the last admin can no longer sign in."""
    for one in inboxes.list_inboxes(connection, scope):
        if one.name in (STORE, DOCS):
            inboxes.change_inbox(connection, scope, one.id, {"origins": (), "collections": ()})
    for member in person.list_people(connection, scope):
        if member.email.endswith("@holmandlark.example") and member.role != "admin" and member.active:
            person.deactivate(connection, scope, member.id)
    # From here on it is a company like any other, and the demo refuses to move in again.
    connection.execute(update(workspace_table).where(workspace_table.c.id == scope.workspace).values(demo=False))
