"""Selects attachments."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from handoff.attachments.models import Attachment
from handoff.conversations.models import Conversation, Episode, Message
from handoff.tickets.models import Ticket

USER = "user"


def uploaded_with(session: Session, conversation_id: str, sender: str, key: str) -> Attachment | None:
    chosen = select(Attachment).where(
        Attachment.conversation_id == conversation_id, Attachment.sender == sender, Attachment.client_key == key
    )
    return session.scalars(chosen).first()


def bytes_since(session: Session, conversation_id: str, since: datetime) -> int:
    """How much was uploaded to the conversation from then on."""
    chosen = select(func.coalesce(func.sum(Attachment.size), 0)).where(
        Attachment.conversation_id == conversation_id, Attachment.created_at > since
    )
    return int(session.scalar(chosen) or 0)


def of_sender(session: Session, conversation_id: str, sender: str, ids: Collection[str]) -> dict[str, Attachment]:
    """Those of the ids that this sender uploaded to the conversation."""
    chosen = select(Attachment).where(
        Attachment.id.in_(ids), Attachment.conversation_id == conversation_id, Attachment.sender == sender
    )
    return {attachment.id: attachment for attachment in session.scalars(chosen)}


def seen_by_user(session: Session, conversation_id: str, id_: str) -> Attachment | None:
    """An attachment of the conversation that its user may have: their own, or one that was sent to them."""
    chosen = (
        select(Attachment)
        .outerjoin(Message, Message.id == Attachment.message_id)
        .where(
            Attachment.id == id_,
            Attachment.conversation_id == conversation_id,
            or_(Attachment.sender == USER, Message.visibility == "all"),
        )
    )
    return session.scalars(chosen).first()


def of_ticket(session: Session, ticket: Ticket, *, notes: bool) -> Sequence[Attachment]:
    """The files of a ticket, in the order they were sent; those of internal notes only with ``notes``, for agents."""
    in_episode = and_(Attachment.ticket_id.is_(None), Message.episode_id == ticket.episode_id)
    chosen = (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(or_(Attachment.ticket_id == ticket.id, in_episode), *([] if notes else [Message.visibility == "all"]))
    )
    return session.scalars(chosen.order_by(Attachment.id)).all()


def tickets_of(session: Session, attachment: Attachment) -> Sequence[Ticket]:
    """The tickets that a sent file belongs to."""
    episode = select(Message.episode_id).where(Message.id == attachment.message_id).scalar_subquery()
    chosen = select(Ticket).where(or_(Ticket.id == attachment.ticket_id, Ticket.episode_id == episode))
    return session.scalars(chosen).all()


def unclaimed_of_user(session: Session, user_id: str) -> Sequence[Attachment]:
    """What the user sent in the open episodes of their conversations and that was bound to no ticket."""
    chosen = (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .join(Episode, Episode.id == Message.episode_id)
        .join(Conversation, Conversation.id == Attachment.conversation_id)
        .where(
            Conversation.user_id == user_id,
            Episode.closed_at.is_(None),
            Attachment.sender == USER,
            Attachment.ticket_id.is_(None),
        )
    )
    return session.scalars(chosen).all()


def known_ids(session: Session, ids: Collection[str]) -> set[str]:
    return set(session.scalars(select(Attachment.id).where(Attachment.id.in_(ids))))
