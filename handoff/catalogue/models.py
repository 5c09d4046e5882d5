"""Tables of the offer catalogue. Ids are kebab-case names chosen by people, and never change their meaning."""

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base


class Group(Base):
    """An attendance team. ``level`` is ``1``, ``2``, ``production`` or ``development``.

    ``lead`` is the login of who leads it, ``escalates_to`` the group that is told when its time runs out, ``calendar_id`` the hours
    that its tickets count by instead of their contract's and when its people are there; without it they are there always.
    The group that ``hears_manifestations`` gets suggestions, complaints and compliments; without one the default group does.
    """

    __tablename__ = "groups"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    level: Mapped[str] = mapped_column(String(16))
    is_default: Mapped[bool] = mapped_column(default=False)
    lead: Mapped[str | None] = mapped_column(String(64))
    escalates_to: Mapped[str | None] = mapped_column(String(64))
    calendar_id: Mapped[str | None] = mapped_column(String(64))
    hears_manifestations: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Impact(Base):
    """How many people a case touches; ``weight`` is 1 (one person) to 3 (the whole agency)."""

    __tablename__ = "impacts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    weight: Mapped[int]


class Service(Base):
    """A system or service that users need help with, the group that answers for it and the contract, if not the default one."""

    __tablename__ = "services"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id"), index=True)
    contract_id: Mapped[str | None] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Offer(Base):
    """One thing that a service offers; its id is unique within the service."""

    __tablename__ = "offers"

    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Classification(Base):
    """A kind of request within an offer; its id is unique within the service."""

    __tablename__ = "classifications"
    __table_args__ = (ForeignKeyConstraint(["service_id", "offer_id"], ["offers.service_id", "offers.id"]),)

    service_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    offer_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
