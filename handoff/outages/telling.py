"""Tells the followers of outages that are over. Each is a row, told in the transaction that marks it as told."""

import asyncio

from sqlalchemy.orm import Session

from balcao.database import utc_now
from handoff.desk import Desk
from handoff.outages import queries
from handoff.outages.service import tell_follower

_AT_ONCE = 50


async def tell_followers(desk: Desk) -> None:
    """Tells all who wait, however many; a desk that is killed in the middle leaves the others to the next one."""
    while waiting := await desk.run(_untold, desk):
        await asyncio.gather(*(_tell(desk, *follower) for follower in waiting))


def _untold(desk: Desk) -> list[tuple[str, str]]:
    with desk.read() as session:
        return list(queries.untold(session, _AT_ONCE))


async def _tell(desk: Desk, outage_id: str, conversation_id: str) -> None:
    def work(session: Session) -> bool:
        return tell_follower(session, outage_id=outage_id, conversation_id=conversation_id, now=utc_now())

    await desk.commit(work)
