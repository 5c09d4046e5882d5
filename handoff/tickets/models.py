"""Tables of tickets and of their yearly numbers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base, utc_now
from balcao.ids import new_id


class TicketCounter(Base):
    """The last number given in a year. Its row is locked by the opening transaction, so that numbers have no gaps."""

    __tablename__ = "ticket_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]


class Ticket(Base):
    """A tracked case. ``version`` grows with every change, so that a second editor notices the first.

    ``tried`` lists the ``{"title", "steps"}`` of the scripts that were gone through before.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        Index("ix_tickets_state_priority", "state", "priority", "id"),
        Index("ix_tickets_group_state", "group_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    protocol: Mapped[str] = mapped_column(String(16), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    type: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(24))
    service_id: Mapped[str | None] = mapped_column(ForeignKey("services.id"))
    classification_id: Mapped[str | None] = mapped_column(String(64))
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id"))
    title: Mapped[str] = mapped_column(String(160))
    description: Mapped[str] = mapped_column(Text)
    impact: Mapped[str] = mapped_column(String(32))
    urgency: Mapped[str] = mapped_column(String(8))
    priority: Mapped[int]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    episode_id: Mapped[str | None] = mapped_column(ForeignKey("episodes.id"), unique=True)
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"), index=True)
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    article_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    tried: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    solution: Mapped[str | None] = mapped_column(Text)
    idempotency_key: Mapped[str] = mapped_column(String(128), unique=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
    resolved_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class TicketNote(Base):
    """Words that go with a ticket's change (a solution, a question, a reason); the timeline itself holds no free text."""

    __tablename__ = "ticket_notes"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(String(24))
    author: Mapped[str] = mapped_column(String(6))
    author_id: Mapped[str | None] = mapped_column(String(26))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class TicketLink(Base):
    """Two tickets that belong together: ``ticket_id`` goes on from the earlier ``earlier_id``."""

    __tablename__ = "ticket_links"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    earlier_id: Mapped[str] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, index=True)


class TicketRequest(Base):
    """A change that a user asked for, by its idempotency key: asked for again, it is answered and not done again."""

    __tablename__ = "ticket_requests"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(String(24))
    body_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
