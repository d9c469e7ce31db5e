"""What those who take part can do to a conversation. Each verb takes the connection and a Scope, appends, and returns what it appended."""

from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_

from chat import log, tables
from chat.contacts import is_erased
from chat.events import Author, Event
from chat.log import Draft
from chat.state import Conversation, conversation_of
from core.errors import Conflict, NotFound
from core.scope import Scope

conversation = tables.conversation
# Asked after every event.
_OWED = select(conversation.c.workspace, conversation.c.id).where(tables.owed).order_by(conversation.c.last_at).limit(bindparam("at_most"))


class Behind(Conflict):
    """extra `missed`: the customer's messages that the sender had not seen, as Events."""

    code = "behind"
    title = "The customer has written more since you last looked"


class NotAssigned(Conflict):
    code = "not_assigned"
    title = "Accept this conversation before you answer it"


def author_of(scope: Scope) -> Author:
    kind = {"visitor": "customer", "person": "agent", "api_key": "agent"}.get(scope.actor.kind, "system")
    return Author(kind, scope.actor.id, scope.actor.name)  # type: ignore[arg-type]


def find(connection: Connection, scope: Scope, conversation_id: str) -> Conversation:
    """The state if the caller may see it. A visitor sees their own in their inbox; people see the workspace. Raises NotFound."""
    return _visible(scope, log.state_of(connection, scope.workspace, conversation_id))


def locked(connection: Connection, scope: Scope, conversation_id: str) -> Conversation:
    """To be written to. Raises NotFound, or Conflict where it was erased: words that were on their way then must not come after."""
    state = _visible(scope, log.lock(connection, scope.workspace, conversation_id))
    if state.status == "resolved" and is_erased(connection, scope.workspace, state.contact):
        raise Conflict("This conversation was erased")
    return state


def _visible(scope: Scope, state: Conversation) -> Conversation:
    if scope.actor.kind == "visitor" and (state.contact != scope.actor.contact or state.inbox != scope.actor.inbox):
        raise NotFound()
    return state


def open_conversation(
    connection: Connection, scope: Scope, conversation_id: str, page: dict[str, Any] | None, draft_id: str, at: int
) -> Conversation:
    """By a visitor."""
    if scope.actor.inbox is None or scope.actor.contact is None or is_erased(connection, scope.workspace, scope.actor.contact):
        raise NotFound()
    draft = Draft("conversation.opened", author_of(scope), draft_id, at, {"page": page})
    return log.open_log(connection, scope.workspace, conversation_id, scope.actor.inbox, scope.actor.contact, draft)


def post_message(connection: Connection, scope: Scope, conversation_id: str, body: dict[str, Any], ids: tuple[str, str], at: int) -> Event:
    """A customer's message. On a resolved conversation it opens a new episode first. ids: of the message and of a reopening."""
    state = locked(connection, scope, conversation_id)
    author = author_of(scope)
    if scope.actor.signed:
        # Who they were when they wrote it: a token that ends later takes nothing back, one that begins later adds nothing.
        body = {**body, "signed": {"sub": scope.actor.signed.sub, "email": scope.actor.signed.email}}
    if state.status == "resolved":
        reopening = Draft("conversation.reopened", author, ids[1], at, {"episode": state.episode + 1})
        log.append(connection, scope.workspace, conversation_id, reopening)
    return log.append(connection, scope.workspace, conversation_id, Draft("message.added", author, ids[0], at, body))[0]


def reply(
    connection: Connection, scope: Scope, conversation_id: str, body: dict[str, Any], after_seq: int, draft_id: str, at: int
) -> Event:
    """An agent's message. Raises NotAssigned, or Behind when the customer wrote after after_seq."""
    state = locked(connection, scope, conversation_id)
    if state.agent != scope.actor.id or state.mode != "human":
        raise NotAssigned(agent={"id": state.agent, "name": state.agent_name} if state.agent else None)
    if state.last_customer_seq > after_seq:
        missed = log.read(connection, scope.workspace, conversation_id, after=after_seq)
        raise Behind(missed=[e for e in missed if e.kind == "message.added" and e.author.kind == "customer"])
    return log.append(connection, scope.workspace, conversation_id, Draft("message.added", author_of(scope), draft_id, at, body))[0]


def add_note(connection: Connection, scope: Scope, conversation_id: str, text: str, draft_id: str, at: int) -> Event:
    locked(connection, scope, conversation_id)
    return log.append(connection, scope.workspace, conversation_id, Draft("note.added", author_of(scope), draft_id, at, {"text": text}))[0]


def judge_answer(connection: Connection, scope: Scope, conversation_id: str, seq: int, right: bool | None, draft: tuple[str, int]) -> Event:
    """What a customer, or somebody who works here, says of the bot's message `seq`; None takes an earlier word back. The newest word of
    each side counts; saying what holds already appends nothing. draft: id and time. Raises NotFound where the bot said nothing."""
    state = locked(connection, scope, conversation_id)
    events = log.read(connection, scope.workspace, state.id, seq - 1)
    if not events or events[0].seq != seq or events[0].kind != "message.added" or events[0].author.kind != "bot" or events[0].erased:
        raise NotFound()
    author = author_of(scope)
    said = [e for e in events if e.kind == "answer.judged" and e.author.kind == author.kind and e.body.get("message") == seq]
    newest = said[-1] if said else events[0]
    if newest.body.get("right") == right:
        return newest
    body = {"message": seq, "right": right}
    return log.append(connection, scope.workspace, conversation_id, Draft("answer.judged", author, *draft, body))[0]


def resolve(connection: Connection, scope: Scope, conversation_id: str, draft_id: str, at: int) -> Event:
    state = locked(connection, scope, conversation_id)
    if state.status == "resolved":
        raise Conflict("This conversation is resolved already")
    draft = Draft("conversation.resolved", author_of(scope), draft_id, at, {}, covers=state.uncovered)
    return log.append(connection, scope.workspace, conversation_id, draft)[0]


def newest_of(connection: Connection, scope: Scope) -> str | None:
    """A visitor's newest conversation."""
    mine = (conversation.c.workspace == scope.workspace) & (conversation.c.contact == scope.actor.contact)
    query = select(conversation.c.id).where(mine, conversation.c.inbox == scope.actor.inbox).order_by(conversation.c.id.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def owed(connection: Connection, limit: int = 200) -> list[tuple[str, str]]:
    """(workspace, conversation) of every turn that the bot owes, over all workspaces: computed from the log's fold, never remembered."""
    return [(row.workspace, row.id) for row in connection.execute(_OWED, {"at_most": limit})]


# A row's place in a list: ms and id, as two rows may be of the same millisecond.
Mark = tuple[int, str]


def mark_of(state: Conversation, view: str) -> Mark:
    return (state.waiting_since or 0 if view == "queue" else state.last_at), state.id


def list_conversations(
    connection: Connection, scope: Scope, view: str = "all", past: Mark | None = None, words: str = "", limit: int = 50
) -> list[Conversation]:
    """By newest activity; the queue by longest wait. past: `mark_of` the last row of the former page."""
    query = select(conversation).where(conversation.c.workspace == scope.workspace)
    match view:
        case "mine":
            query = query.where(conversation.c.agent == scope.actor.id, conversation.c.status != "resolved")
        case "queue":
            query = query.where(conversation.c.mode == "queued", conversation.c.status == "open")
        case "bot":
            query = query.where(conversation.c.mode == "bot", conversation.c.status == "open", conversation.c.last_customer_seq > 0)
        case "closed":
            query = query.where(conversation.c.status == "resolved")
        case _:
            query = query.where(conversation.c.last_customer_seq > 0)
    if words:
        query = query.where(conversation.c.last_text.icontains(words, autoescape=True))
    if view == "queue":
        place = tuple_(conversation.c.waiting_since, conversation.c.id)
        query = query.order_by(conversation.c.waiting_since, conversation.c.id)
        query = query if past is None else query.where(place > tuple_(*past))
    else:
        place = tuple_(conversation.c.last_at, conversation.c.id)
        query = query.order_by(conversation.c.last_at.desc(), conversation.c.id.desc())
        query = query if past is None else query.where(place < tuple_(*past))
    return [conversation_of(row) for row in connection.execute(query.limit(limit))]
