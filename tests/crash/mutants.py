"""Servers with one planted bug each: `python -m crash.mutants NAME serve`. A checker that finds nothing in these proves nothing.

Each mutant writes `mutated NAME` to the log when its line runs, so a test knows that the bug was really there.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from core.clock import now_ms


def ran(name: str) -> None:
    print(f"mutated {name}", file=sys.stderr, flush=True)


def acknowledge_first() -> None:
    """The answer is sent before the commit."""
    from core.sqlite import SqliteStore, _roll_back
    from core.unit import run_unit

    original = SqliteStore._write_batch

    def write_batch(self: SqliteStore, connection: Any, batch: list[Any]) -> None:
        for task in batch:
            if task.unit.__name__ == "once" and not task.future.done():
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                value, _ = run_unit(connection, task.unit, task.args, task.kwargs)
                _roll_back(connection)
                task.future.set_result(value)
                ran("acknowledge_first")
        time.sleep(0.05)
        for task in batch:
            if task.future.done():
                task.future = _Deaf()
        original(self, connection, batch)

    SqliteStore._write_batch = write_batch  # type: ignore[method-assign]


class _Deaf:
    def set_result(self, value: Any) -> None: ...

    def set_exception(self, error: BaseException) -> None: ...


def no_idempotency_key() -> None:
    """A repeat is a new message. The answer takes its time after the commit, so that a kill comes between the two."""
    from api import idempotency
    from core.database import Database

    original = Database.write

    async def write(self: Database, unit: Any, *args: Any, background: bool = False, **kwargs: Any) -> Any:
        result = await original(self, unit, *args, background=background, **kwargs)
        if unit is idempotency.once:
            await asyncio.sleep(0.3)
        return result

    Database.write = write  # type: ignore[method-assign]

    def find(*args: Any) -> None:
        ran("no_idempotency_key")

    idempotency.find = find  # type: ignore[assignment]
    idempotency.keep = lambda connection, scope, key, made, at, conversation=None: made  # type: ignore[assignment]


def stream_from_now() -> None:
    """Last-Event-ID is ignored: a reconnected stream begins at the end of the log."""
    from api import customers

    original = customers._frames

    async def frames(door: Any, id: str, cursor: int) -> Any:
        from chat import conversation

        state = await door.house.database.read(conversation.find, door.scope, id)
        ran("stream_from_now")
        async for chunk in original(door, id, state.seq):
            yield chunk

    customers._frames = frames  # type: ignore[assignment]


def reply_in_two_transactions() -> None:
    """The reply is committed first, that it covers the question in a second transaction."""
    from sqlalchemy import text

    from bot import turn
    from chat.log import Draft, append

    original = turn.finish

    def finish(connection: Any, mine: Any, outcome: Any, ids: Any, at: int, may_restart: bool) -> bool:
        from dataclasses import replace

        from chat.events import Author

        done = original(connection, mine, replace(outcome, message=None), ids, at, may_restart) if outcome.message is None else True
        if outcome.message is not None:
            body = {**outcome.message, "decision": {}}
            append(connection, mine.workspace, mine.state.id, Draft("message.added", Author("bot", "bot", "x"), ids.message, at, body))
            ran("reply_in_two_transactions")
            key = {"c": mine.state.id, "s": mine.covers}

            def cover(later: Any) -> None:
                later.execute(text("UPDATE conversation SET covered_seq = :s WHERE id = :c"), key)

            database = STATE["database"]
            threading.Timer(0.3, lambda: database.write_now(cover)).start()
        return done

    turn.finish = finish  # type: ignore[assignment]
    _remember_database()


STATE: dict[str, Any] = {}


def _remember_database() -> None:
    from core.database import Database

    original = Database.open.__func__  # type: ignore[attr-defined]

    def open_(cls: Any, settings: Any) -> Any:
        STATE["database"] = original(cls, settings)
        return STATE["database"]

    Database.open = classmethod(open_)  # type: ignore[method-assign,assignment]


def seq_by_max() -> None:
    """seq is read in the reader pool before the write and given by the handler."""
    from sqlalchemy import func, select

    from api import idempotency
    from chat import log as chat_log
    from chat.tables import conversation, event, owed
    from core.database import Database

    original_write = Database.write
    original_append = chat_log.append
    known = threading.local()

    def newest(connection: Any) -> dict[str, int]:
        query = select(event.c.conversation, func.max(event.c.seq)).group_by(event.c.conversation)
        return dict(connection.execute(query).all())

    def is_owed(connection: Any, id: str | None) -> bool:
        return connection.execute(select(conversation.c.id).where(conversation.c.id == id, owed)).first() is not None

    async def write(self: Database, unit: Any, *args: Any, background: bool = False, **kwargs: Any) -> Any:
        seqs = await self.read(newest)
        here = kwargs.get("conversation")
        if unit is idempotency.once and await self.read(is_owed, here):
            # What the bot still owes is sure to come: this customer's write comes after it, whatever the machine's speed.
            while seqs[here] == (await self.read(newest))[here]:
                await asyncio.sleep(0.01)

        def with_seqs(connection: Any, *inner: Any, **named: Any) -> Any:
            known.seqs = dict(seqs)
            try:
                return unit(connection, *inner, **named)
            finally:
                known.seqs = None

        return await original_write(self, with_seqs, *args, background=background, **kwargs)

    def append(connection: Any, workspace: str, conversation_id: str, draft: Any, epoch: int | None = None) -> Any:
        seqs = getattr(known, "seqs", None)
        if seqs and conversation_id in seqs:
            from sqlalchemy import update

            here = conversation.c.id == conversation_id
            connection.execute(update(conversation).where(here).values(seq=seqs[conversation_id]))
            seqs[conversation_id] += 1
            ran("seq_by_max")
        return original_append(connection, workspace, conversation_id, draft, epoch)

    Database.write = write  # type: ignore[method-assign]
    _replace_everywhere(original_append, append)


def _replace_everywhere(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    import bot.turn
    import chat.conversation
    import chat.log
    import handoff.queue
    import handoff.routing
    import handoff.scoring

    for module in (bot.turn, chat.conversation, chat.log, handoff.queue, handoff.routing, handoff.scoring):
        for name, value in list(vars(module).items()):
            if value is old:
                setattr(module, name, new)


def epoch_unchecked() -> None:
    """A bot that was overtaken by a handoff speaks all the same."""
    from bot import lease, turn
    from chat.log import append as original_append
    from chat.log import state_of

    original, reach = turn.finish, turn.reach_outcome

    async def slowly(tools: Any, mine: Any, *args: Any) -> Any:
        # So that the customer's wish for a person comes in the middle of it.
        outcome = await reach(tools, mine, *args)
        for _ in range(150):
            await asyncio.sleep(0.01)
            if (await tools.database.read(state_of, mine.workspace, mine.state.id)).epoch != mine.state.epoch:
                break
        return outcome

    turn.reach_outcome = slowly

    def finish(connection: Any, mine: Any, outcome: Any, ids: Any, at: int, may_restart: bool) -> bool:
        from dataclasses import replace

        state = state_of(connection, mine.workspace, mine.state.id)
        if state.epoch != mine.state.epoch:
            ran("epoch_unchecked")
            mine = replace(mine, state=replace(mine.state, epoch=state.epoch, last_customer_seq=mine.covers))
            from chat.events import Author
            from chat.log import Draft

            if outcome.message is not None:
                body = {**outcome.message, "decision": {}}
                draft = Draft("message.added", Author("bot", "bot", "x"), ids.message, at, body)
                original_append(connection, mine.workspace, mine.state.id, draft)
                lease.release(connection, mine)
                return True
        return original(connection, mine, outcome, ids, at, may_restart)

    turn.finish = finish  # type: ignore[assignment]


def lease_not_fenced() -> None:
    """Whoever finishes last writes too: neither fence nor unique index; leases run out at once."""
    from sqlalchemy import text

    from bot import lease, turn

    def check(connection: Any, mine: Any) -> None:
        ran("lease_not_fenced")

    turn.check = check  # type: ignore[assignment]
    original_claim = lease.claim

    def claim(connection: Any, workspace: str, conversation: str, lease_s: float, at: int) -> Any:
        return original_claim(connection, workspace, conversation, 0.0, at)

    turn.claim = claim  # type: ignore[assignment]
    original_finish = turn.finish

    def finish(connection: Any, mine: Any, outcome: Any, ids: Any, at: int, may_restart: bool) -> bool:
        connection.execute(text("DROP INDEX IF EXISTS uq_event_covers"))
        return original_finish(connection, mine, outcome, ids, at, False)

    turn.finish = finish  # type: ignore[assignment]
    turn.Turns._again = lambda self, conversation: (self._under_way.discard(conversation), self.database.wakes.wake("turns"))  # type: ignore[method-assign,assignment]
    original_work = turn.Turns._work

    async def work(self: Any, workspace: str, conversation: str) -> None:
        await asyncio.gather(original_work(self, workspace, conversation), original_work(self, workspace, conversation))

    turn.Turns._work = work  # type: ignore[method-assign]


# What the harness must say of each: any of these.
MUTANTS = {
    "acknowledge_first": {"acknowledged and lost", "acknowledged as another"},
    "no_idempotency_key": {"doubled"},
    "stream_from_now": {"stream missed"},
    "reply_in_two_transactions": {"reply that covers nothing"},
    "seq_by_max": {"never acknowledged", "seq gap or double"},
    "epoch_unchecked": {"bot spoke after the handoff"},
    "lease_not_fenced": {"covered twice"},
}

if __name__ == "__main__":
    assert sys.argv[1] in MUTANTS
    globals()[sys.argv[1]]()
    sys.argv = [sys.argv[0], *sys.argv[2:]]
    from api.cli import main

    assert now_ms()
    main()
