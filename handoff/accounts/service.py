"""Agents come to be, sign in and sign out."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from balcao.database import utc_now
from balcao.errors import Conflict, InvalidInput, Unauthenticated
from handoff.accounts import queries, throttling
from handoff.accounts.models import Agent, AgentGroup, AgentSession, Role
from handoff.accounts.passwords import hash_password, password_matches
from handoff.catalogue import queries as catalogue
from handoff.conversations.text import clean_line
from handoff.desk import Desk
from handoff.live.news import announce

SESSION_LENGTH = timedelta(hours=12)
FIRST_ADMIN = "admin"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_SEEN_EVERY = timedelta(seconds=15)


@dataclass(frozen=True)
class CurrentAgent:
    """The agent of a request, as their session says. ``groups`` are the ids of the groups they belong to."""

    id: str
    login: str
    name: str
    role: Role
    language: str
    groups: frozenset[str]
    session_id: str
    csrf_token: str
    last_seen_at: datetime

    def is_stale(self, now: datetime) -> bool:
        """Whether the session's last sign of life is old enough to be written anew."""
        return now - self.last_seen_at > _SEEN_EVERY

    @property
    def sees_all(self) -> bool:
        """Whether every group's work is theirs to see."""
        return self.role is Role.ADMIN

    @property
    def visible_groups(self) -> frozenset[str] | None:
        """The groups whose work they see; None for all."""
        return None if self.sees_all else self.groups


def create_agent(
    session: Session, *, login: str, name: str, password: str, role: Role, groups: Iterable[str] = (), now: datetime
) -> Agent:
    """A new agent. :class:`InvalidInput` for a bad login, name or password; :class:`Conflict` for a login in use."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise InvalidInput("a login has 2 to 64 letters, digits, dots, hyphens or @", code="bad_login")
    if queries.by_login(session, login) is not None:
        raise Conflict(f"the login {login} is in use", code="login_in_use")
    shown_name = clean_line(name, 120)
    if shown_name is None:
        raise InvalidInput("an agent has a name", code="bad_name")
    agent = Agent(login=login, name=shown_name, password_hash=hash_password(password), role=role, created_at=now)
    session.add(agent)
    session.flush()
    set_groups(session, agent_id=agent.id, groups=groups)
    return agent


def set_groups(session: Session, *, agent_id: str, groups: Iterable[str]) -> None:
    """Makes the agent a member of exactly these groups."""
    session.execute(delete(AgentGroup).where(AgentGroup.agent_id == agent_id))
    session.add_all(AgentGroup(agent_id=agent_id, group_id=group) for group in sorted(set(groups)))
    session.flush()


def create_first_admin(session: Session, password: str) -> Agent:
    """The first admin, who belongs to every group; :class:`Conflict` when there is an admin already."""
    if queries.has_admin(session):
        raise Conflict("there is an admin already", code="has_admin")
    groups = [group.id for group in catalogue.groups(session)]
    return create_agent(
        session,
        login=FIRST_ADMIN,
        name="Administração",
        password=password,
        role=Role.ADMIN,
        groups=groups,
        now=utc_now(),
    )


def ensure_first_admin(session: Session) -> tuple[str, str] | None:
    """Makes the first admin with a random password and returns both; None when there is an admin already."""
    if queries.has_admin(session):
        return None
    password = secrets.token_urlsafe(12)
    return create_first_admin(session, password).login, password


def set_password(session: Session, *, agent: Agent, password: str, now: datetime) -> None:
    """Changes the password and ends the agent's sessions."""
    agent.password_hash = hash_password(password)
    revoke_all(session, agent_id=agent.id, now=now)


def sign_in(desk: Desk, *, login: str, password: str, address: str, user_agent: str, now: datetime) -> str:
    """Checks the password and opens a session; returns its token, which is kept nowhere else.

    :class:`TooMany` after too many failures, :class:`Unauthenticated` (``bad_credentials``) for a wrong login or password.
    Hashing is slow by design and happens outside of any transaction.
    """
    login = login.strip().lower()[:64]
    with desk.write() as session:
        wait = throttling.count_attempt(session, login=login, address=address, now=now)
    if wait:
        raise throttling.too_many(wait)
    with desk.read() as session:
        agent = queries.by_login(session, login)
    right = password_matches(agent.password_hash if agent else None, password)
    if agent is None or not right or not agent.active:
        raise Unauthenticated("wrong login or password", code="bad_credentials")
    with desk.write() as session:
        throttling.forgive(session, login=login, address=address)
        return open_session(session, agent_id=agent.id, user_agent=user_agent, now=now)


def open_session(session: Session, *, agent_id: str, user_agent: str, now: datetime) -> str:
    """A new session of 12 hours; returns its token, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        AgentSession(
            agent_id=agent_id,
            token_hash=_hash(token),
            csrf_token=secrets.token_urlsafe(32),
            user_agent=clean_line(user_agent, 200) or "",
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LENGTH,
        )
    )
    return token


def current_agent(session: Session, *, token: str, now: datetime) -> CurrentAgent | None:
    """Who a session token stands for; None when it is unknown, over or revoked."""
    found = queries.live_session(session, _hash(token), now)
    if found is None:
        return None
    row, agent = found
    return CurrentAgent(
        id=agent.id,
        login=agent.login,
        name=agent.name,
        role=Role(agent.role),
        language=agent.language,
        groups=queries.groups_of(session, agent.id),
        session_id=row.id,
        csrf_token=row.csrf_token,
        last_seen_at=row.last_seen_at,
    )


def mark_seen(session: Session, *, session_id: str, now: datetime) -> None:
    """Notes that the console is open, which is what makes an agent count as online."""
    session.execute(update(AgentSession).where(AgentSession.id == session_id).values(last_seen_at=now))


def revoke(session: Session, *, session_id: str, now: datetime) -> None:
    """Ends one session; its open pages notice at once."""
    announce(session, "queue")
    session.execute(update(AgentSession).where(AgentSession.id == session_id).values(revoked_at=now))


def revoke_all(session: Session, *, agent_id: str, now: datetime) -> None:
    """Ends every session of an agent; their open pages notice at once."""
    announce(session, "queue")
    theirs = update(AgentSession).where(AgentSession.agent_id == agent_id, AgentSession.revoked_at.is_(None))
    session.execute(theirs.values(revoked_at=now))


def change_agent(
    session: Session, *, agent: Agent, role: Role, groups: Iterable[str], active: bool, now: datetime
) -> None:
    """Changes what an agent may do, from the next request on; taking away access also ends their sessions."""
    agent.role, agent.active = role, active
    set_groups(session, agent_id=agent.id, groups=groups)
    if not active:
        revoke_all(session, agent_id=agent.id, now=now)


def set_language(session: Session, *, agent_id: str, language: str) -> None:
    """Keeps the language of the agent's pages."""
    session.execute(update(Agent).where(Agent.id == agent_id).values(language=language))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
