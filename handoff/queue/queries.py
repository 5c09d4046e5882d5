"""Selects the conversations that wait, those of an agent, and what an agent has not read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from handoff.conversations.models import Conversation, Handoff, Message
from handoff.queue.models import ConversationRead
from handoff.queue.ordering import Waiting
from handoff.sla.models import TicketClock
from handoff.tickets.models import Ticket
from handoff.tickets.states import OPEN_STATES
from handoff.users.models import User


@dataclass(frozen=True)
class Listed:
    """A conversation with its user and its open handoff."""

    conversation: Conversation
    user: User
    handoff: Handoff | None


def waiting(session: Session, groups: frozenset[str] | None, limit: int, *, by_deadline: bool = False) -> list[Listed]:
    """The conversations that wait for these groups (None: all): the longest wait first, or the ticket that is due first.

    By deadline, those without a running clock come last, the longest wait first.
    """
    chosen = _listed().where(_waits_for(groups))
    if by_deadline:
        due = _due_by_conversation()
        chosen = chosen.outerjoin(due, due.c.conversation_id == Conversation.id)
        chosen = chosen.order_by(due.c.due_at.is_(None), due.c.due_at)
    return _run(session, chosen.order_by(Conversation.queued_at, Conversation.id).limit(limit))


def of_agent(session: Session, agent_id: str) -> list[Listed]:
    """The agent's conversations, the one with the newest message first."""
    mine = _listed().where(Conversation.owner_kind == "agent", Conversation.owner_agent_id == agent_id)
    return _run(session, mine.order_by(Conversation.updated_at.desc(), Conversation.id))


def by_id(session: Session, conversation_id: str) -> Listed | None:
    found = _run(session, _listed().where(Conversation.id == conversation_id))
    return found[0] if found else None


def count_waiting(session: Session, groups: frozenset[str] | None) -> int:
    return session.scalar(select(func.count()).select_from(Conversation).where(_waits_for(groups))) or 0


def entries(session: Session, groups: set[str]) -> list[Waiting]:
    """All that wait in these groups, for their places."""
    chosen = select(Conversation.id, Conversation.owner_group, Conversation.queued_at)
    rows = session.execute(chosen.where(_waits_for(frozenset(groups))))
    return [Waiting(id_, group, at) for id_, group, at in rows if group is not None and at is not None]


def may_see(session: Session, conversation_id: str, agent_id: str, groups: frozenset[str] | None) -> bool:
    """Whether the conversation is the agent's or has ever been passed to one of their groups."""
    seen = select(Conversation.id).where(Conversation.id == conversation_id)
    if groups is not None:
        passed = exists().where(Handoff.conversation_id == Conversation.id, Handoff.group_id.in_(groups))
        tracked = exists().where(Ticket.conversation_id == Conversation.id, Ticket.group_id.in_(groups))
        mine = Conversation.owner_agent_id == agent_id
        seen = seen.where(or_(mine, Conversation.owner_group.in_(groups), passed, tracked))
    return session.scalars(seen).first() is not None


def last_messages(session: Session, conversation_ids: Sequence[str]) -> dict[str, Message]:
    """The newest message of each conversation that someone wrote to another; notes and notices are left out."""
    newest = (
        select(Message.conversation_id, func.max(Message.seq).label("seq"))
        .where(Message.conversation_id.in_(conversation_ids), Message.visibility == "all", Message.author != "system")
        .group_by(Message.conversation_id)
        .subquery()
    )
    same = and_(Message.conversation_id == newest.c.conversation_id, Message.seq == newest.c.seq)
    return {m.conversation_id: m for m in session.scalars(select(Message).join(newest, same))}


def unread(session: Session, agent_id: str, conversation_ids: Sequence[str]) -> dict[str, int]:
    """How many of the user's messages the agent has not seen, by conversation; those without any are left out."""
    mine = and_(ConversationRead.conversation_id == Message.conversation_id, ConversationRead.agent_id == agent_id)
    counted = (
        select(Message.conversation_id, func.count())
        .outerjoin(ConversationRead, mine)
        .where(Message.conversation_id.in_(conversation_ids), Message.author == "user")
        .where(Message.seq > func.coalesce(ConversationRead.last_seq, 0))
        .group_by(Message.conversation_id)
    )
    return {key: count for key, count in session.execute(counted)}


def tickets_of(session: Session, conversation_ids: Sequence[str]) -> dict[str, Ticket]:
    """The newest open ticket of each conversation."""
    chosen = select(Ticket).where(Ticket.conversation_id.in_(conversation_ids), Ticket.state.in_(OPEN_STATES))
    return {t.conversation_id or "": t for t in session.scalars(chosen.order_by(Ticket.id))}


def _waits_for(groups: frozenset[str] | None) -> ColumnElement[bool]:
    waits: ColumnElement[bool] = Conversation.owner_kind == "queue"
    return waits if groups is None else and_(waits, Conversation.owner_group.in_(groups))


def _due_by_conversation() -> Subquery:
    """When the first of a conversation's tickets is due."""
    running = and_(TicketClock.ticket_id == Ticket.id, TicketClock.foremost, TicketClock.due_at.is_not(None))
    due = select(Ticket.conversation_id, func.min(TicketClock.due_at).label("due_at")).join(TicketClock, running)
    return due.group_by(Ticket.conversation_id).subquery()


def _listed() -> Select[Conversation, User, Handoff]:
    still_open = and_(Handoff.conversation_id == Conversation.id, Handoff.closed_at.is_(None))
    joined = select(Conversation, User, Handoff).join(User, User.id == Conversation.user_id)
    return joined.outerjoin(Handoff, still_open)


def _run(session: Session, chosen: Select[Conversation, User, Handoff]) -> list[Listed]:
    return [Listed(conversation, user, handoff) for conversation, user, handoff in session.execute(chosen)]
