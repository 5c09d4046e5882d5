"""The tables of known outages and of those who follow them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class Outage(Base):
    """A service that an agent has marked as down. At most one is open a service; ``ticket_id`` is its one ticket."""

    __tablename__ = "outages"
    __table_args__ = (
        Index(
            "uq_outages_open",
            "service_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_outages_since", "since"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    expected_back: Mapped[datetime | None]
    declared_by: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    end_text: Mapped[str | None] = mapped_column(Text)


class OutageFollower(Base):
    """A conversation that is to be told when the service is back. ``told_at`` is set with the message, once."""

    __tablename__ = "outage_followers"
    __table_args__ = (Index("ix_outage_followers_untold", "told_at", "outage_id"),)

    outage_id: Mapped[str] = mapped_column(ForeignKey("outages.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
