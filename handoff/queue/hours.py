"""When a group's people are there: within the hours of its calendar, or always if it has none."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handoff.catalogue.models import Group
from handoff.sla.calendars import History
from handoff.sla.queries import histories

_LOOK_AHEAD = timedelta(days=400)


def opens_at(history: History | None, now: datetime) -> datetime | None:
    """When people are there next: ``now`` itself if they are, None if not within 400 days. Pure."""
    if history is None:
        return now
    return next((begin for begin, _ in history.spans(now, now + _LOOK_AHEAD)), None)


def people_are_back(session: Session, group: Group, now: datetime) -> datetime | None:
    """When the people of a group are there next, as :func:`opens_at`."""
    calendar = group.calendar_id
    return opens_at(histories(session, [calendar]).get(calendar) if calendar else None, now)
