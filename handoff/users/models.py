"""The table of users. A user is known by the token that the desk signed, never by what a client claims."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class User(Base):
    """A person who writes to the desk. ``name`` and ``email`` are what they told, checked for shape only."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(10), default="pt-BR")
    created_at: Mapped[datetime]
