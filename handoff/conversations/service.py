"""What people do in a conversation: begin it, write in it, take it over, end it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from balcao.errors import Conflict, InvalidInput, NotFound
from balcao.ids import new_id
from handoff.accounts.models import Agent
from handoff.attachments.queries import USER
from handoff.attachments.service import as_payload, check_unsent, mark_sent
from handoff.bot_turns import inbox
from handoff.bot_turns.pieces import file_turn
from handoff.conversations import ownership, queries
from handoff.conversations.choices import label_of
from handoff.conversations.models import Conversation, Message
from handoff.conversations.ownership import (
    claim,
    close_episode,
    hand_over,
    leave,
    next_episode,
    owner_sentence,
    release,
    resolve,
)
from handoff.conversations.text import MAX_TEXT, clean_email, clean_line, clean_text
from handoff.conversations.writing import append, body_hash, new_episode, tell
from handoff.live.news import announce
from handoff.timeline.service import Author
from handoff.users.models import User

__all__ = [
    "ChoiceMade",
    "Posted",
    "claim",
    "close_episode",
    "hand_over",
    "leave",
    "next_episode",
    "open_session",
    "owner_sentence",
    "post_agent_message",
    "post_correction",
    "post_user_message",
    "release",
    "resolve",
]

_MOST_ATTACHMENTS = 5


class ChoiceMade(TypedDict):
    """A choice that the user made: the message under which it stood, and its id there."""

    message_id: str
    id: str


class Posted(NamedTuple):
    """A message, and whether this post made it or an earlier one with the same key did."""

    message: Message
    created: bool


def open_session(
    session: Session,
    *,
    channel: str,
    client_key: str,
    now: datetime,
    name: str | None = None,
    email: str | None = None,
) -> tuple[Conversation, bool]:
    """A new user's conversation, and whether it is new; the same one again for the same key and body.

    :class:`Conflict` for the same key with another body, :class:`InvalidInput` for a bad e-mail address.
    """
    name, email = clean_line(name, 120), clean_email(email)
    digest = body_hash(channel, name, email)
    earlier = queries.opened_with(session, channel, client_key)
    if earlier is None:
        try:
            with session.begin_nested():
                return _begin(session, channel, client_key, digest, name, email, now), True
        except IntegrityError:  # another tab began it since we looked
            earlier = queries.opened_with(session, channel, client_key)
    if earlier is None or earlier.opened_hash != digest:
        raise Conflict("this key was used with another body", code="key_reused")
    return earlier, False


def _begin(
    session: Session,
    channel: str,
    client_key: str,
    digest: str,
    name: str | None,
    email: str | None,
    now: datetime,
) -> Conversation:
    user = User(id=new_id(), name=name, email=email, language="pt-BR", created_at=now)
    session.add(user)
    session.flush()
    conversation = Conversation(
        id=new_id(),
        user_id=user.id,
        channel=channel,
        opened_key=client_key,
        opened_hash=digest,
        owner_kind="bot",
        owner_version=0,
        last_seq=0,
        created_at=now,
        updated_at=now,
    )
    session.add(conversation)
    session.flush()
    tell(session, conversation.id, "opened", Author("user", user.id), now, channel=channel)
    new_episode(session, conversation, Author("user", user.id), now)
    return conversation


def post_user_message(
    session: Session,
    *,
    conversation_id: str,
    client_key: str,
    now: datetime,
    text: str | None = None,
    choice: ChoiceMade | None = None,
    intent: str | None = None,
    attachments: Sequence[str] = (),
    most_attachments: int = _MOST_ATTACHMENTS,
    longest: int = MAX_TEXT,
) -> Posted:
    """Stores what the user wrote, sent or chose, and has the bot answer it if it owns the conversation.

    ``intent`` is the trusted meaning of a text that stands for a command; ``attachments`` are the ids of files uploaded before. The
    same key with the same body gives the same message. :class:`Conflict` (``key_reused``) for the same key with another
    body, (``choice_spent``) for a choice that no longer stands, (``attachment_used``); :class:`NotFound` for a choice or an
    attachment of another conversation.
    """
    if (choice is None) == (text is None and not attachments):
        raise InvalidInput("either a text, attachments or a choice is needed")
    said = _said(text, attachments, longest) if choice is None else ""
    digest = (
        body_hash("choice", choice["message_id"], choice["id"]) if choice else _digest("text", said, list(attachments))
    )
    conversation = queries.locked(session, conversation_id)
    earlier = queries.posted_with(session, conversation_id, "user", client_key)
    if earlier is not None:
        _require_same(earlier.body_hash, digest)
        return Posted(earlier, False)
    if choice is not None:
        said, intent = _take(session, conversation, choice)
    files = check_unsent(session, conversation_id=conversation_id, sender=USER, ids=attachments, most=most_attachments)
    if files and not said:
        intent = file_turn([file.name for file in files])
    message = _store(session, conversation, said, intent, client_key, digest, now, payload=as_payload(files))
    mark_sent(session, files, message)
    return Posted(message, True)


def _said(text: str | None, attachments: Sequence[str], longest: int) -> str:
    """The text as it is kept; with a file it may be empty."""
    if attachments and not (text or "").strip():
        return ""
    return clean_text(text or "", longest)


def _digest(kind: str, *parts: object) -> str:
    """The hash of a post; of one without files as it was before there were any."""
    *said, attachments = parts
    return body_hash(kind, *said, attachments) if attachments else body_hash(kind, *said)


def post_correction(
    session: Session,
    *,
    conversation_id: str,
    corrects: str,
    client_key: str,
    text: str,
    now: datetime,
    longest: int = MAX_TEXT,
) -> Posted | None:
    """Stores that the user's message with the client key ``corrects`` now reads otherwise; None when it reads the same.

    The first text stays. The bot answers the correction of the user's last message only; of an older one it has nothing to say.
    :class:`NotFound` for a message that is not there.
    """
    said = clean_text(text, longest)
    conversation = queries.locked(session, conversation_id)
    first = queries.posted_with(session, conversation_id, "user", corrects)
    if first is None:
        raise NotFound("no such message")
    latest = queries.latest_version(session, first)
    if latest.text == said:
        return None
    is_last = not queries.user_wrote_after(session, conversation_id, latest.seq)
    digest = body_hash("correction", corrects, said)
    payload = {"corrects": first.seq}
    message = _store(session, conversation, said, None, client_key, digest, now, payload=payload, is_asked=is_last)
    return Posted(message, True)


def post_agent_message(
    session: Session,
    *,
    conversation_id: str,
    agent_id: str,
    text: str,
    client_key: str,
    now: datetime,
    note: bool = False,
    attachments: Sequence[str] = (),
    most_attachments: int = _MOST_ATTACHMENTS,
) -> Posted:
    """Stores what an agent wrote: to the user, if the agent owns the conversation, or as a note for agents only.

    :class:`OwnerChanged` for a message in another's conversation; the same errors as for users otherwise.
    """
    said = _said(text, attachments, MAX_TEXT)
    digest = _digest("note" if note else "agent", agent_id, said, list(attachments))
    conversation = queries.locked(session, conversation_id)
    earlier = queries.posted_with(session, conversation_id, "agent", client_key)
    if earlier is not None:
        _require_same(earlier.body_hash, digest)
        return Posted(earlier, False)
    if not note:
        ownership.require_agent(session, conversation, agent_id)
    agent = session.get(Agent, agent_id)
    if agent is None:
        raise NotFound("no such agent")
    files = check_unsent(
        session, conversation_id=conversation_id, sender=agent_id, ids=attachments, most=most_attachments
    )
    message = append(
        session,
        conversation,
        author="agent",
        author_name=agent.name,
        agent_id=agent_id,
        text=said,
        visibility="agents" if note else "all",
        payload=as_payload(files),
        client_key=client_key,
        body_hash=digest,
        now=now,
    )
    mark_sent(session, files, message)
    tell(session, conversation.id, "noted" if note else "agent_wrote", Author("agent", agent_id), now, seq=message.seq)
    return Posted(message, True)


def _store(
    session: Session,
    conversation: Conversation,
    text: str,
    intent: str | None,
    client_key: str,
    digest: str,
    now: datetime,
    *,
    payload: dict[str, Any] | None = None,
    is_asked: bool = True,
) -> Message:
    """``is_asked`` is whether the bot, if it owns the conversation, has to answer."""
    episode_id = queries.open_episode_id(session, conversation.id)
    if episode_id is None:
        episode_id = new_episode(session, conversation, Author("user", conversation.user_id), now).id
    message = append(
        session,
        conversation,
        author="user",
        text=text,
        client_key=client_key,
        body_hash=digest,
        episode_id=episode_id,
        payload=payload,
        now=now,
    )
    if conversation.owner_kind != "bot":
        announce(session, "queue")
    elif is_asked:
        inbox.add_message_turn(session, message, intent, now)
    return message


def _take(session: Session, conversation: Conversation, choice: ChoiceMade) -> tuple[str, str]:
    """The label and the intent of a choice that still stands: nothing was written since, and the bot still asks."""
    asked = queries.message(session, conversation.id, choice["message_id"])
    label = label_of(asked.payload, choice["id"])
    if label is None or not asked.intents or choice["id"] not in asked.intents:
        raise NotFound("no such choice", code="no_such_choice")
    if conversation.owner_kind != "bot" or queries.user_wrote_after(session, conversation.id, asked.seq):
        raise Conflict("this choice was already answered", code="choice_spent")
    return label, asked.intents[choice["id"]]


def _require_same(earlier: str | None, now: str) -> None:
    if earlier != now:
        raise Conflict("this key was used with another body", code="key_reused")
