"""A conversation as plain text, as the customer saw it."""

from collections.abc import Sequence

from chat.events import Event
from core.clock import iso

_WORDS = {"customer": "Customer", "bot": "Virtual assistant", "agent": "Agent"}


def transcript(events: Sequence[Event]) -> str:
    lines: list[str] = []
    for event in events:
        stamp = iso(event.at)[:16].replace("T", " ")
        match event.kind:
            case "message.added":
                name = event.author.name or _WORDS.get(event.author.kind, "Warmline")
                lines.append(f"[{stamp} UTC] {name}: {'(erased)' if event.erased else event.body['text']}")
                lines += [f"    [{c['n']}] {c['title']} {c['url']}" for c in event.body.get("citations") or ()]
            case "handoff.requested":
                lines.append(f"[{stamp} UTC] -- waiting for a person")
            case "conversation.assigned":
                lines.append(f"[{stamp} UTC] -- {event.body['agent']['name']} joined")
            case "conversation.returned":
                lines.append(f"[{stamp} UTC] -- the virtual assistant is back")
            case "conversation.resolved":
                lines.append(f"[{stamp} UTC] -- resolved")
    return "\n".join(lines) + "\n"
