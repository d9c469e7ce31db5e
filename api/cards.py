"""What a bot's message may carry besides its text, for a screen: always plain values, never markup. `lead`: the text, said shortly."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field


class SlotChoice(BaseModel):
    """label: to be sent back as it is."""

    label: str
    starts_at: datetime


class SlotsCard(BaseModel):
    kind: Literal["slots"]
    lead: str
    slots: list[SlotChoice]


class OrderItem(BaseModel):
    name: str
    quantity: int


class OrderCard(BaseModel):
    number: str
    status: str
    placed: date | None
    shipped: date | None
    expected: date | None
    delivered: date | None
    carrier: str | None
    tracking: str | None
    note: str | None
    items: list[OrderItem]


class OrdersCard(BaseModel):
    kind: Literal["orders"]
    lead: str
    orders: list[OrderCard]


class AppointmentCard(BaseModel):
    """calendar, cancel: paths on this server, each good for that alone."""

    kind: Literal["appointment"]
    lead: str
    label: str
    timezone: str
    starts_at: datetime
    ends_at: datetime
    calendar: str
    cancel: str


Card = Annotated[SlotsCard | OrdersCard | AppointmentCard, Field(discriminator="kind")]
