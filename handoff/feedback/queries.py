"""Counts and finds feedback."""

from typing import NamedTuple

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from handoff.feedback.models import Feedback


class Usefulness(NamedTuple):
    """How often an article version was found useful, and how often not."""

    version: int
    useful: int
    not_useful: int


def given(session: Session, episode_id: str, article_id: str, version: int) -> Feedback | None:
    """What was said of this version in this episode."""
    return session.scalars(
        select(Feedback).where(
            Feedback.episode_id == episode_id, Feedback.article_id == article_id, Feedback.version == version
        )
    ).first()


def usefulness(session: Session, article_id: str) -> list[Usefulness]:
    """By version, newest first."""
    useful = func.sum(cast(Feedback.useful, Integer))
    chosen = (
        select(Feedback.version, useful, func.count() - useful)
        .where(Feedback.article_id == article_id)
        .group_by(Feedback.version)
        .order_by(Feedback.version.desc())
    )
    return [Usefulness(version, int(yes), int(no)) for version, yes, no in session.execute(chosen)]
