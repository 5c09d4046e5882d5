"""Known outages, as the bot's actions read them."""

from fastapi import APIRouter, Depends

from handoff.dependencies import DeskDep, internal_caller
from handoff.outages import queries
from handoff.outages.schemas import OutageList, OutageOut

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(internal_caller)])


@router.get("/outages")
def get_outages(desk: DeskDep) -> OutageList:
    """The services that are known to be down."""
    with desk.read() as session:
        return OutageList(outages=[OutageOut.of(known) for known in queries.current(session)])
