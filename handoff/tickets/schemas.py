"""Tickets as they come in and go out."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from handoff.attachments.schemas import AttachmentOut
from handoff.tickets.priority import Urgency
from handoff.tickets.states import TicketAction, TicketState, TicketType

ULID = r"^[0-9A-HJKMNP-TV-Z]{26}$"
Ulid = Annotated[str, StringConstraints(pattern=ULID)]


OwnMove = Literal["comment", "cancel", "reopen"]
"""What a user can do to a ticket of their own."""


class Contact(BaseModel):
    """How the user can be reached; both may be unknown."""

    name: str | None = Field(default=None, max_length=300)
    email: str | None = Field(default=None, max_length=254)


class Tried(BaseModel):
    """A script that was gone through before the ticket: what was tried in it, a line a step."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(max_length=300)
    steps: list[Annotated[str, StringConstraints(max_length=500)]] = Field(max_length=60)


class OpenTicket(BaseModel):
    """Body of ``POST /internal/tickets``. Without an impact it is the least; ``follows`` is the protocol of an earlier one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    conversation_id: Ulid
    episode_id: Ulid
    type: TicketType
    service: str | None = Field(default=None, max_length=64)
    classification: str | None = Field(default=None, max_length=64)
    title: str | None = Field(default=None, max_length=300)
    description: str = Field(max_length=8_000)
    impact: str | None = Field(default=None, max_length=32)
    urgency: Urgency | None = None
    contact: Contact = Contact()
    article_ids: list[Annotated[str, StringConstraints(max_length=120)]] = Field(default=[], max_length=50)
    tried: list[Tried] = Field(default=[], max_length=20)
    follows: str | None = Field(default=None, max_length=40)


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


class OwnTicketOut(TicketOut):
    """A ticket as its user may act on it: ``can`` says how, now; ``reopen_until`` is set while it is resolved.

    ``asked`` is the question of the team that the ticket waits for.
    """

    can: list[OwnMove]
    reopen_until: datetime | None
    asked: str | None
    follows: list[str]
    attachments: list[AttachmentOut]


class TicketList(BaseModel):
    """Answer of ``GET /internal/tickets``: newest first."""

    tickets: list[OwnTicketOut]


class OwnChange(BaseModel):
    """Body of what a user does to a ticket of theirs; a comment and a reopening need words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_id: Ulid
    text: str = Field(default="", max_length=8_000)


class LookForSimilar(BaseModel):
    """Body of ``POST /internal/tickets/similar``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_id: Ulid
    service: str | None = Field(default=None, max_length=64)
    description: str = Field(max_length=8_000)


class SimilarOut(BaseModel):
    """The user's open ticket that is most probably about the same, if there is one. ``likeness`` is from 0 to 1."""

    ticket: OwnTicketOut | None
    likeness: float


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
