"""Working time: which moments count, how much of it lies between two, and when a given amount has passed. Pure.

A moment counts when the wall clock of the calendar's zone stands within one of the intervals of its day. So an hour that a
change of the clocks skips counts for nobody, and one that comes twice counts twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
"""A stretch of time in UTC, its end not included."""
Hours = tuple[tuple[int, int], ...]
"""Intervals of a day in minutes since midnight (0 to 1440), in order, apart from each other, their ends not included."""

_DAY = timedelta(days=1)
_ZERO = timedelta(0)
_HORIZON = timedelta(days=20 * 366)
_EVER = datetime(1, 1, 2, tzinfo=UTC)
_NEVER = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Calendar:
    """The hours of each weekday (Monday first) in ``zone``, and those of single days, which replace the weekday's."""

    zone: ZoneInfo
    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    days: Mapping[date, Hours] = field(default_factory=dict)
    _spans: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def hours_on(self, day: date) -> Hours:
        """The intervals of a day; none for a closed one."""
        return self.days.get(day, self.week[day.weekday()])

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The working time of a local day, in UTC and in order. Kept, since clocks ask for the same days again and again."""
        found = self._spans.get(day)
        if found is None:
            found = self._spans[day] = tuple(self._compute(day))
        return found

    def _compute(self, day: date) -> Iterator[Span]:
        hours = self.hours_on(day)
        midnight = datetime.combine(day, time(), tzinfo=UTC)
        for begin, end, offset in _offsets(self.zone, midnight) if hours else ():
            for start, stop in hours:
                first = max(begin, midnight + timedelta(minutes=start) - offset)
                last = min(end, midnight + timedelta(minutes=stop) - offset)
                if first < last:
                    yield first, last


def _offsets(zone: ZoneInfo, midnight: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The stretches around a day in which the zone's offset from UTC stays the same: one, or two when the clocks change."""
    before, after = midnight - _DAY, midnight + 2 * _DAY
    old, new = _offset(zone, before), _offset(zone, after)
    if old == new:
        yield _EVER, _NEVER, old
        return
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    yield _EVER, after, old
    yield after, _NEVER, new


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or _ZERO


@dataclass(frozen=True)
class History:
    """A calendar through its edits. Each version counts from its moment until the next; the first has always counted.

    What has been counted is therefore never counted again in another way, whatever is edited later.
    """

    versions: tuple[tuple[datetime, Calendar], ...]

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The working time between two moments, in order."""
        moments = [_EVER, *(since for since, _ in self.versions[1:]), _NEVER]
        for (since, until), (_, calendar) in zip(pairwise(moments), self.versions, strict=True):
            first, last = max(start, since), min(end, until)
            if first < last:
                yield from _clipped(calendar, first, last)


def _clipped(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Span]:
    day = start.astimezone(calendar.zone).date()
    last = end.astimezone(calendar.zone).date()
    while day <= last:
        for begin, stop in calendar.spans_on(day):
            first, until = max(begin, start), min(stop, end)
            if first < until:
                yield first, until
        day += _DAY


def working_between(history: History, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments; none when ``end`` is not after ``start``."""
    return sum((stop - begin for begin, stop in history.spans(start, end)), _ZERO)


def add_working(history: History, start: datetime, amount: timedelta) -> datetime | None:
    """The first moment by which ``amount`` of working time has passed; None when that is not within twenty years."""
    if amount <= _ZERO:
        return start
    left = amount
    for begin, stop in history.spans(start, start + _HORIZON):
        if stop - begin >= left:
            return begin + left
        left -= stop - begin
    return None
