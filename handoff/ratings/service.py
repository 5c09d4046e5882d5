"""Keeping ratings: one an episode and rated party, with what it was about."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from balcao.ids import new_id
from handoff.conversations.models import Episode
from handoff.conversations.text import MAX_TEXT
from handoff.ratings import queries
from handoff.ratings.models import Rating
from handoff.timeline.service import Author, record


def rate(
    session: Session,
    *,
    episode: Episode,
    user_id: str,
    rated: str,
    score: int,
    comment: str | None,
    now: datetime,
) -> Rating:
    """Keeps the first rating of this party in this episode, and returns the one that is kept.

    A later one changes nothing, but for a comment where the first had none: users rate first and explain afterwards.
    """
    kept = session.scalars(select(Rating).where(Rating.episode_id == episode.id, Rating.rated == rated)).first()
    comment = comment.strip()[:MAX_TEXT] or None if comment else None
    if kept is not None:
        kept.comment = kept.comment or comment
        return kept
    rating = Rating(
        id=new_id(),
        episode_id=episode.id,
        rated=rated,
        score=score,
        comment=comment,
        agent_id=queries.resolving_agent(session, episode.id) if rated == "human" else None,
        articles=cited(queries.payloads(session, episode.id)) if rated == "bot" else [],
        created_at=now,
    )
    session.add(rating)
    record(
        session,
        subject="conversation",
        subject_id=episode.conversation_id,
        event="rated",
        author=Author("user", user_id),
        now=now,
        data={"rated": rated, "score": score, "episode_id": episode.id},
    )
    return rating


def cited(payloads: Iterable[dict[str, Any] | None]) -> list[dict[str, Any]]:
    """The articles that these messages cite, each version once, in the order of their first mention. Pure."""
    articles = [payload["article"] for payload in payloads if payload and payload.get("article")]
    ordered = dict.fromkeys((article.get("id"), article.get("version")) for article in articles)
    return [{"id": id_, "version": version} for id_, version in ordered]
