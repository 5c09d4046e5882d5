"""The table of open questions: the durable timer of silence."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class OpenQuestion(Base):
    """What the bot has asked last in a conversation, and when something is to be done if no answer comes.

    ``seq`` is that of the bot's last message: once the user has written after it, the row is of no use and is swept away.
    ``step`` is ``nudge`` (the user is to be reminded) or ``close`` (the conversation is to be ended) at ``due_at``.
    """

    __tablename__ = "open_questions"
    __table_args__ = (Index("ix_open_questions_due_at", "due_at"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id"))
    seq: Mapped[int]
    step: Mapped[str] = mapped_column(String(5))
    due_at: Mapped[datetime]
