"""Whether people are there: asking the desk, and saying when they are back."""

from datetime import UTC, datetime

from actions.base import Kit
from actions.clients.desk import Queue
from actions.situation import Situation
from balcao.errors import NotFound, Unavailable
from balcao.spoken_times import say_when


async def when_back(kit: Kit, now: Situation, group: str | None) -> str | None:
    """When the people of a group are back, in the user's language; None while they are there, or if it is not known."""
    queue = await _queue(kit, group)
    if queue is None or queue.open or queue.opens_at is None:
        return None
    return say_when(queue.opens_at, datetime.now(UTC), kit.timezone, now.language)


async def _queue(kit: Kit, group: str | None) -> Queue | None:
    try:
        return await kit.desk.queue(group)
    except (NotFound, Unavailable):  # nobody is kept from a person because the hours are not known
        return None
