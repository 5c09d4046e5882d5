"""The queue, as the bot's actions and the console read it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from handoff.conversations.schemas import Utc
from handoff.sla.schemas import ClockOut

OwnerKind = Literal["bot", "queue", "agent"]
"""Who a conversation belongs to."""


class QueueState(BaseModel):
    """Answer of ``GET /internal/queue``: how many wait, how many agents are there, and when people are there.

    ``open`` means that people take cases now: it is within the group's hours, or one of them is there all the same. Otherwise
    ``opens_at`` is when they are back, None if that is not known.
    """

    open: bool
    waiting: int
    agents_online: int
    opens_at: Utc | None = None


class LastMessage(BaseModel):
    author: str
    text: str
    created_at: datetime


class ListEntry(BaseModel):
    """One line of the console's lists. ``place`` is the place in its group's queue, for one that waits.

    ``clock`` is that of its ticket which is due first.
    """

    conversation_id: str
    user_name: str | None
    channel: str
    owner: OwnerKind
    agent_name: str | None
    group: str | None
    group_name: str | None
    reason: str | None
    reason_label: str | None
    service_name: str | None
    summary: str
    protocol: str | None
    clock: ClockOut | None
    queued_at: datetime | None
    place: int | None
    unread: int
    last_message: LastMessage | None


class Lists(BaseModel):
    """Answer of ``GET /api/console/conversations``."""

    waiting: list[ListEntry]
    mine: list[ListEntry]
    agents_online: int
    more_waiting: int
    alerts: int
