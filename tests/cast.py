"""The named cast of the tests, and the few verbs that put them on stage through the domain functions."""

from typing import Any

from chat import contacts, conversation
from chat.inboxes import Inbox, create_inbox
from chat.state import Conversation
from core.database import Database
from core.ids import new_id
from core.scope import Actor, Scope
from people.session import hash_token

WORKSPACE, OTHER = "wsp_main", "wsp_other"
NOW = 1_767_225_600_000


def person(name: str, role: str = "agent", workspace: str = WORKSPACE) -> Scope:
    return Scope(workspace, Actor("person", f"prs_{name.lower()}", name, role))


LEA, SAM = person("Lea"), person("Sam")
STRANGER = person("Stranger", "admin", OTHER)


def shop(database: Database, workspace: str = WORKSPACE) -> Inbox:
    new = Inbox(new_id("inb"), new_id("key"), "Shop", workspace)
    return database.write_now(create_inbox, person("Setup", "admin", workspace), new, NOW)


def visitor(database: Database, inbox: Inbox) -> Scope:
    contact = new_id("con")
    database.write_now(contacts.add_visitor, inbox.workspace, inbox.id, hash_token(contact), contact, "en", NOW)
    return Scope(inbox.workspace, Actor("visitor", contact, inbox=inbox.id, contact=contact))


def opened(database: Database, who: Scope) -> str:
    made: Conversation = database.write_now(conversation.open_conversation, who, new_id("cnv"), None, new_id("evt"), NOW)
    return made.id


def says(database: Database, who: Scope, conversation_id: str, text: str, at: int = NOW, **body: Any) -> int:
    ids = (new_id("msg"), new_id("evt"))
    event = database.write_now(conversation.post_message, who, conversation_id, {"text": text, **body}, ids, at)
    return event.seq
