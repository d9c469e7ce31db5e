"""What each side is shown of an event. A kind missing from a view is not sent: the stream only moves its cursor."""

from typing import Any

from chat.events import Author, Event
from core.clock import iso

Frame = dict[str, Any]

_CUSTOMER: dict[str, tuple[str, ...]] = {
    "conversation.opened": ("page",),
    "message.added": ("text", "citations", "client_id", "page", "ending", "card"),
    "answer.judged": ("message", "right"),
    "handoff.requested": ("reason_text",),
    "conversation.assigned": (),
    "conversation.returned": (),
    "conversation.resolved": (),
    "conversation.reopened": (),
    "appointment.cancelled": ("appointment", "starts_at"),
}
_AGENT: dict[str, tuple[str, ...]] = {
    "conversation.opened": ("page", "contact"),
    "message.added": (*_CUSTOMER["message.added"], "signed", "decision"),
    "message.scored": ("message", "sentiment"),
    "note.added": ("text",),
    "answer.judged": ("message", "right"),
    "handoff.requested": ("reason_text", "reason", "brief", "decision"),
    "conversation.offered": ("agent", "policy", "why"),
    "conversation.assigned": ("agent",),
    "conversation.returned": (),
    "conversation.resolved": (),
    "conversation.reopened": ("episode",),
    "appointment.booked": ("appointment", "starts_at", "ends_at"),
    "appointment.cancelled": ("appointment", "starts_at", "ends_at"),
}


def customer_view(event: Event) -> Frame | None:
    fields = _CUSTOMER.get(event.kind)
    if fields is None or (event.kind == "answer.judged" and event.author.kind != "customer"):
        return None
    frame = _frame(event, fields, Author(event.author.kind, "", event.author.name))
    if event.kind == "conversation.assigned":
        frame["agent"] = {"name": event.body["agent"]["name"]}
    return frame


def agent_view(event: Event) -> Frame | None:
    fields = _AGENT.get(event.kind)
    if fields is None:
        return None
    frame = _frame(event, fields, event.author)
    if event.covers is not None:
        frame["covers"] = event.covers
    if event.kind in ("conversation.returned", "conversation.resolved"):
        frame["by"] = {"kind": event.author.kind, "name": event.author.name}
    return frame


def _frame(event: Event, fields: tuple[str, ...], author: Author) -> Frame:
    who = {"kind": author.kind, "id": author.id, "name": author.name}
    frame: Frame = {"seq": event.seq, "kind": event.kind, "id": event.id, "at": iso(event.at), "author": who}
    if event.erased:
        frame["erased"] = True
    frame.update({name: event.body[name] for name in fields if event.body.get(name) is not None})
    return frame
