"""What another process commits wakes this one, whatever this one commits meanwhile."""

import asyncio

from cast import opened, says, shop, visitor

from chat.watch import watch
from core.database import Database
from core.wakes import Wakes


async def test_an_own_commit_does_not_hide_one_of_another_process_before_it(database: Database, beside: Database) -> None:
    ann = visitor(database, shop(database))
    theirs, ours = opened(database, ann), opened(database, ann)
    with database.wakes.subscribe("events") as first_look, database.wakes.subscribe(f"conversation {theirs}") as woken:
        watching = asyncio.create_task(watch(database))
        assert await first_look.wait(5)
        await woken.wait(0.5)
        # Both are committed while the event loop, and so the watch, stands still.
        says(beside, ann, theirs, "written in the other process")
        says(database, ann, ours, "written here, later")
        assert await woken.wait(5)
        watching.cancel()


async def test_an_own_commit_is_announced_once(database: Database, beside: Database) -> None:
    ann = visitor(database, shop(database))
    mine, theirs = opened(database, ann), opened(database, ann)
    with database.wakes.subscribe(f"conversation {mine}") as own, database.wakes.subscribe(f"conversation {theirs}") as other:
        watching = asyncio.create_task(watch(database))
        assert await own.wait(5), "the first look wakes everybody"
        says(database, ann, mine, "hello")
        assert await own.wait(5)
        await other.wait(0)
        says(beside, ann, theirs, "hello")
        assert await other.wait(5)
        assert not await own.wait(0.3)
        watching.cancel()


def test_ranges_of_own_positions() -> None:
    wakes = Wakes()
    for first, last in ((1, 3), (4, 4), (7, 9)):
        wakes.gave("w", first, last)
    assert wakes.all_own("w", 0, 4)
    assert not wakes.all_own("w", 3, 7)
    assert wakes.all_own("w", 6, 9)
    wakes.forget_own("w", 5)
    assert not wakes.all_own("w", 0, 4)
    assert wakes.all_own("w", 7, 9)
