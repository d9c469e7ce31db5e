"""One turn of the bot: the customer's question in, exactly one answer or handoff out, whatever happens on the way."""

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from bot.answer import START_ANEW
from bot.last_resort import hand_over
from bot.lease import Claim, LostTurn, NotYet, Overtaken, check, claim, let_go, release, renew
from bot.outcome import Outcome, Tools, outcome_of_failure, reach_outcome, read_for
from chat.conversation import owed
from chat.events import Author
from chat.live import Live
from chat.log import Draft, StaleEpoch, append, lock, state_of
from core.clock import Clock
from core.database import Database
from core.ids import new_id
from core.log import log
from core.settings import Settings
from handoff.queue import Handoff, request

RESTARTS = 2
PAUSES_S = (1.0, 4.0, 16.0)
POLL_S = 5.0
LET_GO_S = 2.0


@dataclass(frozen=True)
class Ids:
    """Made outside the unit, which may run twice."""

    message: str
    handoff: str

    @classmethod
    def new(cls) -> "Ids":
        return cls(new_id("msg"), new_id("evt"))


@dataclass
class Screen:
    """What the customer sees of the answer under way. A text that takes the place of a withdrawn one gets a name of its own: under the old
    one, whoever reads the stream would put it behind what they have."""

    live: Live
    conversation: str
    epoch: int
    turn: str = ""

    def begin(self) -> None:
        self.turn = new_id("trn")
        self.live.begin(self.conversation, self.turn, self.epoch)

    def show(self, piece: str) -> None:
        if piece == START_ANEW:
            self.begin()
        else:
            self.live.write(self.conversation, self.turn, piece)

    def end(self) -> None:
        self.live.end(self.conversation, self.turn)


class Turns:
    """Works off the turns that the log says are owed; several processes may."""

    def __init__(self, tools: Tools, live: Live, settings: Settings, clock: Clock) -> None:
        self.database: Database = tools.database
        self.tools, self.live, self.settings, self.clock = tools, live, settings, clock
        self._under_way: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(settings.turn_workers)
        self._draining = False
        # By conversation: when the first attempt at what it is owed began; the deadline counts from there.
        self._began: dict[str, float] = {}

    async def run(self) -> None:
        with self.database.wakes.subscribe("events", "turns") as woken:
            while True:
                for workspace, conversation in await self.database.read(owed):
                    if conversation not in self._under_way and not self._draining:
                        self._start(workspace, conversation)
                await woken.wait(POLL_S)

    async def drain(self, seconds: float) -> None:
        """Before the process ends: lets turns under way finish; the leases of those that do not are given up, so that another process need
        not wait for them to run out."""
        self._draining = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=LET_GO_S)

    def _start(self, workspace: str, conversation: str) -> None:
        self._under_way.add(conversation)
        task = asyncio.get_running_loop().create_task(self._work(workspace, conversation))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, workspace: str, conversation: str) -> None:
        pause = 0.0
        try:
            async with self._room:
                if not self._draining:
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
        if mine.attempt == 1 or conversation not in self._began:
            self._began[conversation] = time.monotonic()
        keeper = asyncio.get_running_loop().create_task(self._keep(mine))
        try:
            await self._take(mine)
            self._began.pop(conversation, None)
        except (StaleEpoch, LostTurn) as error:
            # Somebody else speaks now, or another worker was faster: nothing of this turn is shown.
            log.info("turn_dropped", conversation=conversation, why=type(error).__name__)
            await self.database.write(let_go, mine, 0.0, failed=False)
        except asyncio.CancelledError:
            await self.database.write(let_go, mine, 0.0, failed=False)
            raise
        except Exception:
            log.error("turn_failed", conversation=conversation, attempt=mine.attempt, exc_info=True)
            await self.database.write(let_go, mine, PAUSES_S[min(mine.attempt, len(PAUSES_S)) - 1])
        finally:
            keeper.cancel()
        return 0.0

    async def _keep(self, mine: Claim) -> None:
        """The claim itself is the first lease: most turns are done before it has to be renewed."""
        pause = self.settings.turn_lease_s / 4
        await asyncio.sleep(pause)
        while await self.database.write(renew, mine, self.settings.turn_lease_s):  # noqa: ASYNC110  it is the clock that is waited for
            await asyncio.sleep(pause)

    async def _take(self, mine: Claim) -> None:
        """Raises what made the attempt fail while others may follow."""
        for restart in range(RESTARTS + 1):
            screen = Screen(self.live, mine.state.id, mine.state.epoch)
            screen.begin()
            try:
                outcome = await self._reach(mine, screen)
                if await self._finish(mine, outcome, restart < RESTARTS):
                    return
            finally:
                screen.end()
            # The customer wrote more meanwhile, or others were faster: start again with what is now.
            mine = await self.database.read(_newer, mine)
            self._began[mine.state.id] = time.monotonic()

    async def _reach(self, mine: Claim, screen: Screen) -> Outcome:
        if mine.attempt > self.settings.turn_attempts:
            # Those before this one never came back: they ended the process, or what they came to could not be written.
            return outcome_of_failure("attempts")
        limit = asyncio.timeout(self.settings.turn_deadline_s - (time.monotonic() - self._began.get(mine.state.id, time.monotonic())))
        try:
            async with limit:
                return await reach_outcome(self.tools, mine, await self.database.read(read_for, mine), screen.show)
        except StaleEpoch:
            raise
        except Exception as error:
            if not limit.expired() and mine.attempt < self.settings.turn_attempts:
                raise
            log.error("turn_given_up", conversation=mine.state.id, attempt=mine.attempt, exc_info=True)
            return outcome_of_failure("deadline" if limit.expired() else type(error).__name__)

    async def _finish(self, mine: Claim, outcome: Outcome, may_restart: bool) -> bool:
        try:
            done: bool = await self.database.write(finish, mine, outcome, Ids.new(), self.clock.now(), may_restart)
            return done
        except (StaleEpoch, LostTurn):
            raise
        except Overtaken:
            return False
        except Exception as error:
            if mine.attempt < self.settings.turn_attempts:
                raise
            log.error("turn_not_written", conversation=mine.state.id, attempt=mine.attempt, exc_info=True)
            await self._give_up(mine, type(error).__name__)
            return True

    async def _give_up(self, mine: Claim, failure: str) -> None:
        try:
            await self.database.write(finish, mine, outcome_of_failure(failure), Ids.new(), self.clock.now(), False)
        except (StaleEpoch, LostTurn):
            raise
        except Exception:
            log.error("handoff_without_story", conversation=mine.state.id, exc_info=True)
            await self.database.write(hand_over, mine, new_id("evt"), self.clock.now())


def _newer(connection: Connection, mine: Claim) -> Claim:
    state = state_of(connection, mine.workspace, mine.state.id)
    if not state.owed or state.epoch != mine.state.epoch:
        raise StaleEpoch()
    return replace(mine, state=state)


def finish(connection: Connection, mine: Claim, outcome: Outcome, ids: Ids, at: int, may_restart: bool) -> bool:
    """The final unit. False: a newer message is there, nothing was appended.

    Raises LostTurn, StaleEpoch, Overtaken.
    """
    state = lock(connection, mine.workspace, mine.state.id)
    check(connection, mine)
    if state.epoch != mine.state.epoch:
        raise StaleEpoch()
    if state.last_customer_seq > mine.covers and may_restart:
        return False
    author = Author("bot", "bot", outcome.assistant)
    covers: int | None = mine.covers
    if outcome.effect is not None:
        outcome.effect(connection, mine, author, at)
        state = lock(connection, mine.workspace, mine.state.id)
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
