"""Making a ticket's clocks what its ledger says, and noting once what they have reached.

Whoever writes an event ends here, and so does the sweep that finds that time has passed. The clocks' rows are locked meanwhile,
so that two never settle one ticket at once. They can be lost without harm: everything is in the ledger.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handoff.live.news import announce
from handoff.sla import queries
from handoff.sla.alerts import raise_alerts
from handoff.sla.calendars import History
from handoff.sla.clocks import Clock, ClockKind, ClockState, Event, EventKind, Terms, replay
from handoff.sla.definitions import promises_from
from handoff.sla.models import ClockEvent, ContractVersion, TicketClock


def settle(session: Session, *, ticket_id: str, now: datetime, wait: bool = True) -> bool:
    """Brings the ticket's clocks to ``now``. Without ``wait``, one that another transaction is settling is left to it: False."""
    session.flush()
    kept = queries.locked_clocks(session, ticket_id, wait=wait)
    if not kept and not wait:
        return False
    rows = queries.ledger(session, ticket_id)
    moment = max(now, rows[-1].at)  # the system's clock may have been set back
    clocks = replay_rows(session, rows, moment)
    terms = next(row for row in reversed(rows) if row.contract_version_id is not None)
    _keep(session, terms, kept, clocks, moment)
    if raise_alerts(session, terms=terms, clocks=clocks, now=now):
        announce(session, "queue")
    return True


def replay_rows(session: Session, rows: Sequence[ClockEvent], now: datetime) -> list[Clock]:
    """The clocks of one ticket's ledger at ``now``."""
    histories = queries.histories(session, {row.calendar_id for row in rows if row.calendar_id})
    versions = queries.contract_versions(session, {row.contract_version_id for row in rows if row.contract_version_id})
    return replay_all([event_of(row, versions) for row in rows], histories, now)


def replay_all(events: Sequence[Event], histories: Mapping[str, History], now: datetime) -> list[Clock]:
    """Both clocks, less one that never had a target. Pure."""
    found = (replay(kind, events, histories, now) for kind in ClockKind)
    return [clock for clock in found if clock is not None]


def event_of(row: ClockEvent, versions: Mapping[int, ContractVersion]) -> Event:
    """A row of the ledger as the pure clocks read it."""
    if row.calendar_id is None or row.contract_version_id is None:
        return Event(EventKind(row.kind), row.at)
    targets = {ClockKind(kind): timedelta(seconds=seconds) for kind, seconds in (row.targets or {}).items()}
    percents = promises_from(versions[row.contract_version_id].definition).percents
    return Event(EventKind(row.kind), row.at, Terms(row.calendar_id, targets, percents))


def _keep(
    session: Session,
    terms: ClockEvent,
    kept: Mapping[ClockKind, TicketClock],
    clocks: Sequence[Clock],
    now: datetime,
) -> None:
    first = foremost(clocks)
    for clock in clocks:
        row = kept.get(clock.kind) or TicketClock(ticket_id=terms.ticket_id, kind=clock.kind.value)
        row.calendar_id, row.contract_version_id = terms.calendar_id or "", terms.contract_version_id or 0
        row.state, row.computed_at = clock.state.value, now
        row.target_seconds, row.elapsed_seconds = clock.target.total_seconds(), clock.elapsed.total_seconds()
        row.due_at, row.next_at = clock.due_at, clock.next_at
        row.breached_at, row.stopped_at = clock.breached_at, clock.stopped_at
        row.foremost = clock.kind is first
        session.add(row)
    session.flush()


def foremost(clocks: Sequence[Clock]) -> ClockKind | None:
    """The clock that lists show: of those that have not stopped, the one due first, a standing one after those that run."""
    live = [clock for clock in clocks if clock.state is not ClockState.STOPPED]
    ordered = sorted(live, key=lambda clock: (clock.due_at is None, clock.due_at or clock.target - clock.elapsed))
    return ordered[0].kind if ordered else None
