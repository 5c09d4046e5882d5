"""What users can do to their own tickets: add words, cancel, reopen; each once, however often it is asked for."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from balcao.errors import Conflict
from balcao.personal import mask_cpfs
from handoff.attachments.service import bind_unclaimed
from handoff.conversations.text import clean_text
from handoff.conversations.writing import body_hash
from handoff.tickets import queries
from handoff.tickets.models import Ticket, TicketRequest
from handoff.tickets.schemas import OwnMove
from handoff.tickets.service import add_note, announce_change, change_state, check_key, ticket_of_user
from handoff.tickets.similarity import likeness
from handoff.tickets.states import OPEN_STATES, TRANSITIONS, TicketAction, TicketState
from handoff.timeline.service import Author, record
from handoff.upsert import insert_missing


def comment(session: Session, *, protocol: str, user_id: str, text: str, key: str, now: datetime) -> Ticket:
    """Adds the user's words to an open ticket; where the team waited for them, the ticket goes on.

    :class:`Conflict` with code ``wrong_state`` for a ticket that is no longer open, ``key_reused`` as everywhere;
    :class:`NotFound` for another's ticket.
    """
    ticket, is_new = _ask(session, protocol, user_id, "comment", text, key, now)
    if not is_new:
        return ticket
    if ticket.state not in OPEN_STATES:
        raise Conflict(f"a ticket that is {ticket.state} takes no more words", code="wrong_state")
    author = Author("user", user_id)
    ticket.updated_at = now
    session.flush()
    add_note(session, ticket, "comment", author, mask_cpfs(clean_text(text)), now)
    bind_unclaimed(session, user_id=user_id, ticket_id=ticket.id)
    record(session, subject="ticket", subject_id=ticket.id, event="comment", author=author, now=now)
    announce_change(session, ticket)
    if ticket.state == TicketState.PENDING_USER:
        change_state(session, ticket=ticket, action=TicketAction.USER_ANSWERED, text="", author=author, now=now)
    return ticket


def cancel(session: Session, *, protocol: str, user_id: str, text: str, key: str, now: datetime) -> Ticket:
    """Cancels a ticket that nobody has passed on or resolved yet; ``text`` is why, if the user says so."""
    ticket, is_new = _ask(session, protocol, user_id, "cancel", text, key, now)
    if is_new:
        author = Author("user", user_id)
        change_state(session, ticket=ticket, action=TicketAction.CANCEL, text=text, author=author, now=now)
    return ticket


def reopen(session: Session, *, protocol: str, user_id: str, text: str, key: str, now: datetime, days: int) -> Ticket:
    """Reopens a ticket within ``days`` of its resolution; ``text`` is what is still wrong.

    :class:`Conflict` with code ``reopen_too_late`` afterwards: what comes up again later is a case of its own.
    """
    ticket, is_new = _ask(session, protocol, user_id, "reopen", text, key, now)
    if not is_new:
        return ticket
    until = reopen_until(ticket, days)
    if until is not None and now > until:
        raise Conflict(f"it could be reopened until {until:%Y-%m-%d}", code="reopen_too_late")
    author = Author("user", user_id)
    change_state(session, ticket=ticket, action=TicketAction.REOPEN, text=text, author=author, now=now)
    return ticket


def reopen_until(ticket: Ticket, days: int) -> datetime | None:
    """Until when a resolved ticket can be reopened; None for any other."""
    if ticket.state != TicketState.RESOLVED or ticket.resolved_at is None:
        return None
    return ticket.resolved_at + timedelta(days=days)


def moves(ticket: Ticket, days: int, now: datetime) -> list[OwnMove]:
    """What the ticket's user can do to it now."""
    found: list[OwnMove] = []
    if ticket.state in OPEN_STATES:
        found.append("comment")
    if ticket.state in TRANSITIONS[TicketAction.CANCEL].sources:
        found.append("cancel")
    until = reopen_until(ticket, days)
    if until is not None and now <= until:
        found.append("reopen")
    return found


def most_similar(
    session: Session, *, user_id: str, service: str | None, description: str
) -> tuple[Ticket | None, float]:
    """The user's open case on the same service whose description is most like this one, and how like (0 to 1)."""
    tickets = queries.open_cases(session, user_id, service)
    best = max(tickets, key=lambda ticket: likeness(description, ticket.description), default=None)
    return best, likeness(description, best.description) if best else 0.0


def _ask(
    session: Session, protocol: str, user_id: str, action: str, text: str, key: str, now: datetime
) -> tuple[Ticket, bool]:
    """The user's ticket, locked, and whether this is the first time that the change is asked for under this key."""
    check_key(key)
    ticket = queries.locked(session, ticket_of_user(session, protocol=protocol, user_id=user_id).id)
    digest = body_hash(action, ticket.protocol, user_id, text)
    is_new = session.get(TicketRequest, key) is None
    insert_missing(
        session, TicketRequest, key=key, ticket_id=ticket.id, action=action, body_hash=digest, created_at=now
    )
    if session.get_one(TicketRequest, key, populate_existing=True).body_hash != digest:
        raise Conflict("the key was used with another body", code="key_reused")
    return ticket, is_new
