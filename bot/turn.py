"""One turn of the bot: the customer's question in, exactly one answer or handoff out, whatever happens on the way."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.answer import START_ANEW
from bot.lease import Claim, LostTurn, NotYet, check, claim, let_go, release, renew
from bot.outcome import Outcome, Tools, outcome_of_failure, reach_outcome
from chat.conversation import owed
from chat.events import Author
from chat.live import Live
from chat.log import Draft, StaleEpoch, append, lock, read, state_of
from core.clock import Clock
from core.database import Database
from core.errors import NotFound
from core.ids import new_id
from core.log import log
from core.settings import Settings
from handoff.queue import Handoff, request

RESTARTS = 2
PAUSES_S = (1.0, 4.0, 16.0)
POLL_S = 5.0


@dataclass(frozen=True)
class Ids:
    """Made outside the unit, which may run twice."""

    message: str
    handoff: str

    @classmethod
    def new(cls) -> "Ids":
        return cls(new_id("msg"), new_id("evt"))


class Turns:
    """Works off the turns that the log says are owed; several processes may."""

    def __init__(self, tools: Tools, live: Live, settings: Settings, clock: Clock) -> None:
        self.database: Database = tools.database
        self.tools, self.live, self.settings, self.clock = tools, live, settings, clock
        self._under_way: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(settings.turn_workers)

    async def run(self) -> None:
        with self.database.wakes.subscribe("events", "turns") as woken:
            while True:
                for workspace, conversation in await self.database.read(owed):
                    if conversation not in self._under_way:
                        self._start(workspace, conversation)
                await woken.wait(POLL_S)

    async def drain(self, seconds: float) -> None:
        """Before the process ends: lets turns under way finish; what is left is overtaken when its lease runs out."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()

    def _start(self, workspace: str, conversation: str) -> None:
        self._under_way.add(conversation)
        task = asyncio.get_running_loop().create_task(self._work(workspace, conversation))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, workspace: str, conversation: str) -> None:
        pause = 0.0
        try:
            async with self._room:
                pause = await self._claim_and_take(workspace, conversation)
        except Exception:
            log.error("turn_lost", conversation=conversation, exc_info=True)
            pause = PAUSES_S[0]
        finally:
            # A later try, without holding a place meanwhile.
            asyncio.get_running_loop().call_later(pause, self._again, conversation)

    def _again(self, conversation: str) -> None:
        self._under_way.discard(conversation)
        self.database.wakes.wake("turns")

    async def _claim_and_take(self, workspace: str, conversation: str) -> float:
        """Returns the seconds after which to look again."""
        mine = await self.database.write(claim, workspace, conversation, self.settings.turn_lease_s, self.clock.now())
        if mine is None:
            return 0.0
        if isinstance(mine, NotYet):
            return min(mine.wait_ms / 1000, POLL_S)
        keeper = asyncio.get_running_loop().create_task(self._keep(mine))
        try:
            await self._take(mine)
        except (StaleEpoch, LostTurn, NotFound, IntegrityError) as error:
            # Somebody else speaks now, or another worker was faster: nothing of this turn is shown.
            log.info("turn_dropped", conversation=conversation, why=type(error).__name__)
            await self.database.write(let_go, mine, 0.0)
        finally:
            keeper.cancel()
        return 0.0

    async def _keep(self, mine: Claim) -> None:
        while await self.database.write(renew, mine, self.settings.turn_lease_s):  # noqa: ASYNC110  it is the clock that is waited for
            await asyncio.sleep(self.settings.turn_lease_s / 4)

    async def _take(self, mine: Claim) -> None:
        for restart in range(RESTARTS + 1):
            turn = new_id("trn")
            self.live.begin(mine.state.id, turn, mine.state.epoch)
            try:
                outcome = await self._reach(mine, turn)
                if outcome is None:
                    return
                if await self.database.write(finish, mine, outcome, Ids.new(), self.clock.now(), restart < RESTARTS):
                    return
            finally:
                self.live.end(mine.state.id, turn)
            # The customer wrote more meanwhile: start again with both.
            mine = await self.database.read(_newer, mine)

    async def _reach(self, mine: Claim, turn: str) -> Outcome | None:
        """None when the attempt failed and another is to follow after a pause."""
        events = await self.database.read(read, mine.workspace, mine.state.id)

        def show(piece: str) -> None:
            if piece == START_ANEW:
                self.live.begin(mine.state.id, turn, mine.state.epoch)
            else:
                self.live.write(mine.state.id, turn, piece)

        try:
            return await asyncio.wait_for(reach_outcome(self.tools, mine, events, show), self.settings.turn_deadline_s)
        except (StaleEpoch, NotFound):
            raise
        except Exception as error:
            log.error("turn_failed", conversation=mine.state.id, attempt=mine.attempt, exc_info=True)
            if mine.attempt >= self.settings.turn_attempts:
                return outcome_of_failure(error)
            await self.database.write(let_go, mine, PAUSES_S[min(mine.attempt, len(PAUSES_S)) - 1])
            return None


def _newer(connection: Connection, mine: Claim) -> Claim:
    state = state_of(connection, mine.workspace, mine.state.id)
    if not state.owed or state.epoch != mine.state.epoch:
        raise StaleEpoch()
    return replace(mine, state=state)


def finish(connection: Connection, mine: Claim, outcome: Outcome, ids: Ids, at: int, may_restart: bool) -> bool:
    """The final unit. False: a newer message is there, nothing was appended.

    Raises LostTurn, StaleEpoch, IntegrityError (covered already).
    """
    state = lock(connection, mine.workspace, mine.state.id)
    check(connection, mine)
    if state.epoch != mine.state.epoch:
        raise StaleEpoch()
    if state.last_customer_seq > mine.covers and may_restart:
        return False
    author = Author("bot", "bot", outcome.assistant)
    covers: int | None = mine.covers
    if outcome.message is not None:
        body: dict[str, Any] = {**outcome.message, "decision": outcome.decision}
        _, state = append(
            connection, mine.workspace, state.id, Draft("message.added", author, ids.message, at, body, covers), mine.state.epoch
        )
        covers = None
    if outcome.reason is not None:
        handoff = Handoff(outcome.reason, outcome.reason_text, outcome.decision, outcome.sentiment)
        request(connection, mine.workspace, state, handoff, author, ids.handoff, at, covers)
    release(connection, mine)
    return True
