"""Random lives of tickets: calendars with edits, targets, pauses, new classifications, reopenings; for the product and for the oracle."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from handoff.sla.calendars import Calendar, History
from handoff.sla.clocks import Clock, ClockKind, ClockState, Event, EventKind, Terms, replay
from tests.handoff.sla import oracle
from tests.handoff.sla.oracle import Found, Happening, MinuteCalendar

ZONES = ("America/Sao_Paulo", "America/Manaus", "America/Noronha", "UTC", "Europe/Lisbon", "Australia/Lord_Howe")
PERCENTS = (50, 75, 90, 100, 150)
_DAY = 1440
_BEGINNINGS = (
    datetime(2018, 10, 31, tzinfo=UTC),  # Brazil's last but one change of the clocks, at midnight
    datetime(2019, 2, 12, tzinfo=UTC),  # and its last one, back
    datetime(2026, 12, 18, tzinfo=UTC),
    datetime(2027, 3, 24, tzinfo=UTC),  # Europe's summer begins
    datetime(2027, 3, 31, tzinfo=UTC),  # Lord Howe's clocks go back by half an hour
)


@dataclass
class Life:
    """One ticket's life, up to the minute ``now``."""

    calendars: dict[str, list[tuple[int, MinuteCalendar]]]
    happenings: list[Happening]
    first: int
    now: int


def random_life(random: Random) -> Life:
    """A life of up to some ten days."""
    first = int(random.choice(_BEGINNINGS).timestamp()) // 60 + random.randrange(0, 3 * _DAY)
    length = random.choice((_DAY, 4 * _DAY, 10 * _DAY))
    calendars = {name: _edits(random, first, length) for name in ("a", "b")}
    happenings = _happenings(random, first, length)
    return Life(calendars, happenings, first, first + random.randrange(0, length + 1))


def _edits(random: Random, first: int, length: int) -> list[tuple[int, MinuteCalendar]]:
    moments = sorted(random.sample(range(first - _DAY, first + length), random.choice((0, 0, 1, 2))))
    return [(since, _calendar(random, first)) for since in (0, *moments)]


def _calendar(random: Random, first: int) -> MinuteCalendar:
    start = date.fromtimestamp(first * 60) - timedelta(days=2)
    week = [_hours(random) if random.random() < 0.75 else [] for _ in range(7)]
    days = {
        start + timedelta(days=random.randrange(16)): random.choice(([], _hours(random)))
        for _ in range(random.randrange(4))
    }
    return MinuteCalendar(random.choice(ZONES), week, days)


def _hours(random: Random) -> list[tuple[int, int]]:
    step = random.choice((60, 30, 1))
    marks = sorted(random.sample(range(0, _DAY + 1, step), 2 * random.choice((1, 1, 2, 3))))
    return random.choice(
        ([(0, _DAY)], list(zip(marks[::2], marks[1::2], strict=True)), list(zip(marks[::2], marks[1::2], strict=True)))
    )


_NEXT = ("retargeted", "responded", "paused", "resumed", "resolved", "reopened", "cancelled")
_ODDS = (2, 2, 4, 4, 2, 3, 1)


def _happenings(random: Random, first: int, length: int) -> list[Happening]:
    minutes = sorted(first + random.randrange(length) for _ in range(random.randrange(9)))
    if minutes and random.random() < 0.3:
        minutes = sorted([*minutes[:-1], random.choice(minutes)])  # two at the same minute
    kinds = random.choices(_NEXT, _ODDS, k=len(minutes))
    happenings = [Happening("opened", first)] + [Happening(kind, at) for kind, at in zip(kinds, minutes, strict=True)]
    for one in happenings:
        if one.kind in {"opened", "retargeted"}:
            one.calendar = random.choice("ab")
            one.targets = {
                kind: 20 * random.choice((1, 3, 12, 24, 72)) for kind in ("own", "resolve") if random.random() < 0.9
            }
    return happenings


def moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def as_minute(at: datetime | None) -> int | None:
    if at is None:
        return None
    assert at.second == at.microsecond == 0
    return int(at.timestamp()) // 60


def history(versions: list[tuple[int, MinuteCalendar]]) -> History:
    """The product's calendar of the oracle's."""
    return History(tuple((moment(since), _product(calendar)) for since, calendar in versions))


def _product(calendar: MinuteCalendar) -> Calendar:
    mon, tue, wed, thu, fri, sat, sun = (tuple(hours) for hours in calendar.week)
    days = {day: tuple(hours) for day, hours in calendar.days.items()}
    return Calendar(ZoneInfo(calendar.zone), (mon, tue, wed, thu, fri, sat, sun), days)


def events(life: Life) -> list[Event]:
    """The product's ledger of a life."""
    return [Event(EventKind(one.kind), moment(one.minute), _terms(one)) for one in life.happenings]


def _terms(one: Happening) -> Terms | None:
    if not one.calendar:
        return None
    targets = {ClockKind(kind): timedelta(minutes=target) for kind, target in one.targets.items()}
    return Terms(one.calendar, targets, PERCENTS)


def by_the_oracle(life: Life, horizon: int) -> dict[str, Found | None]:
    """Both clocks minute by minute; due minutes are looked for up to ``horizon`` minutes after now."""
    last = life.now + horizon
    counting = {name: oracle.worked(versions, life.first, last) for name, versions in life.calendars.items()}
    return {
        kind.value: oracle.walk(kind.value, life.happenings, counting, life.first, life.now, PERCENTS)
        for kind in ClockKind
    }


def by_the_product(life: Life) -> dict[str, Clock | None]:
    """Both clocks by the product."""
    calendars = {name: history(versions) for name, versions in life.calendars.items()}
    ledger = events(life)
    return {kind.value: replay(kind, ledger, calendars, moment(life.now)) for kind in ClockKind}


def differences(life: Life, horizon: int = 14 * _DAY) -> list[str]:
    """What product and oracle disagree about; due moments beyond the horizon are not looked at."""
    found, expected = by_the_product(life), by_the_oracle(life, horizon)
    return [text for kind in found for text in _differing(kind, found[kind], expected[kind], life.now + horizon)]


def _differing(kind: str, clock: Clock | None, found: Found | None, last: int) -> list[str]:
    if clock is None or found is None:
        return [] if clock is found else [f"{kind}: {clock} and {found}"]
    due = as_minute(clock.due_at)
    pairs = {
        "elapsed": (clock.elapsed, timedelta(minutes=found.elapsed)),
        "crossed": ({percent: as_minute(at) for percent, at in clock.crossed.items()}, found.crossed),
        "running": (clock.state is ClockState.RUNNING, found.running),
        "due": (due if due is not None and due <= last else None, found.due),
    }
    return [f"{kind} {name}: {mine} and not {theirs}" for name, (mine, theirs) in pairs.items() if mine != theirs]
