"""The two clocks of a ticket as pure functions of (events, calendars, now): the same ledger gives the same clocks, whenever read.

A clock runs from its start to its stop, stands while the user's answer is awaited, and counts working time only. A threshold
is crossed at the first moment, while the clock runs, at which that share of the target has passed; a ticket that is answered or
resolved at that very moment is in time. A new classification brings new targets for the same time passed. A reopened ticket's time
to resolve goes on from where it stopped. What was crossed once is never crossed again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from handoff.sla.calendars import History, add_working, working_between

BREACH = 100
WARNINGS = (50, 75, 90)
_ZERO = timedelta(0)


class ClockKind(StrEnum):
    """``own``: until the first human response. ``resolve``: until the ticket is resolved."""

    OWN = "own"
    RESOLVE = "resolve"


class EventKind(StrEnum):
    """What happens to the clocks of a ticket."""

    OPENED = "opened"
    RETARGETED = "retargeted"
    RESPONDED = "responded"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


class ClockState(StrEnum):
    """``stopped`` is answered, resolved or cancelled."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Terms:
    """What a ticket is held to: targets in working time of a calendar (a kind without one has no clock), and the percentages watched."""

    calendar: str
    targets: Mapping[ClockKind, timedelta]
    percents: tuple[int, ...] = (*WARNINGS, BREACH)


@dataclass(frozen=True)
class Event:
    """One line of the ledger; ``terms`` come with ``opened`` and ``retargeted``."""

    kind: EventKind
    at: datetime
    terms: Terms | None = None


@dataclass(frozen=True)
class Clock:
    """A clock at a moment. ``crossed`` says when each percentage was reached, ``due_at`` when a running clock is or was overdue.

    ``next_percent`` and ``next_at`` are what it will cross next if nothing else happens.
    """

    kind: ClockKind
    state: ClockState
    target: timedelta
    elapsed: timedelta
    crossed: Mapping[int, datetime]
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    next_percent: int | None = None
    next_at: datetime | None = None

    @property
    def breached_at(self) -> datetime | None:
        return self.crossed.get(BREACH)


@dataclass
class _Hand:
    """What replaying has found so far; ``target`` is the last one that the ticket had."""

    terms: Terms
    target: timedelta | None = None
    state: ClockState = ClockState.STOPPED
    is_pending: bool = False
    elapsed: timedelta = _ZERO
    stopped_at: datetime | None = None


def replay(kind: ClockKind, events: Sequence[Event], calendars: Mapping[str, History], now: datetime) -> Clock | None:
    """The clock at ``now``; None when the ticket never had a target of this kind. ``events`` are in the ledger's order."""
    hand: _Hand | None = None
    crossed: dict[int, datetime] = {}
    since = now
    for event, until in _segments(events, now):
        hand, since = _apply(hand, kind, event), event.at
        if hand.state is not ClockState.RUNNING:
            continue
        history = calendars[hand.terms.calendar]
        for percent, at in _crossings(hand, history, since):
            if percent not in crossed and at is not None and (at <= now if until is None else at < until):
                crossed[percent] = at
        if until is not None:
            hand.elapsed += working_between(history, since, until)
    if hand is None or hand.target is None:
        return None
    return _clock(kind, hand, hand.target, crossed, calendars[hand.terms.calendar], since, now)


def _segments(events: Sequence[Event], now: datetime) -> Iterator[tuple[Event, datetime | None]]:
    """Each event with the moment of the next, None for the last. A system clock that was set back moves no event before another."""
    ordered: list[Event] = []
    for event in events:
        at = max(event.at, ordered[-1].at) if ordered else event.at
        if at > now:
            break
        ordered.append(Event(event.kind, at, event.terms))
    for one, following in pairwise([*ordered, None]):
        if one is not None:
            yield one, following.at if following is not None else None


_STOPS = {
    ClockKind.OWN: {EventKind.RESPONDED, EventKind.RESOLVED, EventKind.CANCELLED},
    ClockKind.RESOLVE: {EventKind.RESOLVED, EventKind.CANCELLED},
}
_ENDS_PENDING = {EventKind.RESUMED, EventKind.RESOLVED, EventKind.REOPENED, EventKind.CANCELLED}


def _apply(hand: _Hand | None, kind: ClockKind, event: Event) -> _Hand:
    if hand is None:
        if event.terms is None:
            raise ValueError("a ledger begins with terms")
        hand = _Hand(event.terms)
    hand.terms = event.terms or hand.terms
    hand.target = hand.terms.targets.get(kind, hand.target)
    if event.kind is EventKind.PAUSED:
        hand.is_pending = True
    elif event.kind in _ENDS_PENDING:
        hand.is_pending = False
    if event.kind in _STOPS[kind] and hand.stopped_at is None:
        hand.stopped_at = event.at
    elif event.kind is EventKind.REOPENED and kind is ClockKind.RESOLVE:
        hand.stopped_at = None
    hand.state = _state(hand, kind)
    return hand


def _state(hand: _Hand, kind: ClockKind) -> ClockState:
    if hand.stopped_at is not None or kind not in hand.terms.targets:
        return ClockState.STOPPED
    return ClockState.PAUSED if hand.is_pending else ClockState.RUNNING


def _crossings(hand: _Hand, history: History, since: datetime) -> Iterator[tuple[int, datetime | None]]:
    """When each percentage is reached if the clock runs on from ``since``: ``since`` itself for those that are past."""
    for percent in sorted(hand.terms.percents):
        yield percent, add_working(history, since, (hand.target or _ZERO) * percent / 100 - hand.elapsed)


def _clock(
    kind: ClockKind,
    hand: _Hand,
    target: timedelta,
    crossed: dict[int, datetime],
    history: History,
    since: datetime,
    now: datetime,
) -> Clock:
    if hand.state is not ClockState.RUNNING:
        return Clock(kind, hand.state, target, hand.elapsed, crossed, stopped_at=hand.stopped_at)
    ahead = [(at, percent) for percent, at in _crossings(hand, history, since) if at and percent not in crossed]
    next_at, next_percent = min(ahead, default=(None, None))
    return Clock(
        kind,
        hand.state,
        target,
        hand.elapsed + working_between(history, since, now),
        crossed,
        due_at=crossed.get(BREACH) or add_working(history, since, target - hand.elapsed),
        next_percent=next_percent,
        next_at=next_at,
    )
