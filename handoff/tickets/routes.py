"""Tickets, as the bot's actions open and read them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response

from balcao.database import utc_now
from handoff.dependencies import DeskDep, ZoneDep, internal_caller
from handoff.tickets import queries, service
from handoff.tickets.presenting import ticket_out
from handoff.tickets.schemas import OpenTicket, TicketList, TicketOut, Ulid

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(internal_caller)])


@router.post("/tickets", status_code=201, responses={200: {"model": TicketOut}})
def post_ticket(
    body: OpenTicket,
    key: Annotated[str, Header(alias="Idempotency-Key", max_length=128)],
    response: Response,
    desk: DeskDep,
    zone: ZoneDep,
) -> TicketOut:
    """Opens a ticket for an episode; the same key and body again answers 200 with the same ticket."""
    with desk.write() as session:
        ticket, is_new = service.open_ticket(session, wanted=body, key=key, now=utc_now(), zone=zone)
        answer = ticket_out(ticket)
    if not is_new:
        response.status_code = 200
    return answer


@router.get("/tickets/{protocol}")
def get_ticket(protocol: str, user_id: Annotated[Ulid, Query()], desk: DeskDep) -> TicketOut:
    """The user's own ticket by its protocol, however it is written; 404 also for another user's."""
    with desk.read() as session:
        return ticket_out(service.ticket_of_user(session, protocol=protocol, user_id=user_id))


@router.get("/tickets")
def get_tickets(user_id: Annotated[Ulid, Query()], desk: DeskDep) -> TicketList:
    """The user's five newest tickets."""
    with desk.read() as session:
        return TicketList(tickets=[ticket_out(t) for t in queries.of_user(session, user_id, service.LATEST)])
