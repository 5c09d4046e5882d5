"""Selects what a rating is about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.conversations.models import Handoff, Message
from handoff.ratings.models import Rating


def resolving_agent(session: Session, episode_id: str) -> str | None:
    """The agent who last resolved the episode."""
    chosen = select(Handoff.closed_by).where(Handoff.episode_id == episode_id, Handoff.closed_by.is_not(None))
    return session.scalars(chosen.order_by(Handoff.closed_at.desc())).first()


def comment_of(session: Session, episode_id: str) -> str | None:
    """What the user wrote beside their latest rating in the episode."""
    chosen = select(Rating.comment).where(Rating.episode_id == episode_id, Rating.comment.is_not(None))
    return session.scalars(chosen.order_by(Rating.created_at.desc())).first()


def payloads(session: Session, episode_id: str) -> Sequence[dict[str, Any] | None]:
    """What came with the bot's messages of the episode, in order."""
    chosen = select(Message.payload).where(Message.episode_id == episode_id, Message.author == "bot")
    return session.scalars(chosen.order_by(Message.seq)).all()
