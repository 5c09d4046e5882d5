"""The queue, as the bot's actions read it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from balcao.database import utc_now
from handoff.dependencies import DeskDep, internal_caller
from handoff.queue import service
from handoff.queue.schemas import QueueState

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(internal_caller)])


@router.get("/queue")
def get_queue(group: Annotated[str, Query(max_length=64)], desk: DeskDep) -> QueueState:
    """How many wait for a group, and how many of its agents are there."""
    with desk.read() as session:
        return service.queue_state(session, group_id=group, now=utc_now())
