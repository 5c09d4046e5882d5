"""The one place where a message gets its ``seq``: under the lock of its conversation, one after the last."""

import hashlib
import json
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from balcao.ids import new_id
from handoff.conversations import queries
from handoff.conversations.models import Conversation, Episode, Message
from handoff.live.news import announce
from handoff.timeline.service import SYSTEM, Author, record

# Run for every message: plain statements, built once, cost a third of what the unit of work does.
_CONVERSATIONS = cast(Table, Conversation.__table__)
_INSERT = insert(cast(Table, Message.__table__))
_ADVANCE = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("conversation_id"))
    .values(last_seq=bindparam("last"), updated_at=bindparam("now"))
)
_NO_VALUES: dict[str, Any] = {
    "author_name": None,
    "agent_id": None,
    "visibility": "all",
    "payload": None,
    "intents": None,
    "body_hash": None,
}


def append(
    session: Session,
    conversation: Conversation,
    *,
    author: str,
    text: str,
    now: datetime,
    client_key: str | None = None,
    episode_id: str | None = None,
    **more: Any,
) -> Message:
    """Adds a message at the end of a locked conversation; ``more`` are further columns of :class:`Message`.

    It belongs to the episode named, else to the open one, else to the last. It is stored at once; what is returned says what
    was stored and is not watched for changes.
    """
    values = _NO_VALUES | {
        "id": new_id(),
        "conversation_id": conversation.id,
        "episode_id": episode_id or current_episode(session, conversation, now).id,
        "seq": conversation.last_seq + 1,
        "author": author,
        "text": text,
        "created_at": now,
        **more,
    }
    values["client_key"] = client_key or values["id"]
    session.execute(_INSERT, values)
    _advance(session, conversation, now)
    announce(session, f"conversation:{conversation.id}")
    return Message(**values)


def _advance(session: Session, conversation: Conversation, now: datetime) -> None:
    last_seq = conversation.last_seq + 1
    session.execute(_ADVANCE, {"conversation_id": conversation.id, "last": last_seq, "now": now})
    set_committed_value(conversation, "last_seq", last_seq)
    set_committed_value(conversation, "updated_at", now)


def append_notice(
    session: Session, conversation: Conversation, code: str, text: str, now: datetime, **payload: Any
) -> Message:
    """Adds a message of the system; clients know what it is about by its ``notice`` code."""
    return append(session, conversation, author="system", text=text, now=now, payload={"notice": code, **payload})


def current_episode(session: Session, conversation: Conversation, now: datetime) -> Episode:
    """The open episode, else the last one; a conversation always has one."""
    episode = queries.open_episode(session, conversation.id) or queries.latest_episode(session, conversation.id)
    return episode or new_episode(session, conversation, SYSTEM, now)


def new_episode(
    session: Session, conversation: Conversation, author: Author, now: datetime, *, bot_session: str | None = None
) -> Episode:
    """Opens an episode; with a new bot session, whose tracker begins empty, unless one goes on."""
    session_id = bot_session or new_id()
    episode = Episode(id=new_id(), conversation_id=conversation.id, bot_session=session_id, opened_at=now)
    session.add(episode)
    session.flush()
    tell(session, conversation.id, "episode_opened", author, now, episode_id=episode.id)
    return episode


def tell(
    session: Session, conversation_id: str, event: str, author: Author, now: datetime, **data: str | int | None
) -> None:
    """Adds a line to the conversation's timeline."""
    record(
        session,
        subject="conversation",
        subject_id=conversation_id,
        event=event,
        author=author,
        now=now,
        data={key: value for key, value in data.items() if value is not None},
    )


def body_hash(*parts: object) -> str:
    """What a post says, as a hash that tells a repetition from another post with the same key."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()
