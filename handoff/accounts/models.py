"""Tables of the people who work at the desk, and of their sessions."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base, utc_now
from balcao.ids import new_id


class Role(StrEnum):
    """What an agent may do; an admin may do everything."""

    AGENT_L1 = "agent_l1"
    AGENT_L2 = "agent_l2"
    CURATOR = "curator"
    MANAGER = "manager"
    ADMIN = "admin"


class Agent(Base):
    """Someone who signs in to the console."""

    __tablename__ = "agents"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8), default="pt-BR")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class AgentSession(Base):
    """One signed-in browser. Only the hash of its token is kept; deleting or revoking the row ends it at once."""

    __tablename__ = "agent_sessions"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AgentGroup(Base):
    """An agent's membership of an attendance group."""

    __tablename__ = "agent_groups"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, index=True)


class SignInFailure(Base):
    """Failed sign-ins of one login or one address since ``since``; they survive a restart, so that a lock-out does too."""

    __tablename__ = "sign_in_failures"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]
