"""What becomes of the things that come in from a channel, and what is owed to its accounts."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from balcao.errors import BalcaoError, Conflict, InvalidInput, NotFound
from handoff.channels import queries
from handoff.channels.accounts import find_or_make, leave_link, notice, tie
from handoff.channels.links import Links
from handoff.channels.models import ChannelAccount, ChannelButtons, ChannelEvent
from handoff.channels.schemas import (
    ChoiceEvent,
    CommandEvent,
    EditEvent,
    Event,
    OutboxOut,
    PresenceEvent,
    ReceiptIn,
    SentIn,
    TextEvent,
    UnreadableEvent,
)
from handoff.conversations import queries as conversations
from handoff.conversations import service
from handoff.conversations.models import Conversation
from handoff.conversations.schemas import MessageOut
from handoff.conversations.writing import append
from handoff.upsert import insert_missing
from handoff.users.models import User
from handoff.words import say, say_place

PAGE = 20
_LONGEST = 4096
_MOST_IN_WINDOW, _WINDOW = 60, timedelta(seconds=10)
_INTENTS = {"start": "/greet", "help": "/help", "person": "/ask_person", "protocol": "/ticket_status"}
_SPENT = frozenset(("choice_spent", "no_such_choice", "not_found"))


class Taken(NamedTuple):
    """What became of an event, and whether that was before."""

    outcome: str
    repeated: bool


def take_event(session: Session, *, channel: str, event: Event, links: Links, now: datetime) -> Taken:
    """Does what the event says, once: the row with its key is written in the same transaction.

    An account that wrote faster than people do, by the clock of the channel, is told so, and the event is set aside.
    """
    sent_at = min(event.sent_at or now, now)
    row = {"channel": channel, "key": event.key, "address": event.address, "sent_at": sent_at}
    insert_missing(session, ChannelEvent, outcome="", **row)
    kept = session.get_one(ChannelEvent, (channel, event.key), populate_existing=True)
    if kept.outcome:
        return Taken(kept.outcome, True)
    too_many = queries.sent_lately(session, channel, event.address, sent_at, _WINDOW) > _MOST_IN_WINDOW
    kept.outcome = _take(session, channel, event, links, too_many, now)
    return Taken(kept.outcome, False)


def _take(session: Session, channel: str, event: Event, links: Links, is_too_many: bool, now: datetime) -> str:
    if isinstance(event, PresenceEvent):
        return _note_presence(session, channel, event, now)
    if isinstance(event, CommandEvent) and event.command == "start" and event.argument:
        return tie(session, channel=channel, event=event, links=links, now=now)
    account = find_or_make(session, channel=channel, address=event.address, name=event.name, now=now)
    account.blocked_at = None
    if is_too_many:
        return _slow_down(session, account, now)
    match event:
        case TextEvent():
            files = {"attachments": event.attachments} if event.attachments else {}
            return _post(session, account, event.message_key, event.text, now, or_key=event.key, **files)
        case EditEvent():
            return _edit(session, account, event, now)
        case ChoiceEvent():
            return _choose(session, account, event, now)
        case CommandEvent():
            return _obey(session, account, event, now)
        case UnreadableEvent():
            return _explain(session, account, event, now)


def _post(
    session: Session, account: ChannelAccount, key: str, text: str, now: datetime, *, or_key: str = "", **more: Any
) -> str:
    """``or_key`` is for a channel that numbers its messages anew: no message is lost because another one had its number."""
    try:
        service.post_user_message(
            session,
            conversation_id=account.conversation_id,
            client_key=f"{account.channel}:{key}",
            text=text,
            longest=_LONGEST,
            now=now,
            **more,
        )
    except InvalidInput:  # nothing visible in it
        return "ignored"
    except Conflict:
        if not or_key:
            raise
        return _post(session, account, or_key, text, now, **more)
    return "done"


def _edit(session: Session, account: ChannelAccount, event: EditEvent, now: datetime) -> str:
    try:
        posted = service.post_correction(
            session,
            conversation_id=account.conversation_id,
            corrects=f"{account.channel}:{event.message_key}",
            client_key=f"{account.channel}:{event.key}",
            text=event.text,
            longest=_LONGEST,
            now=now,
        )
    except (InvalidInput, NotFound):
        return "ignored"
    return "done" if posted else "ignored"


def _choose(session: Session, account: ChannelAccount, event: ChoiceEvent, now: datetime) -> str:
    choice = service.ChoiceMade(message_id=event.message_id, id=event.choice_id)
    try:
        service.post_user_message(
            session,
            conversation_id=account.conversation_id,
            client_key=f"{account.channel}:{event.key}",
            choice=choice,
            now=now,
        )
    except BalcaoError as error:
        if error.error_code in _SPENT:
            return "choice_spent"
        raise
    return "done"


def _obey(session: Session, account: ChannelAccount, event: CommandEvent, now: datetime) -> str:
    if event.command == "leave":
        return _leave(session, account, now)
    language = _language(session, account)
    words = say(f"command_{event.command}", language)
    if event.command == "protocol" and event.argument:
        return _post(session, account, event.key, f"{say('protocol', language)} {event.argument}", now)
    return _post(session, account, event.key, words, now, intent=_INTENTS[event.command])


def _leave(session: Session, account: ChannelAccount, now: datetime) -> str:
    conversation = conversations.locked(session, account.conversation_id)
    service.leave(session, conversation=conversation, now=now)
    if account.conversation_id != account.own_conversation_id:
        leave_link(session, account, now)
    return "done"


def _explain(session: Session, account: ChannelAccount, event: UnreadableEvent, now: datetime) -> str:
    conversation = conversations.locked(session, account.conversation_id)
    notice(session, conversation, f"cannot_take_{event.what}", now)
    if event.caption:
        return _post(session, account, event.message_key, event.caption, now, or_key=event.key)
    return "done"


def _slow_down(session: Session, account: ChannelAccount, now: datetime) -> str:
    conversation = conversations.locked(session, account.conversation_id)
    last = conversations.messages_after(session, conversation.id, conversation.last_seq - 1, 1)
    if not last or (last[0].payload or {}).get("notice") != "too_many":
        notice(session, conversation, "too_many", now)
    return "too_many"


def _note_presence(session: Session, channel: str, event: PresenceEvent, now: datetime) -> str:
    account = queries.locked_account(session, channel, event.address)
    if account is None:
        return "ignored"
    if event.blocked:
        _block(session, account, now)
    else:
        account.blocked_at = None
    return "done"


def _block(session: Session, account: ChannelAccount, now: datetime) -> None:
    """Agents are told that nothing of theirs arrives."""
    if account.blocked_at is not None:
        return
    account.blocked_at = now
    conversation = conversations.locked(session, account.conversation_id)
    text = say("user_blocked", "pt-BR")
    append(
        session, conversation, author="system", visibility="agents", text=text, payload={"notice": "blocked"}, now=now
    )


def outbox(session: Session, *, channel: str, address: str) -> OutboxOut:
    """What is owed to an account; :class:`NotFound` for an unknown one, nothing for one that has blocked us."""
    account = queries.known(queries.account(session, channel, address))
    standing = conversations.standing(session, account.conversation_id)
    blocked = account.blocked_at is not None
    messages = [] if blocked else queries.undelivered(session, account, PAGE)
    place = standing.queue_place
    language = _language(session, account)
    return OutboxOut(
        conversation_id=account.conversation_id,
        last_seq=standing.last_seq,
        language=language,
        messages=[MessageOut.of(message) for message in messages],
        parts_sent=account.sent_parts,
        spent=[] if blocked else [buttons.ref for buttons in queries.spent_buttons(session, account)],
        bot_typing=standing.bot_typing and not blocked,
        place=place,
        place_text=say_place(place, language) if place and place != account.place_shown and not blocked else None,
        place_ref=account.place_ref,
        more=len(messages) == PAGE,
    )


def note_receipt(session: Session, *, channel: str, address: str, receipt: ReceiptIn, now: datetime) -> None:
    """Keeps what was delivered, so that it is not delivered again."""
    account = queries.known(queries.locked_account(session, channel, address))
    if receipt.blocked_at_seq is not None and not _wrote_since(session, account, receipt):
        _block(session, account, now)
    if receipt.removed:
        gone = delete(ChannelButtons).where(ChannelButtons.account_id == account.id)
        session.execute(gone.where(ChannelButtons.ref.in_(receipt.removed)))
    if receipt.conversation_id != account.conversation_id:
        return  # meanwhile the account went to another conversation
    if receipt.sent is not None:
        _note_sent(session, account, receipt.sent)
    if receipt.place is not None:
        account.place_ref, account.place_shown = receipt.place.ref, receipt.place.place


def _wrote_since(session: Session, account: ChannelAccount, receipt: ReceiptIn) -> bool:
    """Whether the user has meanwhile written, and so taken us back."""
    last = queries.last_user_seq(session, account.conversation_id)
    return receipt.conversation_id != account.conversation_id or last > (receipt.blocked_at_seq or 0)


def _note_sent(session: Session, account: ChannelAccount, sent: SentIn) -> None:
    if sent.seq <= account.sent_seq:
        return
    account.sent_parts = 0 if sent.complete else sent.parts
    if sent.complete:
        account.sent_seq = sent.seq
    if sent.buttons and sent.ref:
        buttons = {"account_id": account.id, "conversation_id": account.conversation_id, "seq": sent.seq}
        insert_missing(session, ChannelButtons, ref=sent.ref, **buttons)


def _language(session: Session, account: ChannelAccount) -> str:
    chosen = select(User.language).join(Conversation, Conversation.user_id == User.id)
    return session.scalar(chosen.where(Conversation.id == account.conversation_id)) or "pt-BR"
