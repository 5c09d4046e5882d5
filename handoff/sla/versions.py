"""Keeping calendars and contracts: what changed becomes a new version, what did not change does not."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from handoff.sla import queries
from handoff.sla.clocks import ClockState
from handoff.sla.definitions import CalendarHours, Promises, keep_holidays
from handoff.sla.models import CalendarVersion, ContractVersion, TicketClock

_YEARS = 10


def keep_calendar(session: Session, *, calendar_id: str, hours: CalendarHours, now: datetime) -> bool:
    """Has the calendar count these hours from ``now`` on; says whether that is new. Running clocks are looked at again."""
    latest = queries.latest_calendar(session, calendar_id)
    if latest is not None and latest.definition == _definition(hours, _year_of(latest, now)):
        return False
    session.add(
        CalendarVersion(
            calendar_id=calendar_id,
            number=latest.number + 1 if latest is not None else 1,
            definition=_definition(hours, now.year),
            since=max(now, latest.since) if latest is not None else now,
        )
    )
    session.flush()
    mine = update(TicketClock).where(TicketClock.calendar_id == calendar_id)
    session.execute(mine.where(TicketClock.state == ClockState.RUNNING.value).values(next_at=now))
    return True


def _definition(hours: CalendarHours, year: int) -> str:
    return keep_holidays(hours, year).model_dump_json(exclude_none=True)


def _year_of(latest: CalendarVersion, now: datetime) -> int:
    """The year around which holidays are compared: that a year has passed is no edit, that ten have is."""
    return latest.since.year if now.year - latest.since.year < _YEARS else now.year


def keep_contract(session: Session, *, contract_id: str, promises: Promises, now: datetime) -> bool:
    """Has the contract promise this to tickets opened or classified anew from ``now`` on; says whether that is new."""
    latest = queries.latest_contract(session, contract_id)
    definition = promises.model_dump_json(include=set(Promises.model_fields), exclude_none=True)
    if latest is not None and latest.definition == definition:
        return False
    number = latest.number + 1 if latest is not None else 1
    session.add(ContractVersion(contract_id=contract_id, number=number, definition=definition, since=now))
    session.flush()
    return True
