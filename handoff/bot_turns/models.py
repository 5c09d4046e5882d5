"""The inbox of the bot: one row for each turn that the bot owes an answer to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class BotTurn(Base):
    """One turn. ``id`` grows within a conversation, which is the order in which turns are worked off.

    ``kind`` is ``message`` (a user's message) or ``event`` (said by the desk itself, with ``payload`` as its trusted
    intent). ``state`` goes from ``pending`` to ``done``, ``failed`` (passed to the queue), ``superseded`` (a human took the
    conversation meanwhile), ``joined`` (a piece of a message whose last piece has the whole text) or ``given_up`` (an event
    that found no bot). ``message_id`` is the key under which the
    bot knows the turn; for a message it is the message's id. A dispatcher works on a turn while it holds its lease.
    """

    __tablename__ = "bot_turns"
    __table_args__ = (
        Index("ix_bot_turns_open", "state", "conversation_id", "id"),
        Index("ix_bot_turns_conversation_id", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    message_id: Mapped[str] = mapped_column(String(26), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id"))
    kind: Mapped[str] = mapped_column(String(7))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(26))
    leased_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(200))
    trace: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
