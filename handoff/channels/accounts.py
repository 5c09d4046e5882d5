"""Accounts of a channel, and the conversation that each takes part in: its own, or one it was tied to by a link."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from balcao.errors import Unauthenticated
from balcao.ids import new_id
from handoff.channels import queries
from handoff.channels.links import Links
from handoff.channels.models import ChannelAccount, ChannelEvent
from handoff.channels.schemas import CommandEvent
from handoff.conversations import queries as conversations
from handoff.conversations import service
from handoff.conversations.models import Conversation
from handoff.conversations.writing import append_notice, tell
from handoff.timeline.service import Author
from handoff.upsert import insert_missing
from handoff.users.models import User
from handoff.users.service import update_user
from handoff.words import say


def find_or_make(session: Session, *, channel: str, address: str, name: str | None, now: datetime) -> ChannelAccount:
    """The account of this address; a new one begins as a new user, with a conversation of its own."""
    account = queries.locked_account(session, channel, address)
    if account is None:
        conversation = _begin(session, channel, name, now)
        account = _make(session, channel, address, conversation.id, now)
        account.own_conversation_id = conversation.id
    return account


def tie(session: Session, *, channel: str, event: CommandEvent, links: Links, now: datetime) -> str:
    """Has the account go on with the conversation that the link in the event's argument names.

    A link is good for one account. An account that is being served by people stays where it is.
    """
    account = queries.locked_account(session, channel, event.address)
    try:
        conversation_id = links.read(event.argument, now)
        _use_up(session, channel, event, now)
        conversation = conversations.locked(session, conversation_id)
    except Unauthenticated as error:
        account = find_or_make(session, channel=channel, address=event.address, name=event.name, now=now)
        notice(session, conversations.locked(session, account.conversation_id), error.error_code, now)
        return error.error_code
    if account is not None and account.conversation_id != conversation_id and _is_served(session, account, now):
        return "link_busy"
    account = account or _make(session, channel, event.address, conversation_id, now)
    _go_to(session, account, conversation, event.name, now)
    return "done"


def _go_to(
    session: Session, account: ChannelAccount, conversation: Conversation, name: str | None, now: datetime
) -> None:
    """What was answered last in the conversation is shown again, so that the user sees where they are."""
    account.blocked_at = None
    if account.conversation_id != conversation.id or account.sent_seq == 0:
        _switch(account, conversation.id, queries.last_user_seq(session, conversation.id))
    user = session.get_one(User, conversation.user_id)
    if user.name is None:
        update_user(session, user=user, name=name)
    tell(session, conversation.id, "linked", Author("user", user.id), now, channel=account.channel)
    notice(session, conversation, "linked", now)


def leave_link(session: Session, account: ChannelAccount, now: datetime) -> None:
    """Takes the account back to a conversation of its own, and says so there."""
    if account.own_conversation_id is None:
        account.own_conversation_id = _begin(session, account.channel, None, now).id
    own = conversations.locked(session, account.own_conversation_id)
    _switch(account, own.id, own.last_seq)
    notice(session, own, "left_link", now)


def notice(session: Session, conversation: Conversation, code: str, now: datetime) -> None:
    """Adds the desk's own words of this code to a locked conversation."""
    user = session.get_one(User, conversation.user_id)
    append_notice(session, conversation, code, say(code, user.language), now)


def _begin(session: Session, channel: str, name: str | None, now: datetime) -> Conversation:
    return service.open_session(session, channel=channel, client_key=new_id(), name=name, now=now)[0]


def _make(session: Session, channel: str, address: str, conversation_id: str, now: datetime) -> ChannelAccount:
    account = ChannelAccount(
        id=new_id(),
        channel=channel,
        address=address,
        conversation_id=conversation_id,
        sent_seq=0,
        sent_parts=0,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def _switch(account: ChannelAccount, conversation_id: str, sent_seq: int) -> None:
    account.conversation_id, account.sent_seq, account.sent_parts = conversation_id, sent_seq, 0
    account.place_shown = account.place_ref = None


def _use_up(session: Session, channel: str, event: CommandEvent, now: datetime) -> None:
    """:class:`Unauthenticated` (``link_used``) for a link that another account has followed before."""
    key = f"link:{hashlib.sha256(event.argument.encode()).hexdigest()}"
    row = {"channel": channel, "key": key, "address": event.address, "sent_at": now}
    insert_missing(session, ChannelEvent, outcome="done", **row)
    if session.get_one(ChannelEvent, (channel, key)).address != event.address:
        raise Unauthenticated("the link was used by another account", code="link_used")


def _is_served(session: Session, account: ChannelAccount, now: datetime) -> bool:
    present = conversations.locked(session, account.conversation_id)
    if present.owner_kind == "bot":
        return False
    notice(session, present, "link_busy", now)
    return True
