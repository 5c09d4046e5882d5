"""Clocks and notices as the console's API answers them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from handoff.sla.clocks import ClockKind, ClockState

Level = Literal["ok", "half", "near", "urgent", "late", "done"]
"""How pressing a clock is: under 50 %, from 50, from 75, from 90, breached; ``done`` was stopped in time."""


class ClockOut(BaseModel):
    """A clock of a ticket at the moment of the answer; seconds are working time. ``remaining_seconds`` is negative once late.

    ``foremost`` is the ticket's clock that is due first. ``text`` says it in the reader's language.
    """

    kind: ClockKind
    state: ClockState
    level: Level
    foremost: bool
    target_seconds: int
    elapsed_seconds: int
    remaining_seconds: int
    percent: int
    due_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    text: str


class NoticeOut(BaseModel):
    """What someone was told of a ticket's clock: which percentage was reached, when, and by which step of the contract."""

    id: str
    protocol: str
    title: str
    clock: ClockKind
    percent: int
    crossed_at: datetime
    reason: Literal["group", "lead", "next"]
    group: str
    text: str


class Notices(BaseModel):
    """Answer of ``GET /api/console/alerts``: at most 100, the newest first, and how many there are."""

    alerts: list[NoticeOut]
    count: int
