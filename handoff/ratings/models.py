"""The table of ratings: at most one an episode and rated party."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class Rating(Base):
    """A score of 1 to 5 for the ``bot`` or the ``human`` of one episode, with what it was about.

    ``articles`` lists the ``{"id", "version"}`` of the articles that the bot cited in the episode; ``agent_id`` is the
    agent who resolved it, for a rating of the human service.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("episode_id", "rated"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("rated IN ('bot', 'human')", name="rated"),
        Index("ix_ratings_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id"))
    rated: Mapped[str] = mapped_column(String(5))
    score: Mapped[int]
    comment: Mapped[str | None] = mapped_column(Text)
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    articles: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
