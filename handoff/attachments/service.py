"""What is done with attachments: taken in, sent with a message, bound to a ticket, swept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from balcao.errors import Conflict, InvalidInput, NotFound, TooMany
from handoff.attachments import queries
from handoff.attachments.limits import Limits
from handoff.attachments.models import Attachment
from handoff.attachments.schemas import PAYLOAD_KEY, AttachmentOut
from handoff.conversations import queries as conversations
from handoff.conversations.models import Message

_DAY = timedelta(days=1)


class Received(NamedTuple):
    """A file that lies in the store under ``id``, not yet anyone's."""

    id: str
    name: str
    type: str
    size: int
    sha256: str


def take_in(
    session: Session,
    *,
    conversation_id: str,
    sender: str,
    client_key: str,
    file: Received,
    limits: Limits,
    now: datetime,
) -> tuple[Attachment, bool]:
    """Makes a received file the conversation's, once for each key; says whether it is new.

    :class:`Conflict` (``key_reused``) for the key with another file, :class:`TooMany` (``attachments_today``) when it is too much
    for one day.
    """
    conversations.locked(session, conversation_id)
    earlier = queries.uploaded_with(session, conversation_id, sender, client_key)
    if earlier is not None:
        if (earlier.name, earlier.sha256) != (file.name, file.sha256):
            raise Conflict("this key was used with another file", code="key_reused")
        return earlier, False
    if queries.bytes_since(session, conversation_id, now - _DAY) + file.size > limits.daily:
        raise TooMany(f"more than {limits.daily} bytes of files in 24 hours", code="attachments_today")
    attachment = Attachment(
        conversation_id=conversation_id, sender=sender, client_key=client_key, created_at=now, **file._asdict()
    )
    session.add(attachment)
    session.flush()
    return attachment, True


def check_unsent(
    session: Session, *, conversation_id: str, sender: str, ids: Sequence[str], most: int
) -> list[Attachment]:
    """The sender's own files of this locked conversation, in the order wished, that no message carries yet.

    :class:`InvalidInput` (``too_many_attachments``), :class:`NotFound` (``no_such_attachment``) also for another's,
    :class:`Conflict` (``attachment_used``).
    """
    if len(ids) > most or len(set(ids)) != len(ids):
        raise InvalidInput(f"up to {most} different attachments may go with a message", code="too_many_attachments")
    found = queries.of_sender(session, conversation_id, sender, ids)
    if len(found) != len(ids):
        raise NotFound("no such attachment of this conversation", code="no_such_attachment")
    if any(attachment.message_id for attachment in found.values()):
        raise Conflict("this attachment was sent already", code="attachment_used")
    return [found[id_] for id_ in ids]


def as_payload(attachments: Sequence[Attachment]) -> dict[str, Any] | None:
    """What a message's payload says of its files; None for none."""
    listed = [AttachmentOut.of(attachment).model_dump() for attachment in attachments]
    return {PAYLOAD_KEY: listed} if listed else None


def mark_sent(session: Session, attachments: Sequence[Attachment], message: Message) -> None:
    """Notes the message that carries them; a file goes with one message only."""
    for attachment in attachments:
        attachment.message_id = message.id
    session.flush()


def bind_episode(session: Session, *, episode_id: str, ticket_id: str) -> None:
    """Makes whatever was sent in the episode so far the ticket's."""
    sent = select(Message.id).where(Message.episode_id == episode_id)
    mine = update(Attachment).where(Attachment.message_id.in_(sent), Attachment.ticket_id.is_(None))
    session.execute(mine.values(ticket_id=ticket_id), execution_options={"synchronize_session": False})


def bind_unclaimed(session: Session, *, user_id: str, ticket_id: str) -> None:
    """Makes what the user sent lately, and belongs to no ticket, go with the words that they add to this one."""
    for attachment in queries.unclaimed_of_user(session, user_id):
        attachment.ticket_id = ticket_id
    session.flush()


def forget_unsent(session: Session, now: datetime) -> list[str]:
    """Deletes the rows of files that nobody sent within a day; their ids, whose files may then go."""
    unsent = delete(Attachment).where(Attachment.message_id.is_(None), Attachment.created_at < now - _DAY)
    return list(session.scalars(unsent.returning(Attachment.id), execution_options={"synchronize_session": False}))
