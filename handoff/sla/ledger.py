"""Writing to the ledger of clock events, in the transaction of what causes them."""

from datetime import datetime

from sqlalchemy.orm import Session

from handoff.catalogue.models import Classification, Group, Service
from handoff.sla import queries
from handoff.sla.clocks import EventKind
from handoff.sla.definitions import promises_from
from handoff.sla.models import ClockEvent, Contract, ContractVersion
from handoff.sla.settling import settle
from handoff.tickets.models import Ticket
from handoff.tickets.states import OPEN_STATES, TicketState
from handoff.timeline.service import Author


def note_opened(session: Session, *, ticket: Ticket, now: datetime) -> None:
    """Starts the clocks of a new ticket; without a contract for it, it has none."""
    event = _with_terms(session, ticket, EventKind.OPENED, now)
    if event is not None:
        session.add(event)
        settle(session, ticket_id=ticket.id, now=now)


def note_classified(session: Session, *, ticket: Ticket, now: datetime) -> None:
    """Holds the ticket to the targets of its present service, classification, priority and group."""
    if not queries.locked_clocks(session, ticket.id):
        return
    event = _with_terms(session, ticket, EventKind.RETARGETED, now)
    if event is not None:
        session.add(event)
        settle(session, ticket_id=ticket.id, now=now)


def note_response(session: Session, *, conversation_id: str, now: datetime) -> None:
    """Notes that a person wrote to the user: the first response to every ticket of the conversation that waits for one."""
    for ticket in queries.waiting_for_response(session, conversation_id):
        _note(session, ticket, [EventKind.RESPONDED], now)


def note_owned(session: Session, *, ticket: Ticket, now: datetime) -> None:
    """Notes that a person has had the case from its start, so that no first response is waited for."""
    _note(session, ticket, [EventKind.RESPONDED], now)


def note_state(session: Session, *, ticket: Ticket, before: TicketState, author: Author, now: datetime) -> None:
    """Notes what a change of the ticket's state means for its clocks."""
    kinds = events_of(before, TicketState(ticket.state), by_agent=author.kind == "agent")
    if kinds:
        _note(session, ticket, kinds, now)


def events_of(before: TicketState, after: TicketState, *, by_agent: bool) -> list[EventKind]:
    """What a change of state means for the clocks. An agent who asks the user has thereby answered. Pure."""
    kinds: list[EventKind] = []
    if after is TicketState.PENDING_USER:
        kinds += [EventKind.RESPONDED, EventKind.PAUSED] if by_agent else [EventKind.PAUSED]
    elif after is TicketState.RESOLVED:
        kinds.append(EventKind.RESOLVED)
    elif after is TicketState.CANCELLED:
        kinds.append(EventKind.CANCELLED)
    elif before is TicketState.PENDING_USER:
        kinds.append(EventKind.RESUMED)
    elif before not in OPEN_STATES and after in OPEN_STATES:
        kinds.append(EventKind.REOPENED)
    return kinds


def _note(session: Session, ticket: Ticket, kinds: list[EventKind], now: datetime) -> None:
    if not queries.locked_clocks(session, ticket.id):
        return
    session.add_all(ClockEvent(ticket_id=ticket.id, kind=kind.value, at=now) for kind in kinds)
    settle(session, ticket_id=ticket.id, now=now)


def _with_terms(session: Session, ticket: Ticket, kind: EventKind, now: datetime) -> ClockEvent | None:
    """The event with the terms that hold for the ticket now; None when no contract does."""
    version = _contract_of(session, ticket)
    if version is None:
        return None
    promises = promises_from(version.definition)
    group = session.get(Group, ticket.group_id)
    targets = promises.targets_for(ticket.service_id, _offer_of(session, ticket), ticket.priority)
    return ClockEvent(
        ticket_id=ticket.id,
        kind=kind.value,
        at=now,
        contract_version_id=version.id,
        calendar_id=(group.calendar_id if group else None) or promises.calendar,
        targets={kind.value: amount.total_seconds() for kind, amount in targets.items()},
    )


def _contract_of(session: Session, ticket: Ticket) -> ContractVersion | None:
    service = session.get(Service, ticket.service_id) if ticket.service_id else None
    contract = session.get(Contract, service.contract_id) if service and service.contract_id else None
    contract = contract if contract is not None and contract.active else queries.default_contract(session)
    return queries.latest_contract(session, contract.id) if contract is not None else None


def _offer_of(session: Session, ticket: Ticket) -> str | None:
    if ticket.service_id is None or ticket.classification_id is None:
        return None
    found = session.get(Classification, (ticket.service_id, ticket.classification_id))
    return found.offer_id if found is not None else None
