"""`warmline agents …`: people, from the machine itself."""

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from api.commands.opened import opened
from core.clock import now_ms
from core.errors import NotFound
from core.ids import new_id
from core.scope import Scope
from people import audit
from people.passwords import generate_password, hash_password
from people.person import NewPerson, Person, create_person, list_people
from people.session import change_password


def add(name: str, email: str, role: str) -> None:
    password = generate_password()
    new = NewPerson(new_id("prs"), name, email, role, hash_password(password))
    with opened() as here:
        here.database.write_now(_add, here.scope, new, new_id("aud"), now_ms())
    Console(highlight=False).print(f"{name} may sign in as {new.email} with the password {password}  (shown only now)", markup=False)


def show() -> None:
    with opened() as here:
        people: list[Person] = here.database.read_now(list_people, here.scope)
    table = Table("name", "e-mail", "role", "active")
    for person in people:
        table.add_row(person.name, person.email, person.role, "yes" if person.active else "no")
    Console().print(table)


def new_password(email: str) -> None:
    password = generate_password()
    hashed = hash_password(password)
    with opened() as here:
        found = [one for one in here.database.read_now(list_people, here.scope) if one.email == email.strip().lower()]
        if not found:
            raise NotFound(f"nobody here has the address {email}")
        here.database.write_now(_change, here.scope, found[0].id, hashed, new_id("aud"), now_ms())
    Console(highlight=False).print(f"New password of {email}: {password}  (shown only now)", markup=False)


def _add(connection: Connection, scope: Scope, new: NewPerson, entry_id: str, at: int) -> None:
    create_person(connection, scope, new, at)
    audit.record(connection, scope, "person.added", new.id, {"role": new.role}, entry_id=entry_id, at=at)


def _change(connection: Connection, scope: Scope, person_id: str, hashed: str, entry_id: str, at: int) -> None:
    change_password(connection, scope, person_id, hashed)
    audit.record(connection, scope, "person.password_changed", person_id, entry_id=entry_id, at=at)
