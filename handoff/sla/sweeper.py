"""The sweep: every second it settles the clocks whose next threshold has come, those of the time the desk was away first.

What it does is durable and idempotent: a desk that is killed at any point leaves it to the next one, which begins with a sweep.
"""

import asyncio
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from balcao.database import utc_now
from handoff.desk import Desk
from handoff.sla import queries
from handoff.sla.settling import settle

log = structlog.get_logger(__name__)
_EVERY_SECONDS = 1.0
_BATCH = 100
# Few enough that a desk which is killed soon after its start has got on, and that nobody waits long for the writer.
_AT_ONCE = 10


class Sweeper:
    """One for each desk; several desks share the work."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                full = await self._desk.run(self.sweep, utc_now())
            except Exception as error:  # noqa: BLE001 - a database that is away comes back
                log.error("sla_sweep_failed", error=type(error).__name__)
                full = False
            if not full:
                await asyncio.sleep(_EVERY_SECONDS)

    def sweep(self, now: datetime) -> bool:
        """Settles the tickets that have waited longest, a few in a transaction; says whether there may be more."""
        with self._desk.read() as session:
            tickets = queries.due_tickets(session, now, _BATCH)
        settled = 0
        for start in range(0, len(tickets), _AT_ONCE):
            with self._desk.write() as session:
                settled += sum(_settle(session, ticket_id, now) for ticket_id in tickets[start : start + _AT_ONCE])
        return settled == _BATCH


def _settle(session: Session, ticket_id: str, now: datetime) -> bool:
    """Whether it could be done; a ticket that cannot be settled holds back no other."""
    try:
        with session.begin_nested():
            return settle(session, ticket_id=ticket_id, now=now, wait=False)
    except DBAPIError:
        raise  # concerns the transaction, not the ticket
    except Exception as error:  # noqa: BLE001 - looked at again with the next sweep
        log.error("sla_not_settled", ticket_id=ticket_id, error=type(error).__name__)
        return False
