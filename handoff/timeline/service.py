"""Writing to the timeline. There is no way to change or remove an entry."""

from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from handoff.timeline.models import TimelineEntry


class Author(NamedTuple):
    """Who did something; ``id`` is the user's or the agent's, and absent for the bot and the system."""

    kind: Literal["user", "bot", "agent", "system"]
    id: str | None = None


BOT = Author("bot")
SYSTEM = Author("system")


def record(
    session: Session,
    *,
    subject: Literal["conversation", "ticket"],
    subject_id: str,
    event: str,
    author: Author,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    """Adds one entry to the timeline of a conversation or a ticket, in the caller's transaction."""
    session.add(
        TimelineEntry(
            subject=subject,
            subject_id=subject_id,
            event=event,
            author=author.kind,
            author_id=author.id,
            data=data or {},
            at=now,
        )
    )
