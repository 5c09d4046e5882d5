"""What agents do to conversations. Each is one transaction with its ticket, so that the two never disagree."""

from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from handoff.accounts.models import Agent
from handoff.accounts.service import CurrentAgent
from handoff.console.schemas import PostMessage, Standing
from handoff.conversations import queries as conversations
from handoff.conversations import service as conversing
from handoff.conversations.models import Conversation, Message
from handoff.conversations.service import Posted
from handoff.live.news import announce
from handoff.queue.schemas import OwnerKind
from handoff.queue.service import check_visible, mark_read
from handoff.sla.ledger import note_response
from handoff.tickets.service import resolve_for_episode, start_for_episode
from handoff.timeline.service import Author


def claim(session: Session, *, conversation_id: str, agent: CurrentAgent, now: datetime) -> Standing:
    """Makes the conversation the agent's; :class:`~balcao.errors.OwnerChanged` names who was faster."""
    check_visible(session, conversation_id=conversation_id, agent=agent)
    conversation = conversing.claim(session, conversation_id=conversation_id, agent_id=agent.id, now=now)
    handoff = conversations.open_handoff(session, conversation_id)
    if handoff is not None:
        start_for_episode(session, episode_id=handoff.episode_id, author=Author("agent", agent.id), now=now)
    return standing(session, conversation, agent)


def release(session: Session, *, conversation_id: str, agent: CurrentAgent, now: datetime) -> Standing:
    """Gives the agent's conversation back to its queue."""
    check_visible(session, conversation_id=conversation_id, agent=agent)
    conversation = conversing.release(session, conversation_id=conversation_id, agent_id=agent.id, now=now)
    return standing(session, conversation, agent)


def resolve(session: Session, *, conversation_id: str, agent: CurrentAgent, solution: str, now: datetime) -> Standing:
    """Ends the human service with its solution, which also resolves the episode's ticket."""
    check_visible(session, conversation_id=conversation_id, agent=agent)
    handoff = conversations.open_handoff(session, conversation_id)
    conversation = conversing.resolve(
        session, conversation_id=conversation_id, agent_id=agent.id, solution=solution, now=now
    )
    if handoff is not None:
        author = Author("agent", agent.id)
        resolve_for_episode(session, episode_id=handoff.episode_id, solution=solution, author=author, now=now)
    return standing(session, conversation, agent)


def post(
    session: Session,
    *,
    conversation_id: str,
    agent: CurrentAgent,
    wanted: PostMessage,
    most_attachments: int,
    now: datetime,
) -> Posted:
    """Stores the agent's message or note, once for each key, and has them seen everything up to it."""
    check_visible(session, conversation_id=conversation_id, agent=agent)
    posted = conversing.post_agent_message(
        session,
        conversation_id=conversation_id,
        agent_id=agent.id,
        text=wanted.text,
        client_key=wanted.client_key,
        note=wanted.note,
        attachments=wanted.attachments,
        most_attachments=most_attachments,
        now=now,
    )
    if posted.created:
        if not wanted.note:
            note_response(session, conversation_id=conversation_id, now=now)
        mark_read(session, agent_id=agent.id, conversation_id=conversation_id, seq=posted.message.seq)
    return posted


def read_up_to(session: Session, *, conversation_id: str, agent: CurrentAgent, seq: int) -> None:
    """Notes what the agent has seen; their other windows are told."""
    conversation = check_visible(session, conversation_id=conversation_id, agent=agent)
    seen = min(seq, conversation.last_seq)
    if mark_read(session, agent_id=agent.id, conversation_id=conversation_id, seq=seen):
        announce(session, "queue")


def history(
    session: Session, *, conversation_id: str, agent: CurrentAgent, after: int, limit: int
) -> tuple[list[Message], int]:
    """The messages after a ``seq``, notes included, and the conversation's last ``seq``."""
    conversation = check_visible(session, conversation_id=conversation_id, agent=agent)
    messages = conversations.messages_after(session, conversation_id, after, limit, notes=True)
    return list(messages), conversation.last_seq


def standing(session: Session, conversation: Conversation, agent: CurrentAgent) -> Standing:
    """Who has the conversation, and what this agent may do with it."""
    owner = session.get(Agent, conversation.owner_agent_id) if conversation.owner_agent_id else None
    return Standing(
        conversation_id=conversation.id,
        owner=cast(OwnerKind, conversation.owner_kind),
        agent_id=conversation.owner_agent_id,
        agent_name=owner.name if owner else None,
        group=conversation.owner_group,
        last_seq=conversation.last_seq,
        may_claim=conversation.owner_kind == "queue",
        may_reply=conversation.owner_agent_id == agent.id,
    )
