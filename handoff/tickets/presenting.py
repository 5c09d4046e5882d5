"""Tickets as the API answers them."""

from datetime import datetime

from sqlalchemy.orm import Session

from handoff.attachments.queries import of_ticket
from handoff.attachments.schemas import AttachmentOut
from handoff.tickets import queries
from handoff.tickets.models import Ticket
from handoff.tickets.own_tickets import moves, reopen_until
from handoff.tickets.priority import Urgency
from handoff.tickets.schemas import OwnTicketOut, TicketOut
from handoff.tickets.states import TicketState, TicketType

STATE_LABELS = {
    TicketState.NEW: "Novo",
    TicketState.IN_PROGRESS: "Em atendimento",
    TicketState.PENDING_USER: "Aguardando sua resposta",
    TicketState.FORWARDED_PRODUCTION: "Encaminhado ao suporte à produção",
    TicketState.FORWARDED_DEVELOPMENT: "Encaminhado ao desenvolvimento",
    TicketState.RESOLVED: "Resolvido",
    TicketState.REOPENED: "Reaberto",
    TicketState.CLOSED: "Encerrado",
    TicketState.CANCELLED: "Cancelado",
}
"""What users are told; the console has words of its own in its catalogues."""


def own_ticket_out(session: Session, ticket: Ticket, days: int, now: datetime) -> OwnTicketOut:
    """The ticket as its user may see it, with what they can do to it now; ``days`` is how long it can be reopened."""
    return OwnTicketOut(
        **dict(ticket_out(ticket)),
        can=moves(ticket, days, now),
        reopen_until=reopen_until(ticket, days),
        asked=queries.last_words(session, ticket.id, "ask_user") if ticket.state == TicketState.PENDING_USER else None,
        follows=[earlier.protocol for earlier in queries.earlier(session, ticket.id)],
        attachments=[AttachmentOut.of(sent) for sent in of_ticket(session, ticket, notes=False)],
    )


def ticket_out(ticket: Ticket) -> TicketOut:
    """The ticket as anyone who may see it sees it."""
    return TicketOut(
        protocol=ticket.protocol,
        type=TicketType(ticket.type),
        state=TicketState(ticket.state),
        state_label=STATE_LABELS[TicketState(ticket.state)],
        service=ticket.service_id,
        title=ticket.title,
        description=ticket.description,
        impact=ticket.impact,
        urgency=Urgency(ticket.urgency),
        priority=ticket.priority,
        group=ticket.group_id,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        solution=ticket.solution,
    )
