"""Looks for silence that has lasted long enough."""

from sqlalchemy.orm import Session

from balcao.database import utc_now
from handoff.desk import Desk
from handoff.silence import service

_AT_ONCE = 100


async def sweep_silence(desk: Desk) -> None:
    """Acts on every open question that is due; acting on it puts it off or removes it, so that this ends."""
    while found := await desk.run(_due, desk):
        for conversation_id in found:
            await _act(desk, conversation_id)


def _due(desk: Desk) -> list[str]:
    with desk.read() as session:
        return list(service.due(session, utc_now(), _AT_ONCE))


async def _act(desk: Desk, conversation_id: str) -> None:
    def work(session: Session) -> str:
        return service.act(session, conversation_id=conversation_id, now=utc_now())

    await desk.commit(work)
