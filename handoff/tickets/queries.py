"""Selects tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from balcao.database import UtcDateTime
from handoff.sla.models import TicketClock
from handoff.tickets.models import Ticket, TicketLink, TicketNote
from handoff.tickets.states import MANIFESTATIONS, OPEN_STATES
from handoff.timeline.models import TimelineEntry
from handoff.users.models import User

_NEVER = datetime(9999, 12, 30, tzinfo=UTC)
_MOST_OPEN = 50


def by_key(session: Session, key: str) -> Ticket | None:
    return session.scalars(select(Ticket).where(Ticket.idempotency_key == key)).first()


def by_protocol(session: Session, protocol: str) -> Ticket | None:
    return session.scalars(select(Ticket).where(Ticket.protocol == protocol)).first()


def of_episode(session: Session, episode_id: str) -> Ticket | None:
    return session.scalars(select(Ticket).where(Ticket.episode_id == episode_id)).first()


def latest_of_conversation(session: Session, conversation_id: str) -> Ticket | None:
    mine = select(Ticket).where(Ticket.conversation_id == conversation_id)
    return session.scalars(mine.order_by(Ticket.id.desc()).limit(1)).first()


def of_user(
    session: Session, user_id: str, limit: int, since: datetime | None = None, before: datetime | None = None
) -> Sequence[Ticket]:
    """The user's tickets, newest first; those opened from ``since`` on and before ``before``."""
    mine = select(Ticket).where(Ticket.user_id == user_id)
    if since is not None:
        mine = mine.where(Ticket.created_at >= since)
    if before is not None:
        mine = mine.where(Ticket.created_at < before)
    return session.scalars(mine.order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(limit)).all()


def locked(session: Session, ticket_id: str) -> Ticket:
    """The ticket as it is now, locked until the transaction ends."""
    chosen = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    return session.scalars(chosen.execution_options(populate_existing=True)).one()


def open_cases(session: Session, user_id: str, service_id: str | None) -> Sequence[Ticket]:
    """The user's open tickets on a service (None: on no known one), but for suggestions and the like; newest first."""
    mine = select(Ticket).where(Ticket.user_id == user_id, Ticket.state.in_(OPEN_STATES))
    cases = mine.where(Ticket.service_id == service_id, Ticket.type.not_in(MANIFESTATIONS))
    return session.scalars(cases.order_by(Ticket.id.desc()).limit(_MOST_OPEN)).all()


def earlier(session: Session, ticket_id: str) -> Sequence[Ticket]:
    """The tickets that this one goes on from."""
    chosen = select(Ticket).join(TicketLink, TicketLink.earlier_id == Ticket.id)
    return session.scalars(chosen.where(TicketLink.ticket_id == ticket_id).order_by(Ticket.id)).all()


def later(session: Session, ticket_id: str) -> Sequence[Ticket]:
    """The tickets that go on from this one."""
    chosen = select(Ticket).join(TicketLink, TicketLink.ticket_id == Ticket.id)
    return session.scalars(chosen.where(TicketLink.earlier_id == ticket_id).order_by(Ticket.id)).all()


TicketSort = Literal["newest", "deadline"]
"""What comes first in the list of tickets: the newest one, or the one that is due first."""


@dataclass(frozen=True)
class TicketFilter:
    """What the list of tickets shows; ``groups`` None means all groups, ``before`` is the ticket after which a page goes on."""

    states: frozenset[str] = frozenset()
    groups: frozenset[str] | None = None
    text: str = ""
    before: str | None = None
    sort: TicketSort = "newest"


def page(session: Session, wanted: TicketFilter, limit: int) -> Sequence[tuple[Ticket, User]]:
    """Tickets with their users, in the order wished; by deadline, those without a running clock come last."""
    chosen = _filtered(select(Ticket, User).join(User, User.id == Ticket.user_id), wanted)
    if wanted.sort == "deadline":
        return _by_deadline(session, chosen, wanted.before, limit)
    if wanted.before:
        chosen = chosen.where(Ticket.id < wanted.before)
    return [(t, u) for t, u in session.execute(chosen.order_by(Ticket.id.desc()).limit(limit))]


def _by_deadline(
    session: Session, chosen: Select[Ticket, User], before: str | None, limit: int
) -> Sequence[tuple[Ticket, User]]:
    due = func.coalesce(TicketClock.due_at, literal(_NEVER, UtcDateTime()))
    chosen = chosen.outerjoin(TicketClock, and_(TicketClock.ticket_id == Ticket.id, TicketClock.foremost))
    if before:
        last = select(due).where(TicketClock.ticket_id == before, TicketClock.foremost)
        moment = session.scalar(last) or _NEVER
        chosen = chosen.where(or_(due > moment, and_(due == moment, Ticket.id > before)))
    return [(t, u) for t, u in session.execute(chosen.order_by(due, Ticket.id).limit(limit))]


def count_by_state(session: Session, groups: frozenset[str] | None) -> dict[str, int]:
    chosen = select(Ticket.state, func.count()).group_by(Ticket.state)
    if groups is not None:
        chosen = chosen.where(Ticket.group_id.in_(groups))
    return {state: count for state, count in session.execute(chosen)}


def _filtered(chosen: Select[Ticket, User], wanted: TicketFilter) -> Select[Ticket, User]:
    if wanted.states:
        chosen = chosen.where(Ticket.state.in_(wanted.states))
    if wanted.groups is not None:
        chosen = chosen.where(Ticket.group_id.in_(wanted.groups))
    if wanted.text:
        chosen = chosen.where(
            or_(
                Ticket.protocol.contains(wanted.text, autoescape=True),
                Ticket.title.icontains(wanted.text, autoescape=True),
                User.name.icontains(wanted.text, autoescape=True),
            )
        )
    return chosen


def notes(session: Session, ticket_id: str) -> Sequence[TicketNote]:
    return session.scalars(select(TicketNote).where(TicketNote.ticket_id == ticket_id).order_by(TicketNote.id)).all()


def last_words(session: Session, ticket_id: str, action: str) -> str | None:
    """The words that went with the last such change."""
    chosen = select(TicketNote.text).where(TicketNote.ticket_id == ticket_id, TicketNote.action == action)
    return session.scalars(chosen.order_by(TicketNote.id.desc()).limit(1)).first()


def timeline(session: Session, ticket_id: str) -> Sequence[TimelineEntry]:
    mine = select(TimelineEntry).where(TimelineEntry.subject == "ticket", TimelineEntry.subject_id == ticket_id)
    return session.scalars(mine.order_by(TimelineEntry.id)).all()


def last_change(session: Session, ticket_id: str) -> tuple[str | None, datetime] | None:
    """Who changed the ticket last, and when."""
    entries = timeline(session, ticket_id)
    return (entries[-1].author_id, entries[-1].at) if entries else None
