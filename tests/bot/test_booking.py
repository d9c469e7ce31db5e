"""Appointments are booked with the message that says so, once each, and never two at a time."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from bot_house import House, Talk
from cast import NOW, WORKSPACE, person
from sqlalchemy import select

from bot.appointments import SlotTaken, taken
from bot.calendar_file import calendar_file
from bot.tables import appointment
from bot.tools.hours import choice_of, free_slots, wish_of
from chat.inboxes import Inbox, change_inbox
from core.clock import iso

# Thursday 1 January 2026, 00:00 UTC.
WEEK = {day: [["09:00", "12:00"], ["13:00", "15:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ADMIN = person("Setup", "admin")


def open_hours(house: House, **changes: Any) -> None:
    fields = {"hours": WEEK, "timezone": "Europe/Berlin", "slot_minutes": 60} | changes
    house.inbox = house.database.write_now(change_inbox, ADMIN, house.inbox.id, fields)


def booked(house: House) -> list[Any]:
    return house.database.read_now(lambda connection: list(connection.execute(select(appointment).order_by(appointment.c.starts_at))))


async def answer(house: House, talk: Talk, text: str) -> dict[str, Any]:
    talk.says(text)
    await house.work(house.turns())
    return talk.replies[-1].body


async def test_times_are_offered_and_one_is_booked(house: House) -> None:
    open_hours(house)
    talk = house.customer()
    offer = await answer(house, talk, "I'd like to book an appointment")
    assert offer["text"].split("\n")[1] == "1. Thursday 1 January, 09:00"
    assert [slot["label"] for slot in offer["card"]["slots"]][:3] == [
        "Thursday 1 January, 09:00",
        "Thursday 1 January, 13:00",
        "Friday 2 January, 09:00",
    ]
    done = await answer(house, talk, "Friday 2 January, 09:00")
    assert done["text"].startswith("Your appointment is booked for Friday 2 January, 09:00 (Europe/Berlin).")
    (row,) = booked(house)
    assert iso(row.starts_at).startswith("2026-01-02T08:00:00")
    kinds = [event.kind for event in talk.events]
    assert kinds.index("appointment.booked") < len(kinds) - 1 - kinds[::-1].index("message.added")
    assert not talk.handoffs


@pytest.mark.parametrize(
    "reply", ["3", "the third one", "Friday at 9", "tomorrow at 9am", "2 January 09:00", "Freitag um 9 Uhr", "friday 2 january, 09:00"]
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_time_can_be_said_in_many_ways(house: House, reply: str) -> None:
    open_hours(house)
    talk = house.customer()
    await answer(house, talk, "Can I make an appointment?")
    done = await answer(house, talk, reply)
    assert done["text"].startswith("Your appointment is booked for Friday 2 January, 09:00"), reply


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_day_alone_offers_its_times_and_a_full_one_the_next(house: House) -> None:
    open_hours(house)
    talk = house.customer()
    offer = await answer(house, talk, "I want an appointment on Monday")
    assert {slot["label"][:16] for slot in offer["card"]["slots"]} == {"Monday 5 January"}
    done = await answer(house, talk, "at 10")
    assert "Monday 5 January, 10:00" in done["text"]
    other = await answer(house, house.customer(), "I'd like an appointment on Monday at 10")
    assert other["text"].startswith("That time is not free.")
    sunday = await answer(house, house.customer(), "I'd like an appointment on Sunday")
    assert sunday["card"]["slots"][0]["label"].startswith("Monday 5 January")


async def test_many_at_once_get_one_each(house: House) -> None:
    """Ten customers ask for the same hour at the same moment; several workers answer."""
    open_hours(house)
    talks = [house.customer("I'd like an appointment on Friday 2 January at 09:00") for _ in range(10)]
    workers = [house.turns() for _ in range(3)]
    await asyncio.gather(*(house.work(worker) for worker in workers))
    assert len(booked(house)) == 1
    texts = [talk.replies[-1].body["text"] for talk in talks]
    assert sum(text.startswith("Your appointment is booked") for text in texts) == 1
    assert sum(text.startswith("That time is not free") for text in texts) == 9
    assert [len(talk.replies) for talk in talks] == [1] * 10


async def test_two_units_that_both_saw_it_free(house: House) -> None:
    """The race itself: the second unit is refused by the database's own state, on both databases."""
    from bot.appointments import Appointment, book
    from chat.events import Author
    from core.ids import new_id

    open_hours(house)
    start = NOW + 8 * 3_600_000
    talks = [house.customer("hi") for _ in range(8)]

    async def one(talk: Talk) -> bool:
        new = Appointment(new_id("apt"), house.inbox.id, talk.id, talk.who.actor.contact, start, start + 3_600_000)
        try:
            await house.database.write(book, WORKSPACE, new, new_id("evt"), Author("bot", "bot"), NOW)
        except SlotTaken:
            return False
        return True

    assert sum(await asyncio.gather(*(one(talk) for talk in talks))) == 1
    assert len(house.database.read_now(taken, WORKSPACE, house.inbox.id, NOW)) == 1


async def test_units_of_one_customer_that_all_saw_room(house: House) -> None:
    from bot.appointments import Appointment, book
    from bot.lease import Overtaken
    from chat.events import Author
    from core.ids import new_id

    open_hours(house)
    talk = house.customer("hi")

    async def one(hour: int) -> bool:
        start = NOW + hour * 3_600_000
        new = Appointment(new_id("apt"), house.inbox.id, talk.id, talk.who.actor.contact, start, start + 3_600_000)
        try:
            await house.database.write(book, WORKSPACE, new, new_id("evt"), Author("bot", "bot"), NOW)
        except Overtaken:
            return False
        return True

    assert sum(await asyncio.gather(*(one(hour) for hour in range(8, 16)))) == 3
    assert len(booked(house)) == 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_customer_holds_three_at_most(house: House) -> None:
    open_hours(house)
    talk = house.customer()
    for hour in (9, 10, 11):
        await answer(house, talk, f"I'd like an appointment on Friday at {hour}:00")
    full = await answer(house, talk, "I'd like an appointment on Friday at 14:00")
    assert full["text"].startswith("You have 3 appointments already")
    assert len(booked(house)) == 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_coming_one_is_shown_to_its_customer_only(house: House) -> None:
    open_hours(house)
    talk = house.customer()
    await answer(house, talk, "I'd like an appointment on Friday at 10:00")
    mine = await answer(house, talk, "When is my appointment?")
    assert "Friday 2 January, 10:00" in mine["text"]
    other = await answer(house, house.customer(), "cancel my appointment")
    assert other["text"].startswith("I can't find a coming appointment")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_without_hours_none_is_promised(house: House) -> None:
    talk = house.customer("I'd like to book an appointment")
    await house.work(house.turns())
    assert all(reply.body["decision"]["intent"] != "tool" for reply in talk.replies)


BERLIN = Inbox(
    "inb", "key", "Shop", hours={"sun": [["01:00", "05:00"]], "mon": [["22:00", "24:00"]]}, timezone="Europe/Berlin", slot_minutes=60
)


def _starts(now: datetime) -> list[str]:
    return [
        datetime.fromtimestamp(slot.starts / 1000, UTC).strftime("%d %H:%M") for slot in free_slots(BERLIN, [], int(now.timestamp() * 1000))
    ]


def test_hours_are_hours_when_the_clocks_change() -> None:
    """On 29 March 2026 Berlin has no 02:00: three hours are open, not four. On 25 October it has two: five."""
    spring = _starts(datetime(2026, 3, 27, tzinfo=UTC))
    assert [start for start in spring if start.startswith("29 ")] == ["29 00:00", "29 01:00", "29 02:00"]
    autumn = _starts(datetime(2026, 10, 23, tzinfo=UTC))
    assert [start for start in autumn if start[:2] in ("24", "25")] == ["24 23:00", "25 00:00", "25 01:00", "25 02:00", "25 03:00"]


def test_nothing_that_begins_within_the_hour_is_offered_and_nothing_that_overlaps() -> None:
    now = int(datetime(2026, 1, 5, 20, 30, tzinfo=UTC).timestamp() * 1000)
    assert datetime.fromtimestamp(free_slots(BERLIN, [], now)[0].starts / 1000, UTC).hour == 22
    slot = free_slots(BERLIN, [], now)[0]
    assert free_slots(BERLIN, [(slot.starts - 60_000, slot.starts + 60_000)], now)[0].starts > slot.starts


TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("tomorrow", date(2026, 1, 2), None), ("on monday at 3pm", date(2026, 1, 5), "15:00"), ("at 3", None, "15:00"), ("10.30 Uhr", None, "10:30"),
        ("am 5.1. um 10:00", date(2026, 1, 5), "10:00"), ("lundi à 10h", date(2026, 1, 5), "10:00"), ("el martes a las 16:00", date(2026, 1, 6), "16:00"),
        ("2026-01-09 14:00", date(2026, 1, 9), "14:00"), ("the 9th of January", date(2026, 1, 9), None), ("31.12.", date(2026, 12, 31), None),
    ],
)  # fmt: skip
def test_times_in_words(text: str, day: date | None, clock: str | None) -> None:
    wish = wish_of(text, TODAY)
    assert wish
    assert (wish.day, wish.clock and f"{wish.clock:%H:%M}") == (day, clock)


@pytest.mark.parametrize(
    "text", ["hello", "guten Morgen", "mon rendez-vous", "May I bring a dog?", "I sat in the sun", "30 February", "order 10482", "32.13."]
)
def test_what_names_no_time(text: str) -> None:
    assert wish_of(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [("2", 1), ("the first one", 0), ("#3", 2), ("last", 5), ("zweiter", 1), ("7", None), ("hello", None), ("2 apples", None)],
)
def test_choices(text: str, at: int | None) -> None:
    assert choice_of(text, 6) == at


def test_the_calendar_file_is_what_calendars_read() -> None:
    file = calendar_file("apt_1", "Holm & Lark; a, long \\ name " + "ü" * 80, NOW, NOW + 1_800_000, stamp=NOW)
    lines = file.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20260101T000000Z" in lines
    assert "DTEND:20260101T003000Z" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = file.replace("\r\n ", "")
    assert "SUMMARY:Holm & Lark\\; a\\, long \\\\ name üü" in unfolded
    assert "STATUS:CANCELLED" in calendar_file("apt_1", "x", NOW, NOW, stamp=NOW, cancelled=True)
