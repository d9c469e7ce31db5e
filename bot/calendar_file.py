"""An appointment as an iCalendar file (RFC 5545), for any calendar."""

from datetime import UTC, datetime

WIDTH = 75


def calendar_file(uid: str, summary: str, starts: int, ends: int, *, stamp: int, cancelled: bool = False) -> str:
    """starts, ends, stamp: ms. Lines end in CRLF and are folded at 75 bytes, as the RFC wants."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Warmline//Appointments//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}@warmline",
        f"DTSTAMP:{_moment(stamp)}",
        f"DTSTART:{_moment(starts)}",
        f"DTEND:{_moment(ends)}",
        f"SUMMARY:{_text(summary)}",
        f"SEQUENCE:{int(cancelled)}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    plain = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(plain.split())


def _folded(line: str) -> list[str]:
    """A continued line begins with a space; no character is cut in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > WIDTH:
            pieces.append(piece)
            piece = " "
        piece += letter
    return [*pieces, piece]
