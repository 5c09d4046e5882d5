"""The tables of conversations, their episodes, messages and handoffs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base

_OWNER_IS_ONE = (
    "(owner_kind = 'bot' AND owner_group IS NULL AND owner_agent_id IS NULL) OR "
    "(owner_kind = 'queue' AND owner_group IS NOT NULL AND owner_agent_id IS NULL) OR "
    "(owner_kind = 'agent' AND owner_agent_id IS NOT NULL)"
)


class Conversation(Base):
    """The thread of messages with one user on one channel, and its one owner.

    ``owner_kind`` is ``bot``, ``queue`` (then ``owner_group`` says whose) or ``agent`` (then ``owner_agent_id`` says who,
    and ``owner_group`` whose queue it came from). Every change of owner adds one to ``owner_version``. ``queued_at`` is
    when it entered the queue; it is kept while an agent has it, so that a release gives it its old place back.
    ``script`` is the guided script that the user has not finished, as the bot keeps it, with ``at``: a later episode, whose
    bot knows nothing of this one, can offer to go on with it.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("user_id", "channel"),
        UniqueConstraint("channel", "opened_key", name="uq_conversations_opened_key"),
        CheckConstraint(_OWNER_IS_ONE, name="one_owner"),
        Index("ix_conversations_queue", "owner_kind", "owner_group", "queued_at", "id"),
        Index("ix_conversations_agent", "owner_agent_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str] = mapped_column(String(20))
    opened_key: Mapped[str] = mapped_column(String(64))
    opened_hash: Mapped[str] = mapped_column(String(64))
    owner_kind: Mapped[str] = mapped_column(String(5), default="bot")
    owner_group: Mapped[str | None] = mapped_column(ForeignKey("groups.id"))
    owner_agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    owner_version: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime | None]
    last_seq: Mapped[int] = mapped_column(default=0)
    script: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Episode(Base):
    """One service within a conversation; at most one is open. ``bot_session`` is the key of the bot's tracker."""

    __tablename__ = "episodes"
    __table_args__ = (
        Index(
            "uq_episodes_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_episodes_conversation_id", "conversation_id", "opened_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    bot_session: Mapped[str] = mapped_column(String(26), unique=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(40))


class Message(Base):
    """One message. ``seq`` counts from 1 without a gap within the conversation, notes included.

    ``author`` is ``user``, ``bot``, ``agent`` or ``system``. ``visibility`` is ``all``, or ``agents`` for internal notes,
    which never reach the user. ``payload`` is what clients may see; ``intents`` maps the id of a choice to what the bot
    is told when it is chosen, and never leaves the desk. ``body_hash`` tells a repeated post from another one.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq", name="uq_messages_seq"),
        UniqueConstraint("conversation_id", "author", "client_key", name="uq_messages_client_key"),
        Index("ix_messages_episode_id", "episode_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id"))
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(6))
    author_name: Mapped[str | None] = mapped_column(String(120))
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    visibility: Mapped[str] = mapped_column(String(6), default="all")
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    intents: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    client_key: Mapped[str] = mapped_column(String(80))
    body_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Handoff(Base):
    """The passing of an episode to a group's queue. Open until an agent resolves it; at most one open a conversation."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(
            "uq_handoffs_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_handoffs_episode_id", "episode_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id"))
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id"))
    reason: Mapped[str] = mapped_column(String(40))
    summary: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    solution: Mapped[str | None] = mapped_column(Text)
