"""The agent's one stream: everything of the workspace by position, whole conversations when they are assigned, and who is there."""

import math
import time
from typing import Any

from sqlalchemy import Connection

from api import streams
from api.house import House
from api.snapshots import read_snapshot, summaries, with_live
from api.team import read_team
from chat import log
from chat.conversation import list_conversations
from chat.events import Event
from chat.views import agent_view
from core.ids import new_id
from core.scope import Scope
from handoff import presence


async def agent_frames(door: streams.Door, cursor: int) -> streams.Body:
    """Holds the agent's presence for as long as the stream is open."""
    house, workspace, me = door.house, door.scope.workspace, door.scope.actor.id
    stream, renewed = new_id("str"), -math.inf
    at_desk = door.scope.actor.kind == "person"
    held = _Held()
    lease = house.settings.presence_lease_s
    with house.database.wakes.subscribe(f"workspace {workspace}", f"presence {workspace}") as woken:
        try:
            for state in await house.database.read(list_conversations, door.scope, "mine"):
                held.watch(state.id, woken)
            while True:
                if not await door.valid():
                    yield streams.frame("closed", {"reason": "signed_out"})
                    return
                if at_desk and time.monotonic() - renewed > lease / 3:
                    await house.database.write(presence.renew, door.scope, stream, lease)
                    renewed = time.monotonic()
                events, rows, whole = await house.database.read(_news, door.scope, cursor)
                if events:
                    cursor = events[-1].position
                    yield _chunk(house, events, rows, whole)
                held.follow(events, me, woken)
                if len(events) < streams.PAGE:
                    if news := await held.news(house, door.scope):
                        yield news
                    if not await streams.pause(door, woken, at_most=min(lease / 3, 2 if held.typing else 30)):
                        yield streams.farewell()
                        return
        finally:
            if at_desk:
                await streams.shielded(house.database.write(presence.leave, door.scope, stream))


def _news(connection: Connection, scope: Scope, after: int) -> tuple[list[Event], list[dict[str, Any]], list[dict[str, Any]]]:
    """Events after a position, the changed rows of the list, and the conversations that were assigned to the reader among them."""
    events = log.read_workspace(connection, scope.workspace, after, streams.PAGE)
    touched = {event.conversation: log.state_of(connection, scope.workspace, event.conversation) for event in events}
    rows = summaries(connection, scope.workspace, [state for state in touched.values() if state.last_customer_seq]) if touched else []
    mine = {e.conversation for e in events if e.kind == "conversation.assigned" and e.body["agent"]["id"] == scope.actor.id}
    return events, rows, [read_snapshot(connection, scope, touched[id]) for id in mine]


def _chunk(house: House, events: list[Event], rows: list[dict[str, Any]], whole: list[dict[str, Any]]) -> bytes:
    def view(event: Event) -> Any:
        shown = agent_view(event)
        return {**shown, "position": event.position, "conversation": event.conversation} if shown else None

    log_frames = streams.pages(events, view, lambda e: e.position)
    snapshots = [streams.frame("snapshot", {"conversation": with_live(one, house.live)}) for one in whole]
    lines = [streams.frame("summary", {"conversation": row}) for row in rows]
    return b"".join([log_frames, *snapshots, *lines])


class _Held:
    """The live state of the conversations that this agent holds, and of the team."""

    def __init__(self) -> None:
        self.conversations: dict[str, streams.LiveCursor] = {}
        self.team: list[dict[str, Any]] = []

    @property
    def typing(self) -> bool:
        return any(cursor.typing for cursor in self.conversations.values())

    def follow(self, events: list[Event], me: str, woken: Any) -> None:
        for event in events:
            if event.kind == "conversation.assigned" and event.body["agent"]["id"] == me:
                self.watch(event.conversation, woken)
            elif event.kind in ("conversation.resolved", "conversation.returned"):
                self.conversations.pop(event.conversation, None)

    def watch(self, conversation: str, woken: Any) -> None:
        self.conversations.setdefault(conversation, streams.LiveCursor())
        woken.add(f"live {conversation}")

    async def news(self, house: House, scope: Scope) -> bytes:
        chunks = [cursor.news(house, id, None, "agent", {"conversation": id}) for id, cursor in self.conversations.items()]
        team = await house.database.read(read_team, scope, house.settings.agent_capacity)
        if team != self.team:
            self.team = team
            chunks.append(streams.frame("presence", {"agents": team}))
        return b"".join(chunks)
