"""Selects from the bot's inbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from handoff.bot_turns.models import BotTurn
from handoff.conversations.models import Conversation, Episode
from handoff.users.models import User


class TurnWork(NamedTuple):
    """A turn that is to be worked off: ``request`` is what the bot is asked."""

    id: int
    conversation_id: str
    kind: str
    attempts: int
    created_at: datetime
    request: dict[str, Any]


def _ours(desk_id: str, now: datetime) -> ColumnElement[bool]:
    """Nobody works on it, or we do."""
    return or_(BotTurn.leased_until.is_(None), BotTurn.leased_until < now, BotTurn.lease_owner == desk_id)


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(BotTurn.not_before.is_(None), BotTurn.not_before <= now)


def waiting_conversations(session: Session, desk_id: str, now: datetime) -> Sequence[str]:
    """The conversations with a turn that this desk may work on now."""
    chosen = select(BotTurn.conversation_id).where(BotTurn.state == "pending", _due(now), _ours(desk_id, now))
    return session.scalars(chosen.group_by(BotTurn.conversation_id).order_by(func.min(BotTurn.id)).limit(1000)).all()


def next_turn(session: Session, conversation_id: str, desk_id: str, now: datetime) -> TurnWork | None:
    """The oldest turn of the conversation that is due, if this desk may work on it.

    An event that waits for its next try does not hold back the user's messages behind it.
    """
    chosen = (
        select(BotTurn, Episode.bot_session, Conversation.channel, User)
        .join(Episode, Episode.id == BotTurn.episode_id)
        .join(Conversation, Conversation.id == BotTurn.conversation_id)
        .join(User, User.id == Conversation.user_id)
        .where(BotTurn.conversation_id == conversation_id, BotTurn.state == "pending", _due(now))
        .order_by(BotTurn.id)
        .limit(1)
    )
    row = session.execute(chosen).first()
    if row is None or not _is_ours(row[0], desk_id, now):
        return None
    return _work(*row)


def _is_ours(turn: BotTurn, desk_id: str, now: datetime) -> bool:
    return turn.leased_until is None or turn.leased_until < now or turn.lease_owner == desk_id


def _work(turn: BotTurn, bot_session: str, channel: str, user: User) -> TurnWork:
    request = {
        "message_id": turn.message_id,
        "session_id": bot_session,
        "text": turn.text,
        "payload": turn.payload,
        "context": {
            "conversation_id": turn.conversation_id,
            "episode_id": turn.episode_id,
            "channel": channel,
            "language": user.language,
            "user": {"id": user.id, "name": user.name, "email": user.email},
        },
    }
    return TurnWork(turn.id, turn.conversation_id, turn.kind, turn.attempts, turn.created_at, request)
