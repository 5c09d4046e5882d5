"""What the waiting list looks like, and what an agent has read of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from balcao.errors import NotFound
from handoff.accounts.queries import count_online
from handoff.accounts.service import CurrentAgent
from handoff.catalogue.models import Group
from handoff.catalogue.service import default_group
from handoff.conversations.models import Conversation
from handoff.queue import queries
from handoff.queue.hours import people_are_back
from handoff.queue.models import ConversationRead
from handoff.queue.schemas import QueueState
from handoff.upsert import insert_missing


def queue_state(session: Session, *, group_id: str | None, now: datetime) -> QueueState:
    """How a group's queue stands, the default group's for None; :class:`NotFound` for an unknown group."""
    group = session.get(Group, group_id) if group_id else default_group(session)
    if group is None:
        raise NotFound(f"no group {group_id}", code="unknown_group")
    online = count_online(session, group.id, now)
    back = people_are_back(session, group, now)
    is_served = group.active and (online > 0 or back == now)
    return QueueState(
        open=is_served,
        waiting=queries.count_waiting(session, frozenset({group.id})),
        agents_online=online,
        opens_at=None if is_served else back,
    )


def check_visible(session: Session, *, conversation_id: str, agent: CurrentAgent) -> Conversation:
    """The conversation, if it is the agent's to see; :class:`NotFound` otherwise, so that ids cannot be probed."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or not queries.may_see(session, conversation_id, agent.id, agent.visible_groups):
        raise NotFound("no such conversation", code="unknown_conversation")
    return conversation


def mark_read(session: Session, *, agent_id: str, conversation_id: str, seq: int) -> bool:
    """Notes that the agent has seen the conversation up to ``seq``; says whether that was news."""
    insert_missing(session, ConversationRead, agent_id=agent_id, conversation_id=conversation_id, last_seq=0)
    row = session.get_one(ConversationRead, (agent_id, conversation_id))
    if seq <= row.last_seq:
        return False
    row.last_seq = seq
    return True
