"""Writing into the bot's inbox, in the transaction of whatever the bot has to answer."""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from balcao.ids import new_id
from handoff.bot_turns.models import BotTurn
from handoff.conversations.models import Message
from handoff.live.news import announce

LEASE_OWNER_KEY = "balcao_desk_id"
LEASE = timedelta(seconds=15)
_INSERT = insert(cast(Table, BotTurn.__table__))


def add_message_turn(session: Session, message: Message, intent: str | None, now: datetime) -> None:
    """Has the bot answer a user's message; ``intent`` is the trusted meaning of a choice."""
    _add(session, message.conversation_id, message.episode_id, message.id, "message", message.text, intent, now)


def add_event_turn(session: Session, conversation_id: str, episode_id: str, event: str, now: datetime) -> None:
    """Tells the bot of something that happened, such as ``human_resolved``; it answers as to a user's message."""
    _add(session, conversation_id, episode_id, new_id(), "event", "", f"/{event}", now)


def supersede(session: Session, conversation_id: str, now: datetime) -> None:
    """Takes back whatever the bot still owes to this conversation, because a human has it now."""
    pending = update(BotTurn).where(BotTurn.conversation_id == conversation_id, BotTurn.state == "pending")
    session.execute(
        pending.values(state="superseded", finished_at=now), execution_options={"synchronize_session": "fetch"}
    )


def _add(
    session: Session,
    conversation_id: str,
    episode_id: str,
    message_id: str,
    kind: str,
    text: str,
    payload: str | None,
    now: datetime,
) -> None:
    # Born with the lease of the desk that will work on it: one write transaction less for every message.
    owner = session.info.get(LEASE_OWNER_KEY)
    values = {
        "message_id": message_id,
        "conversation_id": conversation_id,
        "episode_id": episode_id,
        "kind": kind,
        "text": text,
        "payload": payload,
        "state": "pending",
        "attempts": 0,
        "lease_owner": owner,
        "leased_until": now + LEASE if owner else None,
        "created_at": now,
    }
    session.execute(_INSERT, values)
    announce(session, f"bot_turns:{conversation_id}")
