"""Selects from conversations, episodes, messages and handoffs."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from balcao.errors import NotFound
from handoff.accounts.models import Agent
from handoff.bot_turns.models import BotTurn
from handoff.conversations.models import Conversation, Episode, Handoff, Message


class Standing(NamedTuple):
    """Where a conversation stands, as its user may know it. ``queue_place`` counts from 1, None outside a queue."""

    owner: str
    group: str | None
    agent_name: str | None
    queue_place: int | None
    bot_typing: bool
    last_seq: int


def locked(session: Session, conversation_id: str) -> Conversation:
    """The conversation, as it is now and locked until the end of the transaction; :class:`NotFound` for an unknown id."""
    chosen = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    found = session.scalars(chosen, execution_options={"populate_existing": True}).first()
    if found is None:
        raise NotFound("no such conversation")
    return found


def opened_with(session: Session, channel: str, key: str) -> Conversation | None:
    chosen = select(Conversation).where(Conversation.channel == channel, Conversation.opened_key == key)
    return session.scalars(chosen).first()


def open_episode(session: Session, conversation_id: str) -> Episode | None:
    chosen = select(Episode).where(Episode.conversation_id == conversation_id, Episode.closed_at.is_(None))
    return session.scalars(chosen).first()


def latest_episode(session: Session, conversation_id: str) -> Episode | None:
    chosen = select(Episode).where(Episode.conversation_id == conversation_id)
    return session.scalars(chosen.order_by(Episode.opened_at.desc(), Episode.id.desc())).first()


def open_handoff(session: Session, conversation_id: str) -> Handoff | None:
    chosen = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.closed_at.is_(None))
    return session.scalars(chosen).first()


def posted_with(session: Session, conversation_id: str, author: str, key: str) -> Message | None:
    """The message that this author posted with this client key."""
    chosen = select(Message).where(
        Message.conversation_id == conversation_id, Message.author == author, Message.client_key == key
    )
    return session.scalars(chosen).first()


def message(session: Session, conversation_id: str, message_id: str) -> Message:
    """A message of this conversation that its user may see; :class:`NotFound` for any other."""
    found = session.get(Message, message_id)
    if found is None or found.conversation_id != conversation_id or found.visibility != "all":
        raise NotFound("no such message")
    return found


def user_wrote_after(session: Session, conversation_id: str, seq: int) -> bool:
    chosen = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.seq > seq, Message.author == "user"
    )
    return session.scalars(chosen.limit(1)).first() is not None


def unanswered(session: Session, conversation_id: str) -> Sequence[BotTurn]:
    """The user's messages that the bot still owes an answer to, in order."""
    chosen = select(BotTurn).where(
        BotTurn.conversation_id == conversation_id, BotTurn.state == "pending", BotTurn.kind == "message"
    )
    return session.scalars(chosen.order_by(BotTurn.id)).all()


def messages_after(
    session: Session, conversation_id: str, after: int, limit: int = 200, *, notes: bool = False
) -> Sequence[Message]:
    """The messages with a greater ``seq``, in order. Internal notes only with ``notes``, for agents."""
    chosen = select(Message).where(Message.conversation_id == conversation_id, Message.seq > after)
    if not notes:
        chosen = chosen.where(Message.visibility == "all")
    return session.scalars(chosen.order_by(Message.seq).limit(limit)).all()


def queue_place(session: Session, conversation: Conversation) -> int | None:
    """The place in its queue, counted from 1; None when no queue owns it."""
    if conversation.owner_kind != "queue":
        return None
    since, id_ = conversation.queued_at, conversation.id
    earlier = or_(Conversation.queued_at < since, and_(Conversation.queued_at == since, Conversation.id < id_))
    ahead = select(func.count()).where(
        Conversation.owner_kind == "queue", Conversation.owner_group == conversation.owner_group, earlier
    )
    return 1 + session.scalars(ahead).one()


def standing(session: Session, conversation_id: str) -> Standing:
    """Where the conversation stands; :class:`NotFound` for an unknown id."""
    busy = select(BotTurn.id).where(
        BotTurn.conversation_id == conversation_id, BotTurn.state == "pending", BotTurn.kind == "message"
    )
    chosen = (
        select(Conversation, Agent.name, busy.exists())
        .outerjoin(Agent, Agent.id == Conversation.owner_agent_id)
        .where(Conversation.id == conversation_id)
    )
    row = session.execute(chosen).first()
    if row is None:
        raise NotFound("no such conversation")
    conversation, agent_name, typing = row
    return Standing(
        owner=conversation.owner_kind,
        group=conversation.owner_group,
        agent_name=agent_name,
        queue_place=queue_place(session, conversation),
        bot_typing=bool(typing) and conversation.owner_kind == "bot",
        last_seq=conversation.last_seq,
    )
