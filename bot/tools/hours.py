"""Free times: an inbox's office hours on its own clock, cut into appointments, less those taken; and what a customer calls a time."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.tools.words import MONTHS, WEEKDAYS, moment
from chat.inboxes import Inbox
from handoff.wording import fold

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AHEAD_DAYS = 14
NOTICE = timedelta(hours=1)
OFFERED = 6


@dataclass(frozen=True)
class Slot:
    """starts, ends: ms. local: the start on the inbox's clock."""

    starts: int
    ends: int
    local: datetime

    def label(self, language: str) -> str:
        return moment(self.local, language)


@dataclass(frozen=True)
class Wish:
    """A day, a time, a half of the day (`morning`, `afternoon`), or some of them."""

    day: date | None = None
    clock: time | None = None
    half: str = ""

    def fits(self, slot: Slot) -> bool:
        if self.day and slot.local.date() != self.day:
            return False
        if self.half and (slot.local.hour < 12) != (self.half == "morning"):
            return False
        return self.clock is None or slot.local.time() == self.clock


def free_slots(inbox: Inbox, taken: Collection[tuple[int, int]], now: int) -> list[Slot]:
    """taken: (start, end) in ms of what is booked. In order; none where no appointments are offered."""
    if inbox.slot_minutes <= 0:
        return []
    earliest = now + int(NOTICE.total_seconds() * 1000)
    return [
        slot
        for slot in _grid(inbox, now)
        if slot.starts >= earliest and not any(start < slot.ends and slot.starts < end for start, end in taken)
    ]


def _grid(inbox: Inbox, now: int) -> Iterator[Slot]:
    zone = ZoneInfo(inbox.timezone)
    today = datetime.fromtimestamp(now / 1000, zone).date()
    length = timedelta(minutes=inbox.slot_minutes)
    for ahead in range(AHEAD_DAYS + 1):
        day = today + timedelta(days=ahead)
        for opens, closes in inbox.hours.get(DAYS[day.weekday()], []):
            yield from _between(_on(day, opens, zone), _on(day, closes, zone), length, zone)


def _on(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The moment, in UTC: hours are counted as they pass, also in a night whose clocks are put forward or back."""
    if clock == "24:00":
        return _on(day + timedelta(days=1), "00:00", zone)
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def _between(opens: datetime, closes: datetime, length: timedelta, zone: ZoneInfo) -> Iterator[Slot]:
    while opens + length <= closes:
        yield Slot(_ms(opens), _ms(opens + length), opens.astimezone(zone))
        opens += length


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def spread(slots: Sequence[Slot], most: int = OFFERED) -> list[Slot]:
    """A few to choose from: of each of the next days one in the morning and one in the afternoon."""
    by_half: dict[tuple[date, bool], Slot] = {}
    for slot in slots:
        by_half.setdefault((slot.local.date(), slot.local.hour < 12), slot)
    return sorted(by_half.values(), key=lambda slot: slot.starts)[:most]


_CLOCK = re.compile(
    r"\b(?:(?P<hour>[01]?\d|2[0-3])(?:(?:[:h]|\.(?=\d\d ?uhr))(?P<minute>[0-5]\d))\s*(?P<half>am|pm|a\.m\.|p\.m\.)?"
    r"|(?P<only>1[0-2]|0?[1-9])\s*(?P<of>am|pm|a\.m\.|p\.m\.)|(?:at|um|a las|a la|a) (?P<at>[01]?\d|2[0-3])\b(?![:./-])"
    r"|(?P<o>[01]?\d|2[0-3])\s*(?:uhr|h|o'clock)\b)"
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})[./](\d{1,2})\.?(?:(?:20)?\d{2})?\b(?![:.]\d)")
_MONTHS = {fold(name): number for names in MONTHS.values() for number, name in enumerate(names, 1)}
_MONTHS |= {name.casefold()[:3]: number for number, name in enumerate(MONTHS["en"], 1)}
_WEEKDAYS = {fold(name): number for names in WEEKDAYS.values() for number, name in enumerate(names)}
_IN_MONTH = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)? (?:of |de )?(?P<of>{'|'.join(_MONTHS)})\b"
    rf"|\b(?P<month>{'|'.join(_MONTHS)}) (?P<then>\d{{1,2}})\b"
)
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})s?\b")
_TODAY = re.compile(r"\b(?:today|heute|aujourd'hui|hoy)\b")
_TOMORROW = re.compile(r"\b(?:tomorrow|(?<!guten )morgen|demain|(?<!la )manana)\b")
_MORNING = re.compile(r"\b(?:mornings?|vormittags?|matin|por la manana|de la manana)\b")
_AFTERNOON = re.compile(r"\b(?:afternoons?|nachmittags?|apres-midi|tarde)\b")


def wish_of(text: str, today: date) -> Wish | None:
    """None when no time is spoken of. today: on the inbox's clock."""
    folded = fold(text)
    day = _day(folded, today)
    half = "morning" if _MORNING.search(folded) else "afternoon" if _AFTERNOON.search(folded) else ""
    clock = _clock(folded)
    return Wish(day, clock, half) if day or clock or half else None


def _clock(text: str) -> time | None:
    match = _CLOCK.search(text)
    if match is None:
        return None
    hour = int(match["hour"] or match["only"] or match["at"] or match["o"])
    half = (match["half"] or match["of"] or "").replace(".", "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    elif not half and match["at"] and 1 <= hour <= 6:
        # "at 3" in an office is three in the afternoon.
        hour += 12
    return time(hour, int(match["minute"] or 0))


def _day(text: str, today: date) -> date | None:
    if iso := _ISO.search(text):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if _TODAY.search(text):
        return today
    if _TOMORROW.search(text):
        return today + timedelta(days=1)
    if match := _IN_MONTH.search(text):
        return _coming(_MONTHS[match["of"] or match["month"]], int(match["day"] or match["then"]), today)
    if match := _WEEKDAY.search(text):
        return today + timedelta(days=(_WEEKDAYS[match[1]] - today.weekday()) % 7)
    if numeric := _NUMERIC.search(text):
        return _coming(int(numeric[2]), int(numeric[1]), today)
    return None


def _coming(month: int, number: int, today: date) -> date | None:
    found = _date(today.year, month, number)
    return _date(today.year + 1, month, number) if found and found < today else found


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


_CHOICE = re.compile(
    r"^(?:(?:the |option |number |no\.? |nr\.? |numero |#)*)?(?P<n>[1-9]|first|second|third|fourth|fifth|sixth|last"
    r"|erste[nr]?|zweite[nr]?|dritte[nr]?)"
    r"(?: one| option| slot| time| please| bitte)*[.!)]?$"
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1, "erste": 1, "zweite": 2, "dritte": 3}


def choice_of(text: str, offered: int) -> int | None:
    """Which of so many, from 0: "2", "the first one"."""
    match = _CHOICE.match(fold(text))
    if match is None or not offered:
        return None
    word = match["n"].rstrip("nr") if match["n"].startswith(("erste", "zweite", "dritte")) else match["n"]
    number = int(word) if word.isdigit() else _ORDINALS[word]
    return offered - 1 if number == -1 else number - 1 if 1 <= number <= offered else None
