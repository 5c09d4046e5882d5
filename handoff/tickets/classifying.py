"""Classifying a ticket anew: another service, classification, impact or urgency, and with them another priority, group and targets."""

from datetime import datetime

from sqlalchemy.orm import Session

from balcao.errors import Conflict, InvalidInput, NotFound
from handoff.catalogue.models import Classification, Impact
from handoff.catalogue.service import group_for_service
from handoff.live.news import announce
from handoff.sla.ledger import note_classified
from handoff.tickets.models import Ticket
from handoff.tickets.priority import priority_of
from handoff.tickets.schemas import Classify
from handoff.tickets.service import flush_change
from handoff.tickets.states import MANIFESTATIONS, OPEN_STATES
from handoff.timeline.service import Author, record


def classify(session: Session, *, ticket: Ticket, wanted: Classify, author: Author, now: datetime) -> Ticket:
    """Classifies an open ticket anew. It goes to the new service's group when the service changes; time passed stays passed.

    :class:`Conflict` with code ``wrong_state`` for a ticket that is not open, ``ticket_changed`` when someone changed it
    since the caller saw ``wanted.version``; :class:`NotFound` or :class:`InvalidInput` for what the catalogue does not have.
    """
    if wanted.version != ticket.version:
        raise Conflict("the ticket was changed meanwhile", code="ticket_changed")
    if ticket.state not in OPEN_STATES:
        raise Conflict(f"a ticket that is {ticket.state} is not classified anew", code="wrong_state")
    before = _facts(ticket)
    _set(session, ticket, wanted)
    changed = {
        name: [old, new] for (name, old), new in zip(before.items(), _facts(ticket).values(), strict=True) if old != new
    }
    if not changed:
        return ticket
    ticket.updated_at = now
    flush_change(session)
    record(session, subject="ticket", subject_id=ticket.id, event="classified", author=author, now=now, data=changed)
    note_classified(session, ticket=ticket, now=now)
    announce(session, "queue", f"conversation:{ticket.conversation_id}")
    return ticket


def _facts(ticket: Ticket) -> dict[str, str | int | None]:
    names = ("service_id", "classification_id", "impact", "urgency", "priority", "group_id")
    return {name: getattr(ticket, name) for name in names}


def _set(session: Session, ticket: Ticket, wanted: Classify) -> None:
    impact = session.get(Impact, wanted.impact)
    if impact is None:
        raise InvalidInput(f"no impact {wanted.impact}", code="unknown_impact")
    if wanted.service != ticket.service_id:
        group = group_for_service(session, wanted.service)
        if ticket.type not in MANIFESTATIONS:  # those have a group of their own
            ticket.group_id = group.id
    is_new = (wanted.service, wanted.classification) != (ticket.service_id, ticket.classification_id)
    if is_new and wanted.classification is not None and not _exists(session, wanted):
        raise NotFound(f"no classification {wanted.classification} of the service", code="unknown_classification")
    ticket.service_id, ticket.classification_id = wanted.service, wanted.classification
    ticket.impact, ticket.urgency = impact.id, wanted.urgency
    ticket.priority = priority_of(impact.weight, wanted.urgency)


def _exists(session: Session, wanted: Classify) -> bool:
    found = session.get(Classification, (wanted.service, wanted.classification)) if wanted.service else None
    return found is not None and found.active
