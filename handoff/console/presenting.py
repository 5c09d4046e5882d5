"""Rows of the database as the console's API answers them."""

from collections.abc import Sequence
from typing import Literal, cast

from handoff.attachments.models import Attachment
from handoff.attachments.schemas import AttachmentOut, split_attachments
from handoff.console.schemas import AgentTicket, ConsoleMessage, HandoffOut
from handoff.conversations.models import Handoff, Message
from handoff.sla.schemas import ClockOut
from handoff.tickets.models import Ticket
from handoff.tickets.priority import Urgency
from handoff.tickets.schemas import Tried
from handoff.tickets.states import TicketState, TicketType, allowed_actions
from handoff.users.models import User


def message_out(message: Message, agent_id: str) -> ConsoleMessage:
    """A message; its client key only for the agent who wrote it."""
    payload, attachments = split_attachments(message.payload)
    return ConsoleMessage(
        id=message.id,
        seq=message.seq,
        author=cast(Literal["user", "bot", "agent", "system"], message.author),
        author_name=message.author_name,
        agent_id=message.agent_id,
        visibility=cast(Literal["all", "agents"], message.visibility),
        text=message.text,
        payload=payload,
        attachments=attachments,
        client_key=message.client_key if message.agent_id == agent_id else None,
        created_at=message.created_at,
    )


def handoff_out(handoff: Handoff) -> HandoffOut:
    return HandoffOut(
        id=handoff.id,
        group=handoff.group_id,
        reason=handoff.reason,
        summary=handoff.summary,
        fields=handoff.fields,
        created_at=handoff.created_at,
        claimed_at=handoff.claimed_at,
        claimed_by=handoff.claimed_by,
        closed_at=handoff.closed_at,
        solution=handoff.solution,
    )


def agent_ticket(ticket: Ticket, user: User, clocks: list[ClockOut], attachments: Sequence[Attachment]) -> AgentTicket:
    """A ticket with its clocks, its files and what can be done to it now."""
    state = TicketState(ticket.state)
    return AgentTicket(
        protocol=ticket.protocol,
        type=TicketType(ticket.type),
        state=state,
        service=ticket.service_id,
        classification=ticket.classification_id,
        title=ticket.title,
        description=ticket.description,
        impact=ticket.impact,
        urgency=Urgency(ticket.urgency),
        priority=ticket.priority,
        group=ticket.group_id,
        agent_id=ticket.agent_id,
        user_name=user.name,
        contact_name=ticket.contact_name,
        contact_email=ticket.contact_email,
        article_ids=ticket.article_ids,
        tried=[Tried(**script) for script in ticket.tried],
        conversation_id=ticket.conversation_id,
        solution=ticket.solution,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        version=ticket.version,
        clocks=clocks,
        attachments=[AttachmentOut.of(attachment) for attachment in attachments],
        actions=allowed_actions(state),
    )
