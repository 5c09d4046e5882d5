"""The table of attachments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class Attachment(Base):
    """A file of a conversation; its content lies in the store under its ``id``.

    ``sender`` is ``user`` or the id of the agent who uploaded it; a ``client_key`` is the sender's own for this upload.
    ``message_id`` is the message that carries it, None until it is sent; what is not sent within a day is swept.
    ``ticket_id`` is set for what came before its episode's ticket was opened or with words added to an older ticket; whatever
    else is sent in a ticket's episode belongs to that ticket, too. ``type`` is a media type of ours, ``size`` in bytes.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("conversation_id", "sender", "client_key", name="uq_attachments_client_key"),
        Index("ix_attachments_conversation_id", "conversation_id", "created_at"),
        Index("ix_attachments_message_id", "message_id"),
        Index("ix_attachments_ticket_id", "ticket_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    sender: Mapped[str] = mapped_column(String(26))
    client_key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("tickets.id"))
    created_at: Mapped[datetime]
