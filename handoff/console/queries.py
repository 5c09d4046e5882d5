"""Selects what a conversation's page shows beside its messages."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.catalogue.models import Group, Impact, Service
from handoff.conversations.models import Handoff, Message
from handoff.ratings.models import Rating
from handoff.tickets.models import Ticket


def handoffs(session: Session, conversation_id: str) -> Sequence[Handoff]:
    """Every time the conversation was passed to people, the newest first."""
    mine = select(Handoff).where(Handoff.conversation_id == conversation_id)
    return session.scalars(mine.order_by(Handoff.created_at.desc(), Handoff.id.desc())).all()


def tickets(session: Session, conversation_id: str) -> Sequence[Ticket]:
    """The conversation's tickets, the newest first."""
    mine = select(Ticket).where(Ticket.conversation_id == conversation_id)
    return session.scalars(mine.order_by(Ticket.id.desc())).all()


def ratings(session: Session, episode_ids: Iterable[str]) -> Sequence[Rating]:
    chosen = select(Rating).where(Rating.episode_id.in_(list(episode_ids)))
    return session.scalars(chosen.order_by(Rating.created_at.desc())).all()


def bot_messages(session: Session, episode_id: str) -> Sequence[Message]:
    """What the bot said in an episode, in order."""
    said = select(Message).where(Message.episode_id == episode_id, Message.author == "bot")
    return session.scalars(said.order_by(Message.seq)).all()


def message_before(session: Session, conversation_id: str, seq: int) -> Message | None:
    """The last message up to ``seq``."""
    earlier = select(Message).where(Message.conversation_id == conversation_id, Message.seq <= seq)
    return session.scalars(earlier.order_by(Message.seq.desc()).limit(1)).first()


def latest_messages(session: Session, conversation_id: str, before: int | None, limit: int) -> list[Message]:
    """The last ``limit`` messages (before a ``seq``), notes included, in order."""
    mine = select(Message).where(Message.conversation_id == conversation_id)
    if before is not None:
        mine = mine.where(Message.seq < before)
    return list(reversed(session.scalars(mine.order_by(Message.seq.desc()).limit(limit)).all()))


def group_names(session: Session) -> dict[str, str]:
    return {key: name for key, name in session.execute(select(Group.id, Group.name))}


def service_names(session: Session) -> dict[str, str]:
    return {key: name for key, name in session.execute(select(Service.id, Service.name))}


def impact_names(session: Session) -> dict[str, str]:
    return {key: name for key, name in session.execute(select(Impact.id, Impact.name))}
