"""Marking a service as down and as back, following an outage, and telling its followers, each once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from balcao.errors import Conflict, InvalidInput, NotFound
from balcao.ids import new_id
from handoff.accounts.service import CurrentAgent
from handoff.catalogue.models import Service
from handoff.conversations import queries as conversations
from handoff.conversations.models import Conversation
from handoff.conversations.text import clean_text
from handoff.conversations.writing import append, tell
from handoff.live.news import announce
from handoff.outages import queries
from handoff.outages.models import Outage, OutageFollower
from handoff.outages.queries import Known
from handoff.outages.schemas import LONGEST_TEXT
from handoff.outages.ticket import open_outage_ticket
from handoff.tickets.models import Ticket
from handoff.tickets.service import change_state
from handoff.tickets.states import OPEN_STATES, TicketAction, TicketState
from handoff.timeline.service import BOT, SYSTEM, Author, record
from handoff.upsert import insert_missing
from handoff.users.models import User
from handoff.words import say

OVER = "outages:over"
"""The topic that is announced when there is someone to tell."""
_NOTICE = "outage_over"


def declare(
    session: Session,
    *,
    service_id: str,
    text: str,
    agent: CurrentAgent,
    now: datetime,
    zone: ZoneInfo,
    since: datetime | None = None,
    expected_back: datetime | None = None,
) -> Outage:
    """Marks a service as down, with the one ticket that all its followers share.

    :class:`NotFound` for an unknown service; :class:`Conflict` (``already_down``) while it has an open outage.
    """
    service = session.get(Service, service_id)
    if service is None or not service.active:
        raise NotFound(f"no service {service_id}", code="unknown_service")
    since = since or now
    _check_times(since, expected_back, now)
    said = _clean(text)
    author = Author("agent", agent.id)
    if queries.open_outage(session, service_id) is not None:
        raise Conflict(f"{service_id} is already marked as down", code="already_down")
    outage_id = new_id()
    ticket = open_outage_ticket(
        session, outage_id=outage_id, service=service, text=said, agent=agent, now=now, zone=zone
    )
    outage = Outage(
        id=outage_id,
        service_id=service.id,
        ticket_id=ticket.id,
        text=said,
        since=since,
        expected_back=expected_back,
        declared_by=agent.id,
        declared_at=now,
    )
    try:
        with session.begin_nested():
            session.add(outage)
    except IntegrityError:
        raise Conflict(f"{service_id} is already marked as down", code="already_down") from None
    _record(session, ticket.id, "outage_declared", author, now, outage_id=outage.id)
    announce(session, "queue")
    return outage


def change(
    session: Session, *, outage_id: str, text: str, expected_back: datetime | None, agent: CurrentAgent, now: datetime
) -> Outage:
    """Changes what users are told of an outage; :class:`Conflict` (``outage_over``) once the service is back."""
    outage = _locked(session, outage_id)
    if outage.ended_at is not None:
        raise Conflict("the service is back", code="outage_over")
    _check_times(outage.since, expected_back, outage.since)
    outage.text, outage.expected_back = _clean(text), expected_back
    _record(session, outage.ticket_id, "outage_changed", Author("agent", agent.id), now, outage_id=outage.id)
    return outage


def end(session: Session, *, outage_id: str, text: str, agent: CurrentAgent, now: datetime) -> Outage:
    """Marks the service as back, resolves the outage's ticket and has the followers told. Done again, it changes nothing."""
    outage = _locked(session, outage_id)
    if outage.ended_at is not None:
        return outage
    author = Author("agent", agent.id)
    outage.ended_at, outage.ended_by, outage.end_text = now, agent.id, _clean(text)
    ticket = session.get_one(Ticket, outage.ticket_id)
    if TicketState(ticket.state) in OPEN_STATES:
        solution = outage.end_text or say("outage_solution", "pt-BR")
        change_state(session, ticket=ticket, action=TicketAction.RESOLVE, text=solution, author=author, now=now)
    _record(session, ticket.id, "outage_over", author, now, outage_id=outage.id)
    announce(session, "queue", OVER)
    return outage


def follow(session: Session, *, outage_id: str, conversation: Conversation, now: datetime) -> None:
    """Has a locked conversation told when the service is back; at once, if it is back already. Once an outage."""
    if session.get(Outage, outage_id) is None:
        raise NotFound("no such outage", code="unknown_outage")
    insert_missing(
        session,
        OutageFollower,
        outage_id=outage_id,
        conversation_id=conversation.id,
        user_id=conversation.user_id,
        since=now,
        told_at=None,
    )
    tell(session, conversation.id, "follows_outage", BOT, now, outage_id=outage_id)
    announce(session, OVER)


def tell_follower(session: Session, *, outage_id: str, conversation_id: str, now: datetime) -> bool:
    """Tells one follower that the service is back, unless that has been done; says whether it was."""
    conversation = conversations.locked(session, conversation_id)
    follower = session.get(OutageFollower, (outage_id, conversation_id), populate_existing=True, with_for_update=True)
    known = queries.by_id(session, outage_id)
    if follower is None or follower.told_at is not None or known is None or known.outage.ended_at is None:
        return False
    follower.told_at = now
    append(
        session,
        conversation,
        author="system",
        text=_over(known, session.get_one(User, conversation.user_id).language),
        payload={
            "notice": _NOTICE,
            "ticket": {"protocol": known.protocol, "state": "resolved", "title": known.service.name},
        },
        client_key=f"{_NOTICE}:{outage_id}",
        now=now,
    )
    tell(session, conversation_id, "told_outage_over", SYSTEM, now, outage_id=outage_id)
    return True


def _over(known: Known, language: str) -> str:
    text = known.outage.end_text
    return say("outage_over_text" if text else "outage_over", language, service=known.service.name, text=text)


def _locked(session: Session, outage_id: str) -> Outage:
    outage = session.get(Outage, outage_id, populate_existing=True, with_for_update=True)
    if outage is None:
        raise NotFound("no such outage", code="unknown_outage")
    return outage


def _clean(text: str) -> str:
    return clean_text(text, LONGEST_TEXT) if text.strip() else ""


def _check_times(since: datetime, expected_back: datetime | None, latest: datetime) -> None:
    if since > latest:
        raise InvalidInput("an outage cannot begin in the future", code="bad_since")
    if expected_back is not None and expected_back <= since:
        raise InvalidInput("the service is back after it went down", code="bad_expected_back")


def _record(session: Session, ticket_id: str, event: str, author: Author, now: datetime, **data: str) -> None:
    record(session, subject="ticket", subject_id=ticket_id, event=event, author=author, now=now, data=data)
