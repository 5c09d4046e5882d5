"""Keeping what users said about an answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from balcao.ids import new_id
from handoff.feedback import queries
from handoff.feedback.models import Feedback


def give_feedback(
    session: Session, *, episode_id: str, article_id: str, version: int, useful: bool, now: datetime
) -> Feedback:
    """Keeps it, once an episode and article version: said again it changes nothing, said otherwise it is changed."""
    kept = queries.given(session, episode_id, article_id, version)
    if kept is None:
        kept = Feedback(
            id=new_id(),
            episode_id=episode_id,
            article_id=article_id,
            version=version,
            useful=useful,
            created_at=now,
            updated_at=now,
        )
        session.add(kept)
    elif kept.useful != useful:
        kept.useful, kept.updated_at = useful, now
    return kept
