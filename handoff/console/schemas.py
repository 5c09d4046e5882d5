"""What the console's JSON API takes and gives."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from handoff.accounts.models import Role
from handoff.attachments.schemas import AttachmentOut
from handoff.conversations.schemas import AttachmentIds
from handoff.queue.schemas import OwnerKind
from handoff.sla.schemas import ClockOut
from handoff.tickets.priority import Urgency
from handoff.tickets.schemas import Tried
from handoff.tickets.states import TicketAction, TicketState, TicketType


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Me(BaseModel):
    """Who is signed in, and the token that their changes must carry in ``X-CSRF-Token``."""

    id: str
    login: str
    name: str
    role: Role
    language: str
    groups: list[str]
    csrf_token: str


class PostMessage(_Body):
    """A message to the user, or with ``note`` one for agents only; a text, uploaded files by their ids, or both. The same key again gives the same message."""

    client_key: str = Field(min_length=8, max_length=64, pattern=r"^[\w-]+$")
    text: str = Field(default="", max_length=20_000)
    attachments: AttachmentIds = []
    note: bool = False


class Resolve(_Body):
    """The solution that the user's case got; it goes into the ticket and the solution bank."""

    solution: str = Field(max_length=20_000)


class Read(_Body):
    """The highest ``seq`` that the agent has seen."""

    seq: int = Field(ge=0, le=2**31 - 1)


class ConsoleMessage(BaseModel):
    """A message as agents see it; notes have ``visibility`` ``agents``."""

    id: str
    seq: int
    author: Literal["user", "bot", "agent", "system"]
    author_name: str | None
    agent_id: str | None
    visibility: Literal["all", "agents"]
    text: str
    payload: dict[str, Any] | None
    attachments: list[AttachmentOut]
    client_key: str | None
    created_at: datetime


class ConsoleMessages(BaseModel):
    messages: list[ConsoleMessage]
    last_seq: int


class HandoffOut(BaseModel):
    """A passing of the conversation to people, and how it ended."""

    id: str
    group: str
    reason: str
    summary: str
    fields: dict[str, Any]
    created_at: datetime
    claimed_at: datetime | None
    claimed_by: str | None
    closed_at: datetime | None
    solution: str | None


class Standing(BaseModel):
    """Who has the conversation, and what the caller may do with it."""

    conversation_id: str
    owner: OwnerKind
    agent_id: str | None
    agent_name: str | None
    group: str | None
    last_seq: int
    may_claim: bool
    may_reply: bool


class AgentTicket(BaseModel):
    """A ticket as agents see it. ``version`` must be sent back with a change."""

    protocol: str
    type: TicketType
    state: TicketState
    service: str | None
    classification: str | None
    title: str
    description: str
    impact: str
    urgency: Urgency
    priority: int
    group: str
    agent_id: str | None
    user_name: str | None
    contact_name: str
    contact_email: str
    article_ids: list[str]
    tried: list[Tried]
    conversation_id: str | None
    solution: str | None
    created_at: datetime
    updated_at: datetime
    version: int
    clocks: list[ClockOut]
    attachments: list[AttachmentOut]
    actions: list[TicketAction]


class ConversationOut(BaseModel):
    """Answer of ``GET /api/console/conversations/{id}``; its messages are read apart."""

    standing: Standing
    user_name: str | None
    user_email: str | None
    channel: str
    handoffs: list[HandoffOut]
    tickets: list[AgentTicket]


class AgentTickets(BaseModel):
    """A page of tickets; ``next_before`` continues it, None at the end."""

    tickets: list[AgentTicket]
    next_before: str | None
