"""`warmline erase`: what a contact wrote and was written to them leaves the log and the audit; the course of the conversations stays."""

from rich.console import Console
from sqlalchemy import Connection

from api.commands.opened import opened
from chat.contacts import find_contact
from chat.erase import erase_contact
from chat.log import state_of
from core.clock import now_ms
from core.ids import new_id
from core.scope import Scope
from evals.kept_cases import forget_contact
from people import audit


def erase(who: str) -> None:
    """who: the id of a contact or of one of their conversations. Raises NotFound."""
    entries = (new_id("aud"), new_id("aud"))
    with opened("erase") as here:
        contact, events = here.database.write_now(_erase, here.scope, who, entries, now_ms())
    Console(highlight=False).print(f"Erased {contact}: {events} events are empty now, and their token opens nothing any more.")


def _erase(connection: Connection, scope: Scope, who: str, entries: tuple[str, str], at: int) -> tuple[str, int]:
    contact = (
        state_of(connection, scope.workspace, who).contact if who.startswith("cnv_") else find_contact(connection, scope.workspace, who).id
    )
    events = erase_contact(connection, scope, contact, at)
    forget_contact(connection, scope, contact)
    audit.erase(connection, scope, contact, entry_id=entries[0], at=at)
    audit.record(connection, scope, "contact.erased", contact, {"events": events}, entry_id=entries[1], at=at)
    return contact, events
