"""What becomes of a turn: done with its words and deeds, failed into a queue, superseded, or tried again later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from balcao.spoken_times import say_when
from handoff.bot_turns.models import BotTurn
from handoff.bot_turns.schemas import (
    BotMessage,
    CloseCommand,
    Command,
    Completion,
    FeedbackCommand,
    FollowOutageCommand,
    HandoffCommand,
    KeepScriptCommand,
    NextEpisodeCommand,
    RateCommand,
    SetUserCommand,
)
from handoff.conversations import queries, service
from handoff.conversations.choices import split_payload
from handoff.conversations.models import Conversation, Episode
from handoff.conversations.writing import append, append_notice
from handoff.feedback.service import give_feedback
from handoff.live.news import announce
from handoff.outages.service import follow
from handoff.queue.service import queue_state
from handoff.ratings.queries import comment_of
from handoff.ratings.service import rate
from handoff.silence import service as silence
from handoff.silence.patience import FOR_EVER, Patience
from handoff.tickets.service import reopen_for_episode
from handoff.timeline.service import SYSTEM, Author
from handoff.users.models import User
from handoff.users.service import update_user
from handoff.words import say, say_place

GIVE_UP_EVENT_AFTER = timedelta(hours=1)
_EVENT_BACKOFF_SECONDS = (1, 2, 5, 10, 30)
_BOT_UNAVAILABLE = "bot_unavailable"
_CONVERSATION_OF = select(BotTurn.__table__.c.conversation_id).where(BotTurn.__table__.c.id == bindparam("turn_id"))
_TURN = select(BotTurn).where(BotTurn.id == bindparam("turn_id")).execution_options(populate_existing=True)
_TURNS = (
    select(BotTurn)
    .where(BotTurn.id.in_(bindparam("ids", expanding=True)))
    .order_by(BotTurn.id)
    .execution_options(populate_existing=True)
)


def take_over(session: Session, desk_id: str, now: datetime, lease: timedelta) -> int:
    """Makes every pending turn this desk's, whoever held it; returns how many. Called when a desk starts.

    Should another desk still run, nothing is done twice: the bot knows a repeated turn, and a turn ends only once.
    """
    pending = update(BotTurn).where(BotTurn.state == "pending")
    result = session.execute(pending.values(lease_owner=desk_id, leased_until=now + lease))
    return int(result.rowcount)  # type: ignore[attr-defined]


def join(session: Session, turn_ids: Sequence[int], text: str, payload: str | None, now: datetime) -> bool:
    """Makes several pending turns one: the last, with ``text`` and ``payload``. False if one of them has ended meanwhile.

    It is kept before the bot is asked, so that a repeated question is the same one, whatever the user writes in between.
    """
    _, conversation = _locked(session, turn_ids[-1])
    turns = session.scalars(_TURNS, {"ids": list(turn_ids)}).all()
    if conversation.owner_kind != "bot" or any(turn.state != "pending" for turn in turns):
        return False
    for turn in turns[:-1]:
        _end(session, turn, "joined", now)
    turns[-1].text, turns[-1].payload = text, payload
    return True


def complete(
    session: Session, turn_id: int, completion: Completion, now: datetime, patience: Patience = FOR_EVER
) -> str:
    """Carries out one whole answer: its messages, then its commands. Returns the state that the turn has then.

    Nothing of it is carried out if the turn has ended already, or if the bot no longer owns the conversation.
    """
    turn, conversation = _locked(session, turn_id)
    if turn.state != "pending":
        return turn.state
    if conversation.owner_kind != "bot":
        return _end(session, turn, "superseded", now)
    turn.trace = completion.trace
    _end(session, turn, "done", now)
    _begin_next_episode(session, conversation, turn, completion.commands, now)
    for index, message in enumerate(completion.messages):
        _say(session, conversation, turn, index, message, now)
    for command in completion.commands:
        _carry_out(session, conversation, turn.episode_id, command, now)
    silence.watch(
        session,
        conversation=conversation,
        episode_id=turn.episode_id,
        payload=turn.payload,
        waits=completion.waits and not any(isinstance(command, CloseCommand) for command in completion.commands),
        patience=patience,
        now=now,
    )
    return turn.state


def fail(session: Session, turn_id: int, failure: str, now: datetime, zone: ZoneInfo) -> str:
    """Tells the user that the bot cannot answer and passes the conversation to the default group's queue."""
    turn, conversation = _locked(session, turn_id)
    if turn.state != "pending":
        return turn.state
    if conversation.owner_kind != "bot":
        return _end(session, turn, "superseded", now)
    turn.failure = failure[:200]
    _end(session, turn, "failed", now)
    service.hand_over(
        session,
        conversation=conversation,
        group=None,
        reason=_BOT_UNAVAILABLE,
        summary=turn.text,
        fields={},
        now=now,
        author=SYSTEM,
    )
    language = _user(session, conversation).language
    text = say(_BOT_UNAVAILABLE, language, place=_wait(session, conversation, language, now, zone))
    append_notice(session, conversation, _BOT_UNAVAILABLE, text, now)
    return turn.state


def _wait(session: Session, conversation: Conversation, language: str, now: datetime, zone: ZoneInfo) -> str:
    """The place in the queue, and when people are back if they are away."""
    place = say_place(queries.queue_place(session, conversation) or 1, language)
    back = queue_state(session, group_id=conversation.owner_group, now=now).opens_at
    if back is None:
        return place
    return f"{place} {say('team_is_away', language, when=say_when(back, now, zone, language))}"


def postpone(session: Session, turn_id: int, failure: str, now: datetime) -> datetime | None:
    """Has an event tried again later; returns when, or None if it has ended or is given up after an hour."""
    turn, conversation = _locked(session, turn_id)
    if turn.state != "pending":
        return None
    turn.failure = failure[:200]
    is_tried_anew = turn.payload in silence.EVENTS  # by its own timer, if the user is still silent then
    if conversation.owner_kind != "bot" or is_tried_anew or now - turn.created_at > GIVE_UP_EVENT_AFTER:
        _end(session, turn, "superseded" if conversation.owner_kind != "bot" else "given_up", now)
        return None
    step = min(turn.attempts, len(_EVENT_BACKOFF_SECONDS) - 1)
    turn.attempts += 1
    turn.not_before = now + timedelta(seconds=_EVENT_BACKOFF_SECONDS[step])
    return turn.not_before


def _locked(session: Session, turn_id: int) -> tuple[BotTurn, Conversation]:
    """The turn as it is once its conversation is locked: always in that order, so that nothing waits in a circle."""
    conversation_id = session.scalar(_CONVERSATION_OF, {"turn_id": turn_id})
    conversation = queries.locked(session, str(conversation_id))
    return session.scalars(_TURN, {"turn_id": turn_id}).one(), conversation


def _end(session: Session, turn: BotTurn, state: str, now: datetime) -> str:
    turn.state, turn.finished_at = state, now
    turn.lease_owner = turn.leased_until = turn.not_before = None
    session.flush()
    announce(session, f"conversation:{turn.conversation_id}")
    return state


def _say(
    session: Session, conversation: Conversation, turn: BotTurn, index: int, message: BotMessage, now: datetime
) -> None:
    payload, intents = split_payload(message.payload.model_dump() if message.payload else None)
    append(
        session,
        conversation,
        author="bot",
        text=message.text,
        payload=payload,
        intents=intents,
        client_key=f"bot:{turn.message_id}:{index}",
        episode_id=turn.episode_id,
        now=now,
    )


def _begin_next_episode(
    session: Session, conversation: Conversation, turn: BotTurn, commands: list[Command], now: datetime
) -> None:
    """Before anything is said: what this turn says, and the message it answers, belong to the next episode already."""
    outcome = next((command.outcome for command in commands if isinstance(command, NextEpisodeCommand)), None)
    if outcome is not None:
        turn.episode_id = service.next_episode(session, conversation=conversation, turn=turn, outcome=outcome, now=now)


def _carry_out(session: Session, conversation: Conversation, episode_id: str, command: Command, now: datetime) -> None:
    match command:
        case HandoffCommand(group=group, reason=reason, summary=summary, fields=fields):
            service.hand_over(
                session,
                conversation=conversation,
                group=group,
                reason=reason,
                summary=summary,
                fields=fields,
                now=now,
            )
            if reason == "reopened":
                why = comment_of(session, episode_id) or summary
                user = Author("user", conversation.user_id)
                reopen_for_episode(session, episode_id=episode_id, why=why, author=user, now=now)
        case RateCommand(rated=rated, score=score, comment=comment):
            episode = session.get_one(Episode, episode_id)
            user_id = conversation.user_id
            rate(session, episode=episode, user_id=user_id, rated=rated, score=score, comment=comment, now=now)
        case CloseCommand(outcome=outcome):
            service.close_episode(session, conversation=conversation, outcome=outcome, now=now)
        case NextEpisodeCommand():
            pass  # begun before the turn's words were stored
        case FeedbackCommand(article_id=article_id, version=version, useful=useful):
            give_feedback(
                session, episode_id=episode_id, article_id=article_id, version=version, useful=useful, now=now
            )
        case KeepScriptCommand(script=script):
            conversation.script = {**script, "at": now.isoformat()} if script else None
        case SetUserCommand(name=name, email=email, language=language):
            update_user(session, user=_user(session, conversation), name=name, email=email, language=language)
        case FollowOutageCommand(outage_id=outage_id):
            follow(session, outage_id=outage_id, conversation=conversation, now=now)


def _user(session: Session, conversation: Conversation) -> User:
    return session.get_one(User, conversation.user_id)
