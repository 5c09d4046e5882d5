"""Selects from known outages and their followers."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from balcao.errors import NotFound
from handoff.catalogue.models import Service
from handoff.outages.models import Outage, OutageFollower
from handoff.tickets.models import Ticket


class Known(NamedTuple):
    """An outage with what is shown beside it."""

    outage: Outage
    service: Service
    protocol: str
    followers: int


def current(session: Session) -> list[Known]:
    """The outages that last, the newest first."""
    return _known(session, _listed().where(Outage.ended_at.is_(None)))


def past(session: Session, limit: int) -> list[Known]:
    """The outages that are over, the newest first."""
    return _known(session, _listed().where(Outage.ended_at.is_not(None)).limit(limit))


def by_id(session: Session, outage_id: str) -> Known | None:
    found = _known(session, _listed().where(Outage.id == outage_id))
    return found[0] if found else None


def known(session: Session, outage_id: str) -> Known:
    """As :func:`by_id`; :class:`NotFound` for an unknown id."""
    found = by_id(session, outage_id)
    if found is None:
        raise NotFound("no such outage", code="unknown_outage")
    return found


def open_outage(session: Session, service_id: str) -> Outage | None:
    chosen = select(Outage).where(Outage.service_id == service_id, Outage.ended_at.is_(None))
    return session.scalars(chosen).first()


def follows_ticket(session: Session, ticket_id: str, user_id: str) -> bool:
    """Whether a user follows the outage that this ticket is about."""
    chosen = select(OutageFollower.outage_id).join(Outage, Outage.id == OutageFollower.outage_id)
    mine = chosen.where(Outage.ticket_id == ticket_id, OutageFollower.user_id == user_id)
    return session.scalars(mine.limit(1)).first() is not None


def untold(session: Session, limit: int) -> Sequence[tuple[str, str]]:
    """``(outage_id, conversation_id)`` of followers who have not been told yet that it is over."""
    chosen = (
        select(OutageFollower.outage_id, OutageFollower.conversation_id)
        .join(Outage, Outage.id == OutageFollower.outage_id)
        .where(OutageFollower.told_at.is_(None), Outage.ended_at.is_not(None))
    )
    rows = session.execute(chosen.order_by(OutageFollower.since).limit(limit)).all()
    return [(outage_id, conversation_id) for outage_id, conversation_id in rows]


def _listed() -> Select[Outage, Service, str, int]:
    count = select(func.count()).where(OutageFollower.outage_id == Outage.id).correlate(Outage).scalar_subquery()
    joined = select(Outage, Service, Ticket.protocol, count).join(Service, Service.id == Outage.service_id)
    return joined.join(Ticket, Ticket.id == Outage.ticket_id).order_by(Outage.since.desc(), Outage.id.desc())


def _known(session: Session, chosen: Select[Outage, Service, str, int]) -> list[Known]:
    return [Known(*row) for row in session.execute(chosen)]
