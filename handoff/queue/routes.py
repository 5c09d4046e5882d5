"""The queue, as the bot's actions read it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from balcao.database import utc_now
from handoff.dependencies import DeskDep, internal_caller
from handoff.queue import service
from handoff.queue.schemas import QueueState

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(internal_caller)])


@router.get("/queue")
def get_queue(desk: DeskDep, group: Annotated[str | None, Query(max_length=64)] = None) -> QueueState:
    """How many wait for a group (the default one if none is named), how many of its agents are there, and its hours."""
    with desk.read() as session:
        return service.queue_state(session, group_id=group, now=utc_now())
