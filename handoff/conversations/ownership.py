"""Changing the owner of a conversation: one owner at a time, by compare-and-set, each change with its author."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from balcao.errors import Conflict, NotFound, OwnerChanged
from balcao.ids import new_id
from balcao.personal import mask_cpfs, masked
from handoff.accounts.models import Agent
from handoff.bot_turns import inbox
from handoff.bot_turns.models import BotTurn
from handoff.catalogue.service import group_or_default
from handoff.conversations import queries
from handoff.conversations.models import Conversation, Episode, Handoff, Message
from handoff.conversations.text import clean_text
from handoff.conversations.writing import append_notice, current_episode, new_episode, tell
from handoff.live.news import announce
from handoff.timeline.service import BOT, SYSTEM, Author
from handoff.users.models import User
from handoff.words import say

ENDED_BY_USER = "ended_by_user"
_ABANDONED = timedelta(minutes=30)
"""For so long has a user who left not answered the agent's last message."""


def hand_over(
    session: Session,
    *,
    conversation: Conversation,
    group: str | None,
    reason: str,
    summary: str,
    fields: dict[str, Any],
    now: datetime,
    author: Author = BOT,
) -> Handoff:
    """Passes a locked conversation from the bot to a group's queue; to the default group's when there is no such group.

    :class:`OwnerChanged` when the bot does not own it.
    """
    owner_group = group_or_default(session, group).id
    _require(session, conversation, "bot")
    inbox.supersede(session, conversation.id, now)
    _set_owner(session, conversation, "queue", group=owner_group, queued_at=now)
    handoff = Handoff(
        id=new_id(),
        conversation_id=conversation.id,
        episode_id=current_episode(session, conversation, now).id,
        group_id=owner_group,
        reason=reason,
        summary=mask_cpfs(summary),
        fields=masked(fields),
        created_at=now,
    )
    session.add(handoff)
    tell(session, conversation.id, "handed_over", author, now, handoff_id=handoff.id, group=owner_group, reason=reason)
    return handoff


def claim(session: Session, *, conversation_id: str, agent_id: str, now: datetime) -> Conversation:
    """Gives a queued conversation to an agent. Exactly one of several claims wins; :class:`OwnerChanged` names who has it.

    The winner may claim again, which changes nothing.
    """
    conversation = queries.locked(session, conversation_id)
    if conversation.owner_agent_id == agent_id:
        return conversation
    _require(session, conversation, "queue")
    agent = _agent(session, agent_id)
    _set_owner(session, conversation, "agent", group=conversation.owner_group, agent_id=agent_id)
    handoff = _open_handoff(session, conversation)
    handoff.claimed_at, handoff.claimed_by = now, agent_id
    text = say("agent_joined", _language(session, conversation), name=agent.name)
    append_notice(session, conversation, "agent_joined", text, now)
    tell(session, conversation.id, "claimed", Author("agent", agent_id), now, handoff_id=handoff.id)
    return conversation


def release(session: Session, *, conversation_id: str, agent_id: str, now: datetime) -> Conversation:
    """Gives the conversation back to the queue it came from, at its old place; :class:`OwnerChanged` for another's."""
    conversation = queries.locked(session, conversation_id)
    _require(session, conversation, "agent", agent_id)
    _set_owner(session, conversation, "queue", group=conversation.owner_group)
    handoff = _open_handoff(session, conversation)
    handoff.claimed_at = handoff.claimed_by = None
    text = say("agent_left", _language(session, conversation), name=_agent(session, agent_id).name)
    append_notice(session, conversation, "agent_left", text, now)
    tell(session, conversation.id, "released", Author("agent", agent_id), now, handoff_id=handoff.id)
    return conversation


def resolve(session: Session, *, conversation_id: str, agent_id: str, solution: str, now: datetime) -> Conversation:
    """Ends the human service with its solution: the bot owns the conversation again and asks what the user thought of it,
    unless they have left without answering the agent.

    :class:`OwnerChanged` for another's conversation, :class:`InvalidInput` for an empty solution.
    """
    solution = clean_text(solution)
    conversation = queries.locked(session, conversation_id)
    _require(session, conversation, "agent", agent_id)
    _set_owner(session, conversation, "bot")
    handoff = _open_handoff(session, conversation)
    handoff.closed_at, handoff.closed_by, handoff.solution = now, agent_id, solution
    left = queries.left_unanswered(session, conversation.id, now - _ABANDONED)
    event = 'human_resolved{"abandoned": true}' if left else "human_resolved"
    inbox.add_event_turn(session, conversation.id, handoff.episode_id, event, now)
    tell(session, conversation.id, "resolved", Author("agent", agent_id), now, handoff_id=handoff.id)
    return conversation


def leave(session: Session, *, conversation: Conversation, now: datetime) -> None:
    """The user ends a locked conversation: nobody answers any more, and what they write next begins anew.

    An agent who has it keeps it, knows that the user has left, and ends it with the solution.
    """
    user = Author("user", conversation.user_id)
    language = _language(session, conversation)
    if conversation.owner_kind == "agent":
        agent = _agent(session, str(conversation.owner_agent_id))
        append_notice(session, conversation, "user_left", say("user_left", language, name=agent.name), now)
        tell(session, conversation.id, "left", user, now)
        return
    inbox.supersede(session, conversation.id, now)
    if conversation.owner_kind == "queue":
        _set_owner(session, conversation, "bot")
        _open_handoff(session, conversation).closed_at = now
    append_notice(session, conversation, "ended", say("ended", language), now)
    tell(session, conversation.id, "left", user, now)
    close_episode(session, conversation=conversation, outcome=ENDED_BY_USER, now=now, author=user)


def close_episode(
    session: Session, *, conversation: Conversation, outcome: str, now: datetime, author: Author = BOT
) -> Episode | None:
    """Closes the open episode of a locked conversation; None when none is open.

    What the user wrote meanwhile, and the bot has not seen, begins the next episode.
    """
    episode = queries.open_episode(session, conversation.id)
    if episode is None:
        return None
    episode.closed_at, episode.outcome = now, outcome
    session.flush()
    tell(session, conversation.id, "episode_closed", author, now, episode_id=episode.id, outcome=outcome)
    _carry_over(session, conversation, now)
    announce(session, f"conversation:{conversation.id}")
    return episode


def next_episode(
    session: Session, *, conversation: Conversation, turn: BotTurn, outcome: str, now: datetime, author: Author = BOT
) -> str:
    """Closes the open episode, as a message of the user has begun another matter; returns the id of the new one.

    The message that ``turn`` answers, and what the bot has not seen, belong to the new episode. The bot's session goes on in
    it, since the bot has answered already; the closed one keeps a session that nobody knows.
    """
    closed = queries.open_episode(session, conversation.id)
    if closed is None:
        return turn.episode_id
    bot_session, closed.bot_session = closed.bot_session, new_id()
    closed.closed_at, closed.outcome = now, outcome
    session.flush()
    tell(session, conversation.id, "episode_closed", author, now, episode_id=closed.id, outcome=outcome)
    episode = new_episode(session, conversation, Author("user", conversation.user_id), now, bot_session=bot_session)
    _move(session, [turn, *queries.unanswered(session, conversation.id)], episode)
    return episode.id


def _carry_over(session: Session, conversation: Conversation, now: datetime) -> None:
    unseen = queries.unanswered(session, conversation.id)
    if unseen:
        _move(session, unseen, new_episode(session, conversation, SYSTEM, now))


def _move(session: Session, turns: Sequence[BotTurn], episode: Episode) -> None:
    """Makes turns, and the messages that they answer, part of the episode."""
    ids = [turn.message_id for turn in turns]
    session.execute(update(BotTurn).where(BotTurn.message_id.in_(ids)).values(episode_id=episode.id))
    session.execute(update(Message).where(Message.id.in_(ids)).values(episode_id=episode.id))


def require_agent(session: Session, conversation: Conversation, agent_id: str) -> None:
    """:class:`OwnerChanged`, naming the owner, unless this agent owns the conversation."""
    _require(session, conversation, "agent", agent_id)


def _require(session: Session, conversation: Conversation, kind: str, agent_id: str | None = None) -> None:
    """:class:`OwnerChanged`, naming the owner, unless it is the one that the caller believes."""
    if conversation.owner_kind == kind and (agent_id is None or conversation.owner_agent_id == agent_id):
        return
    raise OwnerChanged(owner_sentence(session, conversation))


def owner_sentence(session: Session, conversation: Conversation) -> str:
    """Who has the conversation, for people and developers."""
    if conversation.owner_kind == "agent" and conversation.owner_agent_id is not None:
        return f"the conversation is with {_agent(session, conversation.owner_agent_id).name}"
    if conversation.owner_kind == "queue":
        return f"the conversation is in the queue of {conversation.owner_group}"
    return "the conversation is with the bot"


def _set_owner(
    session: Session,
    conversation: Conversation,
    kind: str,
    *,
    group: str | None = None,
    agent_id: str | None = None,
    queued_at: datetime | None = None,
) -> None:
    """Compare-and-set on ``owner_version``. The row is locked, so it fails only for a caller that did not lock it."""
    topics = {"queue", f"conversation:{conversation.id}", f"queue:{conversation.owner_group or group}"}
    change = update(Conversation).where(
        Conversation.id == conversation.id, Conversation.owner_version == conversation.owner_version
    )
    values = {
        "owner_kind": kind,
        "owner_group": group,
        "owner_agent_id": agent_id,
        "owner_version": conversation.owner_version + 1,
        "queued_at": queued_at or (None if kind == "bot" else conversation.queued_at),
    }
    session.flush()
    result = session.execute(change.values(values), execution_options={"synchronize_session": False})
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise OwnerChanged("the conversation has another owner by now")
    session.refresh(conversation)
    announce(session, *topics)


def _open_handoff(session: Session, conversation: Conversation) -> Handoff:
    handoff = queries.open_handoff(session, conversation.id)
    if handoff is None:
        raise Conflict("the conversation has no open handoff")
    return handoff


def _agent(session: Session, agent_id: str) -> Agent:
    agent = session.get(Agent, agent_id)
    if agent is None:
        raise NotFound("no such agent")
    return agent


def _language(session: Session, conversation: Conversation) -> str:
    user = session.get(User, conversation.user_id)
    return user.language if user is not None else "pt-BR"
