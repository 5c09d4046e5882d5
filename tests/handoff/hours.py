"""Hours for tests: whatever the time is, nobody is there now."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from handoff.catalogue.models import Group
from handoff.sla.definitions import CalendarHours
from handoff.sla.models import WorkingCalendar
from handoff.sla.versions import keep_calendar

ZONE = ZoneInfo("America/Sao_Paulo")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def close_until(session: Session, days: int) -> datetime:
    """Has the people of all groups come in so many days (1 to 6) at eight; when that is."""
    now = datetime.now(ZONE)
    opens = (now + timedelta(days=days)).replace(hour=8, minute=0, second=0, microsecond=0)
    hours = CalendarHours.model_validate({"timezone": ZONE.key, "hours": {_DAYS[opens.weekday()]: ["08:00-18:00"]}})
    session.add(WorkingCalendar(id="depois", name="Só depois", position=99))
    session.flush()
    keep_calendar(session, calendar_id="depois", hours=hours, now=now)
    session.execute(update(Group).values(calendar_id="depois"))
    return opens
