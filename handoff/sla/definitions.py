"""Calendars and contracts as the catalogue file holds them, and as their versions are kept."""

import re
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from handoff.catalogue.names import Name, Slug, Strict, refuse_repeated
from handoff.sla.calendars import Calendar, Hours
from handoff.sla.clocks import BREACH, WARNINGS, ClockKind
from handoff.sla.durations import format_duration, parse_duration
from handoff.sla.holiday_dates import STATES, holiday_dates

_INTERVAL = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_DAY = 24 * 60


def _interval(text: object) -> str:
    _minutes(text)
    return str(text)


def _minutes(text: object) -> tuple[int, int]:
    found = _INTERVAL.fullmatch(text) if isinstance(text, str) else None
    if found:
        start, end = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
        if start < end <= _FULL_DAY:
            return start, end
    raise ValueError("is an interval such as 08:00-12:00 within one day; midnight at its end is 24:00")


def _in_order(intervals: list[str]) -> list[str]:
    for (_, end), (start, _) in pairwise(map(_minutes, intervals)):
        if start < end:
            raise ValueError("the intervals of a day come in order and do not overlap")
    return intervals


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"unknown time zone {name}")
    return name


def _state(code: str) -> str:
    if code not in STATES:
        raise ValueError(f"unknown state {code}: BR or the two letters of a state")
    return code


Intervals = Annotated[list[Annotated[str, BeforeValidator(_interval)]], Field(max_length=24), AfterValidator(_in_order)]
Duration = Annotated[
    timedelta,
    BeforeValidator(lambda text: text if isinstance(text, timedelta) else parse_duration(str(text))),
    PlainSerializer(format_duration),
]
Percent = Annotated[int, Field(ge=1, le=1_000)]


class HolidayRule(Strict):
    """Which holidays close the calendar: a state's (``BR``: the national ones alone), ``optional`` with the optional days."""

    state: Annotated[str, StringConstraints(max_length=24), AfterValidator(_state)] = "BR"
    optional: bool = False


class OwnDay(Strict):
    """A day of the agency's own, before any holiday: closed, or with hours of its own."""

    date: date
    name: Name
    hours: Intervals = Field(default=[])


class CalendarHours(Strict):
    """What a calendar counts. ``closed`` holds the holidays' dates as they were known when the version was kept."""

    timezone: Annotated[str, AfterValidator(_zone)] = "America/Sao_Paulo"
    hours: dict[Weekday, Intervals]
    holidays: HolidayRule | None = None
    days: list[OwnDay] = Field(default=[], max_length=2_000)

    @model_validator(mode="after")
    def _counts_something_and_each_day_once(self) -> Self:
        if not any(self.hours.values()):
            raise ValueError("a calendar needs hours on at least one day of the week")
        refuse_repeated("day", [day.date.isoformat() for day in self.days])
        return self


class KeptHours(CalendarHours):
    """A calendar's version: with the dates of its holidays, so that a newer library changes no past."""

    closed: list[date] = Field(default=[])


class Target(Strict):
    """What is promised: at least one time, for one priority or all, for one offer, all of a service, or all."""

    service: Slug | None = None
    offer: Slug | None = None
    priority: Annotated[int, Field(ge=1, le=5)] | None = None
    own: Duration | None = None
    resolve: Duration | None = None

    @model_validator(mode="after")
    def _promises_something(self) -> Self:
        if self.own is None and self.resolve is None:
            raise ValueError("a target needs own, resolve or both")
        if self.offer is not None and self.service is None:
            raise ValueError("a target with an offer names its service")
        return self


class Step(Strict):
    """Who is told at a percentage of a target: the ticket's ``group``, its group's ``lead``, or the ``next`` group.

    The first ``next`` step goes to the group that the ticket's group escalates to, the second one to the group after that.
    """

    at: Percent
    to: Literal["group", "lead", "next"]
    clock: ClockKind | None = None


class Promises(Strict):
    """What a contract promises, on which calendar, and what happens as time runs out."""

    calendar: Slug
    targets: list[Target] = Field(min_length=1, max_length=2_000)
    escalation: list[Step] = Field(default=[], max_length=20)

    @property
    def percents(self) -> tuple[int, ...]:
        """Every percentage of a target at which something happens."""
        return tuple(sorted({*WARNINGS, BREACH, *(step.at for step in self.escalation)}))

    def targets_for(self, service: str | None, offer: str | None, priority: int) -> dict[ClockKind, timedelta]:
        """The targets of a ticket: for each clock, the line that says most about its case; a kind that none names has none."""
        found: dict[ClockKind, timedelta] = {}
        for target in sorted(self.targets, key=_weight):
            if _matches(target, service, offer, priority):
                named = {ClockKind.OWN: target.own, ClockKind.RESOLVE: target.resolve}
                found |= {kind: amount for kind, amount in named.items() if amount is not None}
        return found


def _weight(target: Target) -> tuple[bool, bool, bool]:
    return target.offer is not None, target.service is not None, target.priority is not None


def _matches(target: Target, service: str | None, offer: str | None, priority: int) -> bool:
    wanted = ((target.service, service), (target.offer, offer), (target.priority, priority))
    return all(named is None or named == actual for named, actual in wanted)


_YEARS_BACK, _YEARS_AHEAD = 2, 20


def keep_holidays(hours: CalendarHours, year: int) -> KeptHours:
    """The version to keep of a calendar: with its holidays from two years before ``year`` to twenty after."""
    rule = hours.holidays
    dates = (
        holiday_dates(rule.state, rule.optional, year - _YEARS_BACK, year + _YEARS_AHEAD) if rule else frozenset[date]()
    )
    return KeptHours(**{name: getattr(hours, name) for name in CalendarHours.model_fields}, closed=sorted(dates))


@lru_cache(maxsize=512)
def calendar_from(kept: str) -> Calendar:
    """The calendar of a kept version (its JSON); the same text gives the same calendar, with what it has counted."""
    version = KeptHours.model_validate_json(kept)
    days: dict[date, Hours] = dict.fromkeys(version.closed, ())
    days |= {day.date: _hours(day.hours) for day in version.days}
    mon, tue, wed, thu, fri, sat, sun = (_hours(version.hours.get(day, [])) for day in _WEEKDAYS)
    return Calendar(ZoneInfo(version.timezone), (mon, tue, wed, thu, fri, sat, sun), days)


@lru_cache(maxsize=512)
def promises_from(kept: str) -> Promises:
    """The promises of a contract's kept version (its JSON)."""
    return Promises.model_validate_json(kept)


def _hours(intervals: list[str]) -> Hours:
    return tuple(_minutes(text) for text in intervals)
