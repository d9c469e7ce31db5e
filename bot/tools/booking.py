"""`book_appointment` and `my_appointments`: free times of the inbox's office hours, one booked with the message that confirms it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import Field
from sqlalchemy import Connection

from bot.appointments import CALENDAR, CANCEL, MOST, Appointment, book, coming_of, taken
from bot.lease import Claim
from bot.tools.hours import AHEAD_DAYS, OFFERED, Slot, Wish, free_slots, spread, wish_of
from bot.tools.registry import Arguments, Tool
from bot.tools.result import Effect, Errand, Fact, Means, Result
from bot.tools.words import moment, say
from chat.events import Author
from core.clock import iso
from core.ids import new_id
from people.capability import permit

BOOK, MINE = "book_appointment", "my_appointments"
# A calendar's link is of use for as long as the appointment may be looked for.
CALENDAR_MS = 30 * 24 * 3_600_000


class BookArguments(Arguments):
    when: str = Field(
        "", max_length=200, description="Day and time in the customer's own words, such as `Friday at 10`; empty if they named none."
    )


class NoArguments(Arguments):
    pass


def booking_tools(means: Means) -> tuple[Tool, Tool]:
    says = f"Offers free appointments of the next {AHEAD_DAYS} days, and books one when the customer names its day and time."
    return (
        Tool(BOOK, says, BookArguments, partial(_book, means), own_words=frozenset({"when"})),
        Tool(MINE, "Shows this customer's coming appointments, with the link to cancel each.", NoArguments, partial(_mine, means)),
    )


async def _book(means: Means, asked: BookArguments, errand: Errand) -> Result:
    """A day and time that leave one slot book it; anything else offers what fits, or what comes next."""
    coming = await means.database.read(coming_of, errand.workspace, errand.contact, errand.now)
    if len(coming) >= MOST:
        return Result(
            "facts", say("appointments_full", errand.language, len(coming)), (Fact("appointments", str(len(coming))),), "calendar"
        )
    booked = await means.database.read(taken, errand.workspace, errand.inbox.id, errand.now)
    free = free_slots(errand.inbox, booked, errand.now)
    if not free:
        return Result("facts", say("no_slots", errand.language), (Fact("free", "0"),), "calendar")
    wish = wish_of(asked.when, errand.local(errand.now).date())
    fitting = [slot for slot in free if wish and wish.fits(slot)]
    if wish and wish.day and wish.clock and len(fitting) == 1:
        return _booked(means, fitting[0], errand)
    return _offer(fitting, free, wish, errand)


def _offer(fitting: Sequence[Slot], free: Sequence[Slot], wish: Wish | None, errand: Errand) -> Result:
    if fitting:
        name, shown = "slots_only", _few(fitting, wish)
    else:
        name, shown = ("slot_taken" if wish else "slots"), spread(_near(free, wish))
    lead = say(name, errand.language, errand.inbox.timezone)
    labels = [slot.label(errand.language) for slot in shown]
    text = "\n".join([lead, *(f"{number}. {label}" for number, label in enumerate(labels, 1))])
    card = {
        "kind": "slots",
        "lead": lead,
        "slots": [{"label": label, "starts_at": iso(slot.starts)} for label, slot in zip(labels, shown, strict=True)],
    }
    return Result("ask", text, (), "calendar", card, missing="when", offered=tuple(labels))


def _few(fitting: Sequence[Slot], wish: Wish | None) -> list[Slot]:
    """On one day: spread over it. Else over the days."""
    if wish and wish.day and len(fitting) > OFFERED:
        step = len(fitting) / OFFERED
        return [fitting[int(number * step)] for number in range(OFFERED)]
    return list(fitting[:OFFERED]) if wish and (wish.day or wish.clock) else spread(fitting)


def _near(free: Sequence[Slot], wish: Wish | None) -> Sequence[Slot]:
    """From the day that was asked for on, if anything is free then."""
    later = [slot for slot in free if wish and wish.day and slot.local.date() >= wish.day]
    return later or free


def _booked(means: Means, slot: Slot, errand: Errand) -> Result:
    new = Appointment(new_id("apt"), errand.inbox.id, errand.conversation, errand.contact, slot.starts, slot.ends)
    label = slot.label(errand.language)
    lead = say("booked", errand.language, label, errand.inbox.timezone)
    text = f"{lead} {say('booked_more', errand.language)}"
    facts = (Fact("appointment", iso(slot.starts)), Fact("timezone", errand.inbox.timezone))
    return Result("facts", text, facts, "calendar", _card(means, new, errand, lead), effect=_booking(new, new_id("evt")))


def _booking(new: Appointment, event_id: str) -> Effect:
    def effect(connection: Connection, mine: Claim, author: Author, at: int) -> None:
        book(connection, mine.workspace, new, event_id, author, at)

    return effect


async def _mine(means: Means, asked: NoArguments, errand: Errand) -> Result:
    coming = await means.database.read(coming_of, errand.workspace, errand.contact, errand.now)
    if not coming:
        return Result("facts", say("appointments_none", errand.language), (Fact("appointments", "0"),), "calendar")
    first = coming[0]
    text = say("appointment", errand.language, moment(errand.local(first.starts_at), errand.language), errand.inbox.timezone)
    return Result("facts", text, (Fact("appointment", iso(first.starts_at)),), "calendar", _card(means, first, errand, text))


def _card(means: Means, one: Appointment, errand: Errand, lead: str) -> Mapping[str, Any]:
    of, secret = f"{errand.workspace}/{one.id}", means.secret()
    return {
        "kind": "appointment",
        "lead": lead,
        "label": moment(errand.local(one.starts_at), errand.language),
        "timezone": errand.inbox.timezone,
        "starts_at": iso(one.starts_at),
        "ends_at": iso(one.ends_at),
        "calendar": f"/appointments/{permit(secret, CALENDAR, of, one.ends_at + CALENDAR_MS)}/calendar.ics",
        "cancel": f"/appointments/{permit(secret, CANCEL, of, one.starts_at)}",
    }
