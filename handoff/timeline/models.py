"""The timeline: an append-only record of every change to a conversation or ticket, each with its author."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class TimelineEntry(Base):
    """One change. ``subject`` is ``conversation`` or ``ticket``; ``author`` is ``user``, ``bot``, ``agent`` or ``system``.

    No foreign keys: an entry outlives what it tells of. ``data`` holds ids, codes and names of fields, no personal data.
    """

    __tablename__ = "timeline"
    __table_args__ = (Index("ix_timeline_subject", "subject", "subject_id", "id"), Index("ix_timeline_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(26))
    event: Mapped[str] = mapped_column(String(40))
    author: Mapped[str] = mapped_column(String(6))
    author_id: Mapped[str | None] = mapped_column(String(26))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]
