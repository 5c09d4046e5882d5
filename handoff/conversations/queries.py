"""Selects from conversations, episodes, messages and handoffs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, and_, bindparam, case, func, null, or_, select
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


# These are run for every message, and built once: SQLAlchemy then finds their compiled form at once. Those that select
# columns of tables, not entities, cost a third.
_ID: BindParameter[str] = bindparam("conversation_id")
_LOCKED = select(Conversation).where(Conversation.id == _ID).with_for_update().execution_options(populate_existing=True)
_CONVERSATIONS, _EPISODES, _MESSAGES, _TURNS = (
    Conversation.__table__.c,
    Episode.__table__.c,
    Message.__table__.c,
    BotTurn.__table__.c,
)
_OPEN_EPISODE_ID = select(_EPISODES.id).where(_EPISODES.conversation_id == _ID, _EPISODES.closed_at.is_(None))
_POSTED_ID = select(_MESSAGES.id).where(
    _MESSAGES.conversation_id == _ID,
    _MESSAGES.author == bindparam("author"),
    _MESSAGES.client_key == bindparam("client_key"),
)
_AFTER = (
    select(Message)
    .where(Message.conversation_id == _ID, Message.seq > bindparam("after"))
    .order_by(Message.seq)
    .limit(bindparam("page"))
)
_SEEN_BY_USER_AFTER = _AFTER.where(Message.visibility == "all")


def _standing_statement() -> Select[*tuple[Any, ...]]:
    here, other = Conversation.__table__.c, Conversation.__table__.alias("other").c
    agents = Agent.__table__.c
    earlier = or_(other.queued_at < here.queued_at, and_(other.queued_at == here.queued_at, other.id < here.id))
    ahead = select(func.count()).where(other.owner_kind == "queue", other.owner_group == here.owner_group, earlier)
    busy = select(_TURNS.id).where(
        _TURNS.conversation_id == here.id, _TURNS.state == "pending", _TURNS.kind == "message"
    )
    return select(
        here.owner_kind,
        here.owner_group,
        here.last_seq,
        select(agents.name).where(agents.id == here.owner_agent_id).scalar_subquery().label("agent_name"),
        case((here.owner_kind == "queue", ahead.scalar_subquery() + 1), else_=null()).label("queue_place"),
        busy.exists().label("bot_typing"),
    ).where(here.id == _ID)


_STANDING = _standing_statement()


def locked(session: Session, conversation_id: str) -> Conversation:
    """The conversation, as it is now and locked until the end of the transaction; :class:`NotFound` for an unknown id."""
    found = session.scalars(_LOCKED, {"conversation_id": conversation_id}).first()
    if found is None:
        raise NotFound("no such conversation")
    return found


def opened_with(session: Session, channel: str, key: str) -> Conversation | None:
    chosen = select(Conversation).where(Conversation.channel == channel, Conversation.opened_key == key)
    return session.scalars(chosen).first()


def open_episode(session: Session, conversation_id: str) -> Episode | None:
    chosen = select(Episode).where(Episode.conversation_id == conversation_id, Episode.closed_at.is_(None))
    return session.scalars(chosen).first()


def open_episode_id(session: Session, conversation_id: str) -> str | None:
    return session.scalar(_OPEN_EPISODE_ID, {"conversation_id": conversation_id})


def latest_episode(session: Session, conversation_id: str) -> Episode | None:
    chosen = select(Episode).where(Episode.conversation_id == conversation_id)
    return session.scalars(chosen.order_by(Episode.opened_at.desc(), Episode.id.desc())).first()


def open_handoff(session: Session, conversation_id: str) -> Handoff | None:
    chosen = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.closed_at.is_(None))
    return session.scalars(chosen).first()


def posted_with(session: Session, conversation_id: str, author: str, key: str) -> Message | None:
    """The message that this author posted with this client key."""
    found = session.scalar(_POSTED_ID, {"conversation_id": conversation_id, "author": author, "client_key": key})
    return session.get(Message, found) if found is not None else None


def latest_version(session: Session, first: Message) -> Message:
    """The last correction of a user's message, or the message itself."""
    chosen = select(Message).where(
        Message.conversation_id == first.conversation_id,
        Message.author == "user",
        Message.payload["corrects"].as_integer() == first.seq,
    )
    return session.scalars(chosen.order_by(Message.seq.desc()).limit(1)).first() or first


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


def left_unanswered(session: Session, conversation_id: str, before: datetime) -> bool:
    """Whether the last thing said was an agent's message, before that moment."""
    chosen = select(Message.author, Message.created_at).where(
        Message.conversation_id == conversation_id, Message.visibility == "all", Message.author != "system"
    )
    last = session.execute(chosen.order_by(Message.seq.desc()).limit(1)).first()
    return last is not None and last.author == "agent" and last.created_at < before


def unanswered(session: Session, conversation_id: str) -> Sequence[BotTurn]:
    """The user's messages that the bot still owes an answer to, in order."""
    chosen = select(BotTurn).where(
        BotTurn.conversation_id == conversation_id, BotTurn.state == "pending", BotTurn.kind == "message"
    )
    return session.scalars(chosen.order_by(BotTurn.id)).all()


def has_pending_turn(session: Session, conversation_id: str) -> bool:
    """Whether the bot has still something to answer, a message or an event."""
    chosen = select(BotTurn.id).where(BotTurn.conversation_id == conversation_id, BotTurn.state == "pending")
    return session.scalars(chosen.limit(1)).first() is not None


def messages_after(
    session: Session, conversation_id: str, after: int, limit: int = 200, *, notes: bool = False
) -> Sequence[Message]:
    """The messages with a greater ``seq``, in order. Internal notes only with ``notes``, for agents."""
    chosen = _AFTER if notes else _SEEN_BY_USER_AFTER
    return session.scalars(chosen, {"conversation_id": conversation_id, "after": after, "page": limit}).all()


def queue_place(session: Session, conversation: Conversation) -> int | None:
    """The place in its queue, counted from 1; None when no queue owns it."""
    return standing(session, conversation.id).queue_place


def standing(session: Session, conversation_id: str) -> Standing:
    """Where the conversation stands; :class:`NotFound` for an unknown id."""
    row = session.execute(_STANDING, {"conversation_id": conversation_id}).first()
    if row is None:
        raise NotFound("no such conversation")
    return Standing(
        owner=row.owner_kind,
        group=row.owner_group,
        agent_name=row.agent_name,
        queue_place=row.queue_place,
        bot_typing=bool(row.bot_typing) and row.owner_kind == "bot",
        last_seq=row.last_seq,
    )
