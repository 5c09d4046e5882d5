"""Clocks as the console shows them, in words and by how pressing they are, wherever a ticket or its conversation is."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy.orm import Session

from handoff.accounts.service import CurrentAgent
from handoff.console.i18n import N_, Words
from handoff.sla import queries
from handoff.sla.calendars import History, working_between
from handoff.sla.clocks import ClockKind, ClockState
from handoff.sla.models import TicketClock
from handoff.sla.schemas import ClockOut, Level, NoticeOut, Notices

SHOWN = 100
_RUNNING = {ClockKind.OWN: N_("First response in %(time)s"), ClockKind.RESOLVE: N_("Solution in %(time)s")}
_LATE = {ClockKind.OWN: N_("First response late by %(time)s"), ClockKind.RESOLVE: N_("Solution late by %(time)s")}
_PAUSED = N_("Paused, %(time)s left for the solution")
_DONE = {ClockKind.OWN: N_("Answered in time"), ClockKind.RESOLVE: N_("Solved in time")}
_DONE_LATE = {ClockKind.OWN: N_("Answered late"), ClockKind.RESOLVE: N_("Solved late")}
_REACHED = {
    ClockKind.OWN: N_("%(percent)s %% of the time for the first response has passed"),
    ClockKind.RESOLVE: N_("%(percent)s %% of the time for the solution has passed"),
}
_BREACHED = {
    ClockKind.OWN: N_("The time for the first response is over"),
    ClockKind.RESOLVE: N_("The time for the solution is over"),
}
_LEVELS: tuple[tuple[int, Level], ...] = ((90, "urgent"), (75, "near"), (50, "half"), (0, "ok"))
_BREACH = 100


def clocks_of(session: Session, ticket_ids: Iterable[str], words: Words, now: datetime) -> dict[str, list[ClockOut]]:
    """The clocks of these tickets at ``now``, by ticket; a ticket without a contract has none."""
    kept = queries.clocks_of(session, ticket_ids)
    histories = queries.histories(session, {clock.calendar_id for clocks in kept.values() for clock in clocks})
    return {ticket_id: [clock_out(one, histories, words, now) for one in clocks] for ticket_id, clocks in kept.items()}


def foremost(clocks: Iterable[ClockOut]) -> ClockOut | None:
    """The clock that a list shows."""
    return next((clock for clock in clocks if clock.foremost), None)


def clock_out(clock: TicketClock, histories: Mapping[str, History], words: Words, now: datetime) -> ClockOut:
    """A kept clock at ``now``."""
    kind, state = ClockKind(clock.kind), ClockState(clock.state)
    target = timedelta(seconds=clock.target_seconds)
    elapsed = _elapsed(clock, histories, now)
    percent = int(elapsed / target * 100)
    return ClockOut(
        kind=kind,
        state=state,
        level=_level(clock, state, percent),
        foremost=clock.foremost,
        target_seconds=int(clock.target_seconds),
        elapsed_seconds=int(elapsed.total_seconds()),
        remaining_seconds=int((target - elapsed).total_seconds()),
        percent=percent,
        due_at=clock.due_at,
        breached_at=clock.breached_at,
        stopped_at=clock.stopped_at,
        text=_text(kind, state, clock.breached_at is not None, target - elapsed, words),
    )


def _elapsed(clock: TicketClock, histories: Mapping[str, History], now: datetime) -> timedelta:
    passed = timedelta(seconds=clock.elapsed_seconds)
    if clock.state != ClockState.RUNNING:
        return passed
    return passed + working_between(histories[clock.calendar_id], clock.computed_at, now)


def _level(clock: TicketClock, state: ClockState, percent: int) -> Level:
    if clock.breached_at is not None:
        return "late"
    if state is ClockState.STOPPED:
        return "done"
    return next(level for least, level in _LEVELS if percent >= least)


def _text(kind: ClockKind, state: ClockState, is_late: bool, left: timedelta, words: Words) -> str:
    if state is ClockState.STOPPED:
        return words.say((_DONE_LATE if is_late else _DONE)[kind])
    if is_late:
        return words.say(_LATE[kind], time=spoken(max(-left, timedelta(0)), words))
    if state is ClockState.PAUSED:
        return words.say(_PAUSED, time=spoken(left, words))
    return words.say(_RUNNING[kind], time=spoken(max(left, timedelta(0)), words))


def spoken(amount: timedelta, words: Words) -> str:
    """An amount of working time, in hours and whole minutes."""
    hours, minutes = divmod(int(amount.total_seconds()) // 60, 60)
    if not hours:
        return words.say(N_("%(count)s min"), count=minutes)
    if not minutes:
        return words.say(N_("%(count)s h"), count=hours)
    return words.say(N_("%(hours)s h %(minutes)s min"), hours=hours, minutes=minutes)


def reached_text(kind: str, percent: int, words: Words) -> str:
    """What it means that a clock reached a percentage."""
    clock = ClockKind(kind)
    return words.say(_BREACHED[clock]) if percent == _BREACH else words.say(_REACHED[clock], percent=percent)


def alerts_for(session: Session, agent: CurrentAgent, words: Words) -> Notices:
    """What the agent or their groups were told of clocks, and nobody has seen to yet."""
    rows = queries.notices(session, agent.id, agent.visible_groups, SHOWN)
    full = len(rows) == SHOWN
    return Notices(
        alerts=[
            NoticeOut(
                id=notice.id,
                protocol=ticket.protocol,
                title=ticket.title,
                clock=ClockKind(alert.clock),
                percent=alert.percent,
                crossed_at=alert.crossed_at,
                reason=cast(Literal["group", "lead", "next"], notice.reason),
                group=notice.group_id,
                text=reached_text(alert.clock, alert.percent, words),
            )
            for notice, alert, ticket in rows
        ],
        count=queries.count_notices(session, agent.id, agent.visible_groups) if full else len(rows),
    )
