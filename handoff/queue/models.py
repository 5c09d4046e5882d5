"""What each agent has read of each conversation."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class ConversationRead(Base):
    """The highest message ``seq`` that an agent has seen of a conversation; unread counts derive from it."""

    __tablename__ = "conversation_reads"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    last_seq: Mapped[int] = mapped_column(default=0)
