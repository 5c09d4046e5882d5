"""The catalogue, as the bot's actions read it."""

from fastapi import APIRouter, Depends

from handoff.catalogue import service
from handoff.catalogue.schemas import CatalogueOut
from handoff.dependencies import DeskDep, internal_caller

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(internal_caller)])


@router.get("/catalogue")
def get_catalogue(desk: DeskDep) -> CatalogueOut:
    """The services with their offers, classifications and groups, and the impacts a case can have."""
    with desk.read() as session:
        return service.catalogue(session)
