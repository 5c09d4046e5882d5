"""Tickets, as the bot's actions open, read and change them for their users."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from sqlalchemy.orm import Session

from balcao.database import utc_now
from handoff.dependencies import DeskDep, ZoneDep, internal_caller
from handoff.desk import Desk
from handoff.tickets import own_tickets, queries, service
from handoff.tickets.models import Ticket
from handoff.tickets.presenting import own_ticket_out
from handoff.tickets.schemas import (
    LookForSimilar,
    OpenTicket,
    OwnChange,
    OwnMove,
    OwnTicketOut,
    SimilarOut,
    TicketList,
    Ulid,
)
from handoff.tickets.similarity import ALIKE

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(internal_caller)])
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=128)]


@router.post("/tickets", status_code=201, responses={200: {"model": OwnTicketOut}})
def post_ticket(body: OpenTicket, key: Key, response: Response, desk: DeskDep, zone: ZoneDep) -> OwnTicketOut:
    """Opens a ticket for an episode; the same key and body again answers 200 with the same ticket."""
    now = utc_now()
    with desk.write() as session:
        ticket, is_new = service.open_ticket(session, wanted=body, key=key, now=now, zone=zone)
        answer = own_ticket_out(session, ticket, desk.settings.reopen_days, now)
    if not is_new:
        response.status_code = 200
    return answer


@router.post("/tickets/similar")
def post_similar(body: LookForSimilar, desk: DeskDep) -> SimilarOut:
    """The user's open ticket on the same service that is probably about the same, if there is one."""
    with desk.read() as session:
        ticket, likeness = own_tickets.most_similar(
            session, user_id=body.user_id, service=body.service, description=body.description
        )
        found = _out(session, ticket, desk) if ticket is not None and likeness >= ALIKE else None
    return SimilarOut(ticket=found, likeness=likeness)


@router.get("/tickets/{protocol}")
def get_ticket(protocol: str, user_id: Annotated[Ulid, Query()], desk: DeskDep) -> OwnTicketOut:
    """The user's own ticket by its protocol, however it is written; 404 also for another user's."""
    with desk.read() as session:
        return _out(session, service.ticket_of_user(session, protocol=protocol, user_id=user_id), desk)


@router.get("/tickets")
def get_tickets(
    user_id: Annotated[Ulid, Query()],
    desk: DeskDep,
    can: Annotated[OwnMove | None, Query()] = None,
    since: Annotated[datetime | None, Query()] = None,
    before: Annotated[datetime | None, Query()] = None,
) -> TicketList:
    """The user's five newest tickets: all, those to which they ``can`` do something, or those opened in a time."""
    with desk.read() as session:
        recent = queries.of_user(session, user_id, service.LOOKED_THROUGH, since=since, before=before)
        tickets = [_out(session, ticket, desk) for ticket in recent]
    return TicketList(tickets=[ticket for ticket in tickets if can is None or can in ticket.can][: service.LATEST])


@router.post("/tickets/{protocol}/comment")
def post_comment(protocol: str, body: OwnChange, key: Key, desk: DeskDep) -> OwnTicketOut:
    """Adds the user's words to their open ticket, where agents see them; 409 ``wrong_state`` for a closed one."""
    return _change(desk, own_tickets.comment, protocol=protocol, body=body, key=key)


@router.post("/tickets/{protocol}/cancel")
def post_cancel(protocol: str, body: OwnChange, key: Key, desk: DeskDep) -> OwnTicketOut:
    """Cancels the user's ticket; 409 ``wrong_state`` once it was passed on or ended."""
    return _change(desk, own_tickets.cancel, protocol=protocol, body=body, key=key)


@router.post("/tickets/{protocol}/reopen")
def post_reopen(protocol: str, body: OwnChange, key: Key, desk: DeskDep) -> OwnTicketOut:
    """Reopens the user's resolved ticket; 409 ``reopen_too_late`` after ``BALCAO_REOPEN_DAYS``."""
    return _change(desk, own_tickets.reopen, protocol=protocol, body=body, key=key, days=desk.settings.reopen_days)


def _change(
    desk: Desk, change: Callable[..., Ticket], *, protocol: str, body: OwnChange, key: str, **more: int
) -> OwnTicketOut:
    with desk.write() as session:
        ticket = change(
            session, protocol=protocol, user_id=body.user_id, text=body.text, key=key, now=utc_now(), **more
        )
        return _out(session, ticket, desk)


def _out(session: Session, ticket: Ticket, desk: Desk) -> OwnTicketOut:
    return own_ticket_out(session, ticket, desk.settings.reopen_days, utc_now())
