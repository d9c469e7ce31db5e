"""When nothing else could be written: a handoff that says no more than that the bot could not answer."""

from sqlalchemy import Connection, select

from bot.lease import Claim, check, release
from chat.events import Author
from chat.log import Draft, StaleEpoch, lock
from chat.tables import event
from handoff.decide import Signals, Thresholds
from handoff.queue import Handoff, request_barely
from handoff.why import why

BOT = Author("bot", "bot")


def hand_over(connection: Connection, mine: Claim, draft_id: str, at: int) -> None:
    """A unit. Raises LostTurn, StaleEpoch."""
    state = lock(connection, mine.workspace, mine.state.id)
    check(connection, mine)
    if state.epoch != mine.state.epoch:
        raise StaleEpoch()
    here = (event.c.workspace == mine.workspace) & (event.c.conversation == state.id) & (event.c.covers == mine.covers)
    taken = connection.execute(select(event.c.seq).where(here)).first()
    text = why("bot_unavailable", Signals(bot_available=False), Thresholds()).customer
    draft = Draft("handoff.requested", BOT, draft_id, at, covers=None if taken else mine.covers)
    request_barely(connection, mine.workspace, state, Handoff("bot_unavailable", text), draft)
    release(connection, mine)
