"""Selects of outside channels."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from balcao.errors import NotFound
from handoff.channels.models import ChannelAccount, ChannelButtons, ChannelEvent
from handoff.conversations.models import Conversation, Message


def account(session: Session, channel: str, address: str) -> ChannelAccount | None:
    chosen = select(ChannelAccount).where(ChannelAccount.channel == channel, ChannelAccount.address == address)
    return session.scalars(chosen).first()


def locked_account(session: Session, channel: str, address: str) -> ChannelAccount | None:
    """The account as it is now and locked until the transaction ends, so that what the user writes and what comes of a
    delivery are told apart in time. Locked before its conversation, always."""
    chosen = select(ChannelAccount).where(ChannelAccount.channel == channel, ChannelAccount.address == address)
    return session.scalars(chosen.with_for_update().execution_options(populate_existing=True)).first()


def known(found: ChannelAccount | None) -> ChannelAccount:
    """The account; :class:`NotFound` for one that never wrote."""
    if found is None:
        raise NotFound("no such account", code="unknown_account")
    return found


def sent_lately(session: Session, channel: str, address: str, at: datetime, window: timedelta) -> int:
    """How much the account sent in the time up to ``at``."""
    chosen = select(func.count()).where(
        ChannelEvent.channel == channel,
        ChannelEvent.address == address,
        ChannelEvent.sent_at > at - window,
        ChannelEvent.sent_at <= at,
    )
    return session.scalar(chosen) or 0


def is_written_here(channel: str) -> ColumnElement[bool]:
    """Whether the user wrote the message in the channel itself, which shows it already."""
    return and_(Message.author == "user", Message.client_key.startswith(f"{channel}:", autoescape=True))


def undelivered(session: Session, account: ChannelAccount, limit: int) -> Sequence[Message]:
    """The next messages that the account has not got, in order."""
    chosen = select(Message).where(
        Message.conversation_id == account.conversation_id,
        Message.seq > account.sent_seq,
        Message.visibility == "all",
        ~is_written_here(account.channel),
    )
    return session.scalars(chosen.order_by(Message.seq).limit(limit)).all()


def spent_buttons(session: Session, account: ChannelAccount) -> Sequence[ChannelButtons]:
    """The account's buttons whose choices stand no longer."""
    chosen = (
        select(ChannelButtons)
        .join(Conversation, Conversation.id == ChannelButtons.conversation_id)
        .where(ChannelButtons.account_id == account.id, _is_spent(account.conversation_id))
    )
    return session.scalars(chosen.limit(100)).all()


def last_user_seq(session: Session, conversation_id: str) -> int:
    """The ``seq`` of the user's last message; 0 for none."""
    chosen = select(func.max(Message.seq)).where(Message.conversation_id == conversation_id, Message.author == "user")
    return session.scalar(chosen) or 0


def due(session: Session, channel: str) -> Sequence[str]:
    """The addresses of the accounts to which something may be owed, whenever it came about."""
    waiting = exists().where(
        Message.conversation_id == ChannelAccount.conversation_id,
        Message.seq > ChannelAccount.sent_seq,
        Message.visibility == "all",
        ~is_written_here(channel),
    )
    buttons = exists().where(
        ChannelButtons.account_id == ChannelAccount.id,
        _is_spent(ChannelAccount.conversation_id),
    )
    in_queue = or_(Conversation.owner_kind == "queue", ChannelAccount.place_ref.is_not(None))
    return session.scalars(_open_accounts(channel).where(or_(waiting, buttons, in_queue))).all()


def due_for(session: Session, channel: str, conversations: Collection[str], groups: Collection[str]) -> Sequence[str]:
    """The addresses of the accounts in these conversations, and of those that wait in these groups' queues."""
    in_queue = and_(Conversation.owner_kind == "queue", Conversation.owner_group.in_(groups))
    return session.scalars(
        _open_accounts(channel).where(or_(ChannelAccount.conversation_id.in_(conversations), in_queue))
    ).all()


def _open_accounts(channel: str) -> Select[str]:
    return (
        select(ChannelAccount.address)
        .join(Conversation, Conversation.id == ChannelAccount.conversation_id)
        .where(ChannelAccount.channel == channel, ChannelAccount.blocked_at.is_(None))
    )


def _is_spent(current: object) -> ColumnElement[bool]:
    """For buttons joined with their conversation: the user wrote since, a person took over, or it is another's by now."""
    wrote = exists().where(
        Message.conversation_id == ChannelButtons.conversation_id,
        Message.author == "user",
        Message.seq > ChannelButtons.seq,
    )
    return or_(Conversation.owner_kind != "bot", ChannelButtons.conversation_id != current, wrote)
