"""Tickets as they come in and go out."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from handoff.tickets.priority import Urgency
from handoff.tickets.states import TicketAction, TicketState, TicketType

ULID = r"^[0-9A-HJKMNP-TV-Z]{26}$"
Ulid = Annotated[str, StringConstraints(pattern=ULID)]


class Contact(BaseModel):
    """How the user can be reached; both may be unknown."""

    name: str | None = Field(default=None, max_length=300)
    email: str | None = Field(default=None, max_length=254)


class OpenTicket(BaseModel):
    """Body of ``POST /internal/tickets``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    conversation_id: Ulid
    episode_id: Ulid
    type: TicketType
    service: str | None = Field(default=None, max_length=64)
    classification: str | None = Field(default=None, max_length=64)
    title: str | None = Field(default=None, max_length=300)
    description: str = Field(max_length=8_000)
    impact: str = Field(default="individual", max_length=32)
    urgency: Urgency | None = None
    contact: Contact = Contact()
    article_ids: list[Annotated[str, StringConstraints(max_length=120)]] = Field(default=[], max_length=50)


class TicketOut(BaseModel):
    """A ticket, as every API answers it. ``priority`` is 1 (most urgent) to 5."""

    protocol: str
    type: TicketType
    state: TicketState
    state_label: str
    service: str | None
    title: str
    description: str
    impact: str
    urgency: Urgency
    priority: int
    group: str
    created_at: datetime
    updated_at: datetime
    solution: str | None


class TicketList(BaseModel):
    """Answer of ``GET /internal/tickets``: newest first."""

    tickets: list[TicketOut]


class ChangeState(BaseModel):
    """Body of a change of state. ``version`` is that of the ticket which the caller has seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: TicketAction
    text: str = Field(default="", max_length=8_000)
    version: int


class Classify(BaseModel):
    """Body of a new classification: all of it, as it is to be. ``version`` is that of the ticket which the caller has seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str | None = Field(default=None, max_length=64)
    classification: str | None = Field(default=None, max_length=64)
    impact: str = Field(max_length=32)
    urgency: Urgency
    version: int
