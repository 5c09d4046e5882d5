"""Selects agents and their sessions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.accounts.models import Agent, AgentGroup, AgentSession, Role

ONLINE_FOR = timedelta(seconds=60)


def by_login(session: Session, login: str) -> Agent | None:
    return session.scalars(select(Agent).where(Agent.login == login)).first()


def has_admin(session: Session) -> bool:
    return session.scalars(select(Agent.id).where(Agent.role == Role.ADMIN, Agent.active)).first() is not None


def live_session(session: Session, token_hash: str, now: datetime) -> tuple[AgentSession, Agent] | None:
    """The session of a token with its agent, while it is neither revoked nor over nor the agent inactive."""
    chosen = (
        select(AgentSession, Agent)
        .join(Agent, Agent.id == AgentSession.agent_id)
        .where(AgentSession.token_hash == token_hash, AgentSession.revoked_at.is_(None))
        .where(AgentSession.expires_at > now, Agent.active)
    )
    row = session.execute(chosen).first()
    return None if row is None else (row[0], row[1])


def everyone(session: Session) -> Sequence[Agent]:
    """All agents, those with access first, by name."""
    return session.scalars(select(Agent).order_by(Agent.active.desc(), Agent.name)).all()


def groups_of(session: Session, agent_id: str) -> frozenset[str]:
    return frozenset(session.scalars(select(AgentGroup.group_id).where(AgentGroup.agent_id == agent_id)))


def names(session: Session, agent_ids: set[str]) -> dict[str, str]:
    """The names of agents by id."""
    if not agent_ids:
        return {}
    return {key: name for key, name in session.execute(select(Agent.id, Agent.name).where(Agent.id.in_(agent_ids)))}


def sessions_of(session: Session, agent_id: str, now: datetime) -> Sequence[AgentSession]:
    """The agent's live sessions, last seen first."""
    mine = select(AgentSession).where(AgentSession.agent_id == agent_id, AgentSession.revoked_at.is_(None))
    return session.scalars(mine.where(AgentSession.expires_at > now).order_by(AgentSession.last_seen_at.desc())).all()


def count_online(session: Session, group_id: str | None, now: datetime) -> int:
    """How many agents (of a group) had the console open within the last minute."""
    chosen = (
        select(func.count(AgentSession.agent_id.distinct()))
        .join(Agent, Agent.id == AgentSession.agent_id)
        .where(AgentSession.last_seen_at > now - ONLINE_FOR, AgentSession.revoked_at.is_(None), Agent.active)
    )
    if group_id is not None:
        members = select(AgentGroup.agent_id).where(AgentGroup.group_id == group_id)
        chosen = chosen.where(AgentSession.agent_id.in_(members))
    return session.scalar(chosen) or 0
