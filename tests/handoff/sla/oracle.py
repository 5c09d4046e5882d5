"""Clocks counted minute by minute, knowing nothing of how the product does it.

Every minute of the time asked about gets one number from the calendar in force at that minute: whether the wall clock stands within the
hours of its day. The clock's life is then walked minute by minute: first the events of that minute, then the look at the thresholds, then,
if the clock runs, the minute itself. Everything is in whole minutes of UTC since 1970.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_EPOCH = date(1970, 1, 1)


@dataclass
class MinuteCalendar:
    """Hours by weekday and by date, as pairs of minutes."""

    zone: str
    week: list[list[tuple[int, int]]]
    days: dict[date, list[tuple[int, int]]]


@dataclass
class Happening:
    """An event of a ticket's life at a minute."""

    kind: str
    minute: int
    calendar: str = ""
    targets: dict[str, int] = field(default_factory=dict)


@dataclass
class Found:
    """What the oracle says of one clock."""

    elapsed: int
    crossed: dict[int, int]
    running: bool
    stopped: bool
    due: int | None


def worked(versions: Sequence[tuple[int, MinuteCalendar]], first: int, last: int) -> NDArray[np.bool_]:
    """For each minute from ``first`` until before ``last``, whether it counts."""
    result = np.zeros(last - first, dtype=bool)
    edits = [since for since, _ in versions[1:]]
    bounds = [first, *(min(max(edit, first), last) for edit in edits), last]
    for (_, calendar), begin, end in zip(versions, bounds[:-1], bounds[1:], strict=True):
        result[begin - first : end - first] = _by_wall_clock(calendar, begin, end)
    return result


def _by_wall_clock(calendar: MinuteCalendar, first: int, last: int) -> NDArray[np.bool_]:
    if last <= first:
        return np.zeros(0, dtype=bool)
    minutes = np.arange(first, last)
    quarters = np.arange(first // 15, last // 15 + 1)
    offsets = np.array([_offset(calendar.zone, quarter * 15) for quarter in quarters.tolist()])
    wall = minutes + offsets[minutes // 15 - quarters[0]]
    day, minute = wall // 1440, wall % 1440
    table = np.zeros((int(day[-1]) - int(day.min()) + 2, 1440), dtype=bool)
    for row in range(len(table)):
        on = _EPOCH + timedelta(days=int(day.min()) + row)
        for start, end in calendar.days.get(on, calendar.week[on.weekday()]):
            table[row, start:end] = True
    return table[day - int(day.min()), minute]


@cache
def _offset(zone: str, minute: int) -> int:
    local = datetime.fromtimestamp(minute * 60, UTC).astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def walk(
    kind: str,
    happenings: Sequence[Happening],
    counting: dict[str, NDArray[np.bool_]],
    first: int,
    now: int,
    percents: Sequence[int],
) -> Found | None:
    """The life of one clock, minute by minute, up to ``now``; its due minute is looked for as far as ``counting`` reaches."""
    waiting = list(happenings)
    started = stopped = pending = False
    target: int | None = None
    last_target: int | None = None
    calendar = ""
    elapsed = 0
    crossed: dict[int, int] = {}
    minute = first
    while minute <= now:
        while waiting and waiting[0].minute <= minute:
            event = waiting.pop(0)
            if event.kind in {"opened", "retargeted"}:
                started, calendar, target = True, event.calendar, event.targets.get(kind)
                last_target = target if target is not None else last_target
            elif event.kind == "paused":
                pending = True
            elif event.kind == "resumed":
                pending = False
            elif event.kind in {"resolved", "cancelled"} or (event.kind == "responded" and kind == "own"):
                stopped = True
            elif event.kind == "reopened" and kind == "resolve":
                stopped = False
            if event.kind in {"resolved", "reopened", "cancelled"}:
                pending = False
        running = started and not stopped and not pending and target is not None
        until = min(now + 1, waiting[0].minute if waiting else now + 1)
        if not running:
            minute = until
            continue
        # The minutes until the next event, one by one: ``before[i]`` is the time passed before the i-th of them.
        ticks = counting[calendar][minute - first : until - first]
        before = elapsed + np.concatenate(([0], np.cumsum(ticks)[:-1]))
        for percent in percents:
            if percent not in crossed:
                there = np.flatnonzero(before * 100 >= (target or 0) * percent)
                if len(there):
                    crossed[percent] = minute + int(there[0])
        elapsed += int(ticks.sum()) - (int(ticks[-1]) if until == now + 1 else 0)
        minute = until
    if last_target is None:
        return None
    running = started and not stopped and not pending and target is not None
    due = None
    if running:
        due = crossed.get(100) or _when(counting[calendar], now - first, (target or 0) - elapsed, first)
    return Found(elapsed, crossed, running, stopped, due)


def _when(counting: NDArray[np.bool_], start: int, left: int, first: int) -> int | None:
    passed = np.cumsum(counting[start:])
    place = bisect_right(passed, left - 1)
    return first + start + place + 1 if place < len(passed) else None
