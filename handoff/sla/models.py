"""Tables of calendars, contracts, the ledger of clock events, the clocks that derive from it, and what was told about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from balcao.database import Base
from balcao.ids import new_id


class WorkingCalendar(Base):
    """A calendar by its name; what it counts is in its versions."""

    __tablename__ = "calendars"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class CalendarVersion(Base):
    """What a calendar counts from ``since`` until its next version; the first has always counted. Never changed.

    ``definition`` is the JSON of :class:`handoff.sla.definitions.KeptHours`.
    """

    __tablename__ = "calendar_versions"
    __table_args__ = (UniqueConstraint("calendar_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    calendar_id: Mapped[str] = mapped_column(ForeignKey("calendars.id"))
    number: Mapped[int]
    definition: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]


class Contract(Base):
    """A contract by its name; what it promises is in its versions. The default one holds for services that name none."""

    __tablename__ = "contracts"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    is_default: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class ContractVersion(Base):
    """What a contract promises to the tickets opened or classified anew from ``since`` on. Never changed.

    ``definition`` is the JSON of :class:`handoff.sla.definitions.Promises`.
    """

    __tablename__ = "contract_versions"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"))
    number: Mapped[int]
    definition: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]


class ClockEvent(Base):
    """One line of the ledger, written with what caused it; never changed. Targets are in seconds of working time.

    ``opened`` and ``retargeted`` name the contract's version, the calendar and the targets; a target that is absent is none.
    """

    __tablename__ = "clock_events"
    __table_args__ = (Index("ix_clock_events_ticket_id", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    contract_version_id: Mapped[int | None] = mapped_column(ForeignKey("contract_versions.id"))
    calendar_id: Mapped[str | None] = mapped_column(ForeignKey("calendars.id"))
    targets: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    at: Mapped[datetime]


class TicketClock(Base):
    """A clock as the ledger gives it, kept so that lists can sort by it; can be made anew from the ledger at any time.

    ``elapsed_seconds`` is true as of ``computed_at``. ``next_at`` is when it must be looked at again. The ``foremost`` clock
    of a ticket is the one that is due first; it is what lists show.
    """

    __tablename__ = "ticket_clocks"
    __table_args__ = (
        Index("ix_ticket_clocks_next_at", "next_at"),
        Index("ix_ticket_clocks_due", "foremost", "due_at"),
        Index("ix_ticket_clocks_calendar", "calendar_id", "state"),
    )

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    calendar_id: Mapped[str] = mapped_column(ForeignKey("calendars.id"))
    contract_version_id: Mapped[int] = mapped_column(ForeignKey("contract_versions.id"))
    state: Mapped[str] = mapped_column(String(8))
    target_seconds: Mapped[float]
    elapsed_seconds: Mapped[float]
    computed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    foremost: Mapped[bool] = mapped_column(default=False)


class SlaAlert(Base):
    """A percentage of a target that was reached (100 is the breach), once for each ticket, clock and percentage."""

    __tablename__ = "sla_alerts"
    __table_args__ = (
        UniqueConstraint("ticket_id", "clock", "percent"),
        Index("ix_sla_alerts_crossed_at", "crossed_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    clock: Mapped[str] = mapped_column(String(8))
    percent: Mapped[int]
    contract_version_id: Mapped[int] = mapped_column(ForeignKey("contract_versions.id"))
    crossed_at: Mapped[datetime]
    noticed_at: Mapped[datetime]


class SlaNotice(Base):
    """Who is told of an alert, by a step of the contract: an agent, or a whole group; and who has seen to it."""

    __tablename__ = "sla_notices"
    __table_args__ = (
        UniqueConstraint("alert_id", "step"),
        Index("ix_sla_notices_group", "seen_at", "group_id"),
        Index("ix_sla_notices_agent", "seen_at", "agent_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    alert_id: Mapped[str] = mapped_column(ForeignKey("sla_alerts.id", ondelete="CASCADE"))
    step: Mapped[int]
    reason: Mapped[str] = mapped_column(String(8))
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id"))
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
