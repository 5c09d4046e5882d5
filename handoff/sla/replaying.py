"""Replaying every ledger and comparing with what is kept: proof that breaches and clocks follow from the events alone."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.sla import queries
from handoff.sla.clocks import Clock, ClockState
from handoff.sla.models import ClockEvent, TicketClock
from handoff.sla.settling import replay_rows

_LOOKED_AT_A_TIME = 1_000


def differences(session: Session, now: datetime) -> list[str]:
    """What replaying finds and what is kept disagree about, one line each; a threshold that is due but not yet swept is none."""
    chosen = select(ClockEvent.ticket_id).distinct().execution_options(yield_per=_LOOKED_AT_A_TIME)
    return [line for ticket_id in session.scalars(chosen).all() for line in _of_ticket(session, ticket_id, now)]


def _of_ticket(session: Session, ticket_id: str, now: datetime) -> Iterator[str]:
    kept = queries.clocks_of(session, {ticket_id})[ticket_id]
    rows = queries.ledger(session, ticket_id)
    last_look = max((clock.computed_at for clock in kept), default=now)
    clocks = {clock.kind.value: clock for clock in replay_rows(session, rows, last_look)}
    told = {(a.clock, a.percent): a.crossed_at for a in queries.alerts_of(session, ticket_id)}
    reached = {(kind, percent): at for kind, clock in clocks.items() for percent, at in clock.crossed.items()}
    for key in sorted(told.keys() | reached.keys()):
        if told.get(key) != reached.get(key):
            yield f"{ticket_id} {key[0]} {key[1]} %: kept {told.get(key)}, replayed {reached.get(key)}"
    for row in kept:
        if not _same(row, clocks.get(row.kind)):
            yield f"{ticket_id} {row.kind}: the clock is kept otherwise than replayed"


def _same(row: TicketClock, clock: Clock | None) -> bool:
    if clock is None:
        return False
    kept = (ClockState(row.state), row.due_at, row.breached_at, row.stopped_at)
    return kept == (clock.state, clock.due_at, clock.breached_at, clock.stopped_at)
