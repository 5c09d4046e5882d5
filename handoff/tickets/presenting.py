"""Tickets as the API answers them."""

from handoff.tickets.models import Ticket
from handoff.tickets.priority import Urgency
from handoff.tickets.schemas import TicketOut
from handoff.tickets.states import TicketState, TicketType

STATE_LABELS = {
    TicketState.NEW: "Novo",
    TicketState.IN_PROGRESS: "Em atendimento",
    TicketState.PENDING_USER: "Aguardando sua resposta",
    TicketState.FORWARDED_PRODUCTION: "Encaminhado ao suporte à produção",
    TicketState.FORWARDED_DEVELOPMENT: "Encaminhado ao desenvolvimento",
    TicketState.RESOLVED: "Resolvido",
    TicketState.CLOSED: "Encerrado",
    TicketState.CANCELLED: "Cancelado",
}
"""What users are told; the console has words of its own in its catalogues."""


def ticket_out(ticket: Ticket) -> TicketOut:
    """The ticket as its user may see it."""
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
