"""The way from the bot to a person and back. Each verb is one transaction; who loses a race is told who won."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, update

from chat.conversation import author_of, locked
from chat.events import Author, Event
from chat.log import Draft, append, read
from chat.state import Conversation
from core.errors import Conflict
from core.scope import Scope
from handoff.brief import bare_brief, build_brief
from handoff.tables import desk


class AlreadyAssigned(Conflict):
    """extra `agent`: {id, name} of the one who has it."""

    code = "already_assigned"
    title = "A colleague has this conversation"


class NotWaiting(Conflict):
    code = "not_waiting"
    title = "This conversation is not waiting for anybody"


@dataclass(frozen=True)
class Handoff:
    """reason: a handoff reason of the glossary. reason_text: one honest sentence for the customer. sentiment: of the newest message."""

    reason: str
    reason_text: str
    decision: dict[str, Any] | None = None
    sentiment: dict[str, Any] | None = None


def request(
    connection: Connection,
    workspace: str,
    state: Conversation,
    handoff: Handoff,
    author: Author,
    draft_id: str,
    at: int,
    covers: int | None,
) -> Event:
    """Appends handoff.requested with the brief. The caller holds the conversation's lock; covers as in the log."""
    episode = [e for e in read(connection, workspace, state.id) if e.episode == state.episode]
    brief = build_brief(episode, handoff.reason, handoff.sentiment)
    body: dict[str, Any] = {"reason": handoff.reason, "reason_text": handoff.reason_text, "brief": brief}
    if handoff.decision:
        body["decision"] = handoff.decision
    return append(connection, workspace, state.id, Draft("handoff.requested", author, draft_id, at, body, covers=covers))[0]


def request_barely(connection: Connection, workspace: str, state: Conversation, handoff: Handoff, draft: Draft) -> Event:
    """As `request` where that failed: without a story, so that nothing of the conversation's contents can make it fail too. draft: gives
    author, id, time and covers."""
    body = {"reason": handoff.reason, "reason_text": handoff.reason_text, "brief": bare_brief(handoff.reason)}
    return append(connection, workspace, state.id, replace(draft, kind="handoff.requested", body=body), state.epoch)[0]


def ask_for_person(connection: Connection, scope: Scope, conversation_id: str, reason_text: str, draft_id: str, at: int) -> int:
    """The customer's own button; returns the seq. Already waiting or with a person: nothing more happens."""
    state = locked(connection, scope, conversation_id)
    if state.status != "open":
        raise Conflict("This conversation is resolved; write a message to open it again")
    if state.mode != "bot":
        return state.handoff_seq or state.seq
    handoff = Handoff("asked_for_human", reason_text)
    return request(connection, scope.workspace, state, handoff, author_of(scope), draft_id, at, covers=state.uncovered).seq


def accept(connection: Connection, scope: Scope, conversation_id: str, draft_id: str, at: int) -> tuple[Conversation, int]:
    """One compare-and-set under the conversation's lock: the first wins. Also takes a conversation over from the bot."""
    state = locked(connection, scope, conversation_id)
    if state.status != "open":
        raise NotWaiting()
    if state.mode == "human":
        if state.agent == scope.actor.id:
            return state, state.seq
        raise AlreadyAssigned(f"{state.agent_name} has this conversation", agent={"id": state.agent, "name": state.agent_name})
    body = {"agent": {"id": scope.actor.id, "name": scope.actor.name}}
    event, after = append(
        connection, scope.workspace, conversation_id, Draft("conversation.assigned", author_of(scope), draft_id, at, body)
    )
    mark_busy(connection, scope, at)
    return after, event.seq


def return_to_bot(connection: Connection, scope: Scope, conversation_id: str, draft_id: str, at: int) -> int:
    """Old signals cannot trigger again: decide reads only what came after this event."""
    state = locked(connection, scope, conversation_id)
    if state.status != "open" or state.mode == "bot":
        raise NotWaiting("The bot has this conversation already" if state.mode == "bot" else "This conversation is resolved")
    event, _ = append(connection, scope.workspace, conversation_id, Draft("conversation.returned", author_of(scope), draft_id, at))
    mark_busy(connection, scope, at)
    return event.seq


def mark_busy(connection: Connection, scope: Scope, at: int) -> None:
    here = (desk.c.workspace == scope.workspace) & (desk.c.person == scope.actor.id)
    connection.execute(update(desk).where(here).values(busy_at=at))
