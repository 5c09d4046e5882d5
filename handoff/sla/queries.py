"""Selects calendars, contracts, ledgers, clocks and notices."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from handoff.sla.calendars import History
from handoff.sla.clocks import ClockKind
from handoff.sla.definitions import calendar_from
from handoff.sla.models import (
    CalendarVersion,
    ClockEvent,
    Contract,
    ContractVersion,
    SlaAlert,
    SlaNotice,
    TicketClock,
    WorkingCalendar,
)
from handoff.tickets.models import Ticket


def calendars(session: Session) -> Sequence[WorkingCalendar]:
    """The active calendars, in the order of the file."""
    chosen = select(WorkingCalendar).where(WorkingCalendar.active)
    return session.scalars(chosen.order_by(WorkingCalendar.position)).all()


def contracts(session: Session) -> Sequence[Contract]:
    """The active contracts, in the order of the file."""
    return session.scalars(select(Contract).where(Contract.active).order_by(Contract.position)).all()


def default_contract(session: Session) -> Contract | None:
    return session.scalars(select(Contract).where(Contract.is_default, Contract.active)).first()


def latest_calendar(session: Session, calendar_id: str) -> CalendarVersion | None:
    mine = select(CalendarVersion).where(CalendarVersion.calendar_id == calendar_id)
    return session.scalars(mine.order_by(CalendarVersion.number.desc()).limit(1)).first()


def latest_contract(session: Session, contract_id: str) -> ContractVersion | None:
    mine = select(ContractVersion).where(ContractVersion.contract_id == contract_id)
    return session.scalars(mine.order_by(ContractVersion.number.desc()).limit(1)).first()


def contract_versions(session: Session, ids: Iterable[int]) -> dict[int, ContractVersion]:
    chosen = select(ContractVersion).where(ContractVersion.id.in_(set(ids)))
    return {version.id: version for version in session.scalars(chosen)}


def histories(session: Session, calendar_ids: Iterable[str]) -> dict[str, History]:
    """These calendars through their versions."""
    chosen = select(CalendarVersion.calendar_id, CalendarVersion.since, CalendarVersion.definition)
    chosen = chosen.where(CalendarVersion.calendar_id.in_(set(calendar_ids)))
    versions: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for calendar_id, since, definition in session.execute(chosen.order_by(CalendarVersion.number)):
        versions[calendar_id].append((since, definition))
    return {
        calendar_id: History(tuple((since, calendar_from(definition)) for since, definition in kept))
        for calendar_id, kept in versions.items()
    }


def ledger(session: Session, ticket_id: str) -> Sequence[ClockEvent]:
    """The events of a ticket's clocks, in their order."""
    mine = select(ClockEvent).where(ClockEvent.ticket_id == ticket_id)
    return session.scalars(mine.order_by(ClockEvent.id)).all()


def locked_clocks(session: Session, ticket_id: str, *, wait: bool = True) -> dict[ClockKind, TicketClock]:
    """A ticket's clocks, locked until the transaction ends; without ``wait``, none where another transaction has them."""
    mine = select(TicketClock).where(TicketClock.ticket_id == ticket_id).order_by(TicketClock.kind)
    found = session.scalars(mine.with_for_update(skip_locked=not wait).execution_options(populate_existing=True)).all()
    return {ClockKind(clock.kind): clock for clock in found}


def due_tickets(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """The tickets with a clock that must be looked at, the longest overdue first."""
    due = select(TicketClock.ticket_id).where(TicketClock.next_at <= now)
    return session.scalars(
        due.group_by(TicketClock.ticket_id).order_by(func.min(TicketClock.next_at)).limit(limit)
    ).all()


def clocks_of(session: Session, ticket_ids: Iterable[str]) -> dict[str, list[TicketClock]]:
    """The clocks of tickets; time to own first."""
    chosen = select(TicketClock).where(TicketClock.ticket_id.in_(set(ticket_ids))).order_by(TicketClock.kind)
    found: defaultdict[str, list[TicketClock]] = defaultdict(list)
    for clock in session.scalars(chosen):
        found[clock.ticket_id].append(clock)
    return found


def alerts_of(session: Session, ticket_id: str) -> Sequence[SlaAlert]:
    """What a ticket's clocks have reached, in that order."""
    mine = select(SlaAlert).where(SlaAlert.ticket_id == ticket_id)
    return session.scalars(mine.order_by(SlaAlert.crossed_at, SlaAlert.clock, SlaAlert.percent)).all()


def waiting_for_response(session: Session, conversation_id: str) -> Sequence[Ticket]:
    """The conversation's tickets that still wait for a first human response."""
    waits = and_(TicketClock.kind == ClockKind.OWN, TicketClock.stopped_at.is_(None))
    chosen = select(Ticket).join(TicketClock, and_(TicketClock.ticket_id == Ticket.id, waits))
    return session.scalars(chosen.where(Ticket.conversation_id == conversation_id).order_by(Ticket.id)).all()


def notices(
    session: Session, agent_id: str, groups: frozenset[str] | None, limit: int
) -> Sequence[tuple[SlaNotice, SlaAlert, Ticket]]:
    """What nobody has seen to yet of what the agent was told, or one of their groups (None: any); the newest first."""
    chosen = (
        select(SlaNotice, SlaAlert, Ticket)
        .join(SlaAlert, SlaAlert.id == SlaNotice.alert_id)
        .join(Ticket, Ticket.id == SlaAlert.ticket_id)
        .where(SlaNotice.seen_at.is_(None), _told(agent_id, groups))
        .order_by(SlaNotice.id.desc())
    )
    return [(notice, alert, ticket) for notice, alert, ticket in session.execute(chosen.limit(limit))]


def count_notices(session: Session, agent_id: str, groups: frozenset[str] | None) -> int:
    chosen = select(func.count()).select_from(SlaNotice).where(SlaNotice.seen_at.is_(None), _told(agent_id, groups))
    return session.scalar(chosen) or 0


def notice(session: Session, notice_id: str, agent_id: str, groups: frozenset[str] | None) -> SlaNotice | None:
    """A notice, if it is the agent's or one of their groups'."""
    return session.scalars(select(SlaNotice).where(SlaNotice.id == notice_id, _told(agent_id, groups))).first()


def _told(agent_id: str, groups: frozenset[str] | None) -> ColumnElement[bool]:
    to_group: ColumnElement[bool] = SlaNotice.agent_id.is_(None)
    if groups is not None:
        to_group = and_(to_group, SlaNotice.group_id.in_(groups))
    return or_(SlaNotice.agent_id == agent_id, to_group)
