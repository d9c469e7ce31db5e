"""A follower handles each event once, however many processes follow."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

from cast import NOW, WORKSPACE, opened, says, shop, visitor
from sqlalchemy import Connection

from chat.events import SYSTEM, Event
from chat.follow import Follower
from chat.log import Draft, append, read
from core.database import Database
from core.ids import new_id


async def test_two_followers_of_one_name_handle_a_page_once(database: Database, beside: Database) -> None:
    ann = visitor(database, shop(database))
    cnv = opened(database, ann)
    says(database, ann, cnv, "hello")
    both_read, both_handle = asyncio.Barrier(2), threading.Barrier(2, timeout=1)

    async def prepare(workspace: str, events: Sequence[Event]) -> Any:
        # Both have read the same cursor by now.
        await both_read.wait()

    def handle(connection: Connection, workspace: str, events: Sequence[Event], prepared: Any) -> None:
        try:
            both_handle.wait()
        except threading.BrokenBarrierError:
            pass  # alone, as it should be
        for event in events:
            append(connection, workspace, event.conversation, Draft("note.added", SYSTEM, new_id("not"), NOW, {"text": event.kind}))

    await asyncio.gather(*(Follower(db, "noting", handle, prepare).step() for db in (database, beside)))
    notes = [event.body["text"] for event in database.read_now(read, WORKSPACE, cnv) if event.kind == "note.added"]
    assert notes == ["conversation.opened", "message.added"]
