"""The table of what users said about the answers they were given."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class Feedback(Base):
    """Useful or not: one an episode and article version. Who says it again in the same episode changes it."""

    __tablename__ = "article_feedback"
    __table_args__ = (
        UniqueConstraint("episode_id", "article_id", "version"),
        Index("ix_article_feedback_article_id", "article_id", "version"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id"))
    article_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    useful: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
