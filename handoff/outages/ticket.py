"""The one ticket of an outage: an incident of the whole agency, asked for by the agent who marked the service as down."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from balcao.errors import Unavailable
from balcao.ids import new_id
from handoff.accounts.service import CurrentAgent
from handoff.catalogue.models import Service
from handoff.catalogue.queries import impacts
from handoff.conversations.writing import body_hash
from handoff.sla.ledger import note_opened, note_owned
from handoff.tickets.models import Ticket
from handoff.tickets.numbering import lock_counter
from handoff.tickets.priority import Urgency, priority_of
from handoff.tickets.protocol import format_protocol
from handoff.tickets.states import TicketState, TicketType
from handoff.timeline.service import Author, record
from handoff.users.models import User
from handoff.words import say


def open_outage_ticket(
    session: Session,
    *,
    outage_id: str,
    service: Service,
    text: str,
    agent: CurrentAgent,
    now: datetime,
    zone: ZoneInfo,
) -> Ticket:
    """Opens it in the group of the service; the agent stands in the place of the user who asks."""
    widest = max(impacts(session), key=lambda impact: impact.weight, default=None)
    if widest is None:
        raise Unavailable("no catalogue is loaded", code="no_catalogue")
    asking = User(id=new_id(), name=agent.name, email=None, language=agent.language, created_at=now)
    session.add(asking)
    session.flush()
    year = now.astimezone(zone).year
    counter = lock_counter(session, year)
    counter.last_number += 1
    title = say("outage_title", "pt-BR", service=service.name)
    ticket = Ticket(
        type=TicketType.INCIDENT,
        state=TicketState.IN_PROGRESS,
        service_id=service.id,
        group_id=service.group_id,
        title=title,
        description=text or title,
        impact=widest.id,
        urgency=Urgency.HIGH,
        priority=priority_of(widest.weight, Urgency.HIGH),
        user_id=asking.id,
        agent_id=agent.id,
        contact_name=agent.name,
        idempotency_key=f"outage:{outage_id}",
        body_hash=body_hash(outage_id),
        year=year,
        number=counter.last_number,
        protocol=format_protocol(year, counter.last_number),
        created_at=now,
        updated_at=now,
    )
    session.add(ticket)
    session.flush()
    data = {"protocol": ticket.protocol, "group": ticket.group_id, "priority": ticket.priority}
    author = Author("agent", agent.id)
    record(session, subject="ticket", subject_id=ticket.id, event="opened", author=author, now=now, data=data)
    note_opened(session, ticket=ticket, now=now)
    note_owned(session, ticket=ticket, now=now)
    return ticket
