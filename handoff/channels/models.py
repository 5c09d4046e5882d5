"""The tables of outside channels: accounts and their place in the conversation, what came in, open buttons, leases."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class ChannelAccount(Base):
    """A person's account on a channel, such as a Telegram chat, and the conversation that it takes part in.

    ``address`` is how the channel knows it. ``own_conversation_id`` is the conversation made for the account itself; it differs
    from ``conversation_id`` while a link has tied the account to a conversation begun elsewhere. Everything up to
    ``sent_seq`` is delivered, and of the message after it the first ``sent_parts`` parts. ``place_shown`` is the place in the
    queue last told, in the channel's message ``place_ref``. Nothing is sent while ``blocked_at`` is set.
    """

    __tablename__ = "channel_accounts"
    __table_args__ = (
        UniqueConstraint("channel", "address"),
        Index("ix_channel_accounts_conversation_id", "conversation_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    own_conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    sent_seq: Mapped[int] = mapped_column(default=0)
    sent_parts: Mapped[int] = mapped_column(default=0)
    place_shown: Mapped[int | None]
    place_ref: Mapped[str | None] = mapped_column(String(64))
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ChannelEvent(Base):
    """What came in from a channel, by the channel's own key: the row is written with whatever the event did, so it is done once.

    ``sent_at`` is when the user sent it, by the channel's clock, which may be long before we got it.
    """

    __tablename__ = "channel_events"
    __table_args__ = (
        Index("ix_channel_events_sent_at", "sent_at"),
        Index("ix_channel_events_address", "address", "sent_at"),
    )

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    address: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(20))
    sent_at: Mapped[datetime]


class ChannelButtons(Base):
    """Buttons that stand under a message of the channel (``ref``), to be taken away once their choices are spent."""

    __tablename__ = "channel_buttons"

    account_id: Mapped[str] = mapped_column(ForeignKey("channel_accounts.id"), primary_key=True)
    ref: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]


class ChannelLease(Base):
    """The one process that may serve a channel, until when, and the address to which links are added."""

    __tablename__ = "channel_leases"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]
    link_prefix: Mapped[str | None] = mapped_column(String(200))
