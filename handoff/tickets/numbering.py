"""The next number of a year, given once each and without gaps, on both databases."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.tickets.models import TicketCounter
from handoff.upsert import insert_missing


def lock_counter(session: Session, year: int) -> TicketCounter:
    """The year's counter, locked until the transaction ends; made if it is the year's first ticket.

    A transaction that rolls back gives its number back, since the next one waits for it. On SQLite the writing
    transaction itself is the lock.
    """
    insert_missing(session, TicketCounter, year=year, last_number=0)
    locked = select(TicketCounter).where(TicketCounter.year == year).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one()
