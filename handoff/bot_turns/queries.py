"""Selects from the bot's inbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from handoff.bot_turns.models import BotTurn
from handoff.bot_turns.pieces import FILE_TURN, MOST_PIECES, Piece, joined, joined_files, plan
from handoff.conversations.models import Conversation, Episode
from handoff.users.models import User

_SCRIPT_KEPT = timedelta(days=7)


class TurnWork(NamedTuple):
    """A turn that is to be worked off, once ``wait`` has passed without another message of the user.

    ``request`` is what the bot is asked, ``has_more`` whether others wait behind it. ``pieces`` are the turns of which it is
    made, itself the last: if there are several, they are to be joined first.
    """

    id: int
    pieces: tuple[int, ...]
    wait: timedelta
    conversation_id: str
    kind: str
    created_at: datetime
    request: dict[str, Any]
    has_more: bool


def _ours(desk_id: str, now: datetime) -> ColumnElement[bool]:
    """Nobody works on it, or we do."""
    return or_(BotTurn.leased_until.is_(None), BotTurn.leased_until < now, BotTurn.lease_owner == desk_id)


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(BotTurn.not_before.is_(None), BotTurn.not_before <= now)


def waiting_conversations(session: Session, desk_id: str, now: datetime) -> Sequence[str]:
    """The conversations with a turn that this desk may work on now."""
    chosen = select(BotTurn.conversation_id).where(BotTurn.state == "pending", _due(now), _ours(desk_id, now))
    return session.scalars(chosen.group_by(BotTurn.conversation_id).order_by(func.min(BotTurn.id)).limit(1000)).all()


def next_turn(
    session: Session, conversation_id: str, desk_id: str, now: datetime, quiet: timedelta = timedelta(0)
) -> TurnWork | None:
    """The oldest turn of the conversation that is due, if this desk may work on it, with the pieces that belong to it.

    An event that waits for its next try does not hold back the user's messages behind it.
    """
    rows = session.execute(_NEXT, {"conversation_id": conversation_id, "now": now}).all()
    if not rows or not _is_ours(rows[0], desk_id, now):
        return None
    same_episode = [row for row in rows if row.episode_id == rows[0].episode_id]
    count, wait = plan([_piece(row) for row in same_episode], now, quiet)
    return _work(rows[:count], wait, now, has_more=len(rows) > count)


def _piece(turn: Row[*tuple[Any, ...]]) -> Piece:
    is_message = turn.kind == "message"
    is_file = is_message and (turn.payload or "").startswith(FILE_TURN)
    return Piece(turn.text, turn.created_at, is_message and turn.payload is None, is_file)


def _next_statement() -> Select[*tuple[Any, ...]]:
    turns, conversations = BotTurn.__table__, Conversation.__table__
    episodes, users = Episode.__table__, User.__table__
    joined = (
        turns.join(episodes, episodes.c.id == turns.c.episode_id)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .join(users, users.c.id == conversations.c.user_id)
    )
    user = (users.c.id.label("user_id"), users.c.name, users.c.email, users.c.language)
    mine = turns.c.conversation_id == bindparam("conversation_id")
    due = or_(turns.c.not_before.is_(None), turns.c.not_before <= bindparam("now"))
    chosen = select(turns, episodes.c.bot_session, conversations.c.channel, conversations.c.script, *user)
    chosen = chosen.select_from(joined)
    return chosen.where(mine, turns.c.state == "pending", due).order_by(turns.c.id).limit(MOST_PIECES + 1)


_NEXT = _next_statement()  # run for every message, so built once


def _is_ours(turn: Row[*tuple[Any, ...]], desk_id: str, now: datetime) -> bool:
    return turn.leased_until is None or turn.leased_until < now or turn.lease_owner == desk_id


def _unfinished(script: dict[str, Any] | None, now: datetime) -> dict[str, Any] | None:
    """The script that the user has not finished, unless that is long ago."""
    if script is None or now - datetime.fromisoformat(script["at"]) > _SCRIPT_KEPT:
        return None
    return script


def _work(pieces: Sequence[Row[*tuple[Any, ...]]], wait: timedelta, now: datetime, *, has_more: bool) -> TurnWork:
    turn = pieces[-1]
    request = {
        "message_id": turn.message_id,
        "session_id": turn.bot_session,
        "text": joined([piece.text for piece in pieces]) if len(pieces) > 1 else turn.text,
        "payload": joined_files([piece.payload for piece in pieces])
        if turn.payload and len(pieces) > 1
        else turn.payload,
        "context": {
            "conversation_id": turn.conversation_id,
            "episode_id": turn.episode_id,
            "channel": turn.channel,
            "language": turn.language,
            "user": {"id": turn.user_id, "name": turn.name, "email": turn.email},
            "script": _unfinished(turn.script, now),
        },
    }
    ids = tuple(piece.id for piece in pieces)
    return TurnWork(turn.id, ids, wait, turn.conversation_id, turn.kind, turn.created_at, request, has_more)
