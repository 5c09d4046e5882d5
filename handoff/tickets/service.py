"""What can be done to a ticket. Every change has an author and a place in the timeline."""

import hashlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from balcao.errors import Conflict, InvalidInput, NotFound
from balcao.personal import mask_cpfs
from handoff.accounts.service import CurrentAgent
from handoff.attachments.service import bind_episode
from handoff.catalogue.models import Classification, Group, Impact
from handoff.catalogue.queries import impacts
from handoff.catalogue.service import group_for_manifestations, group_for_service
from handoff.conversations.models import Conversation, Episode
from handoff.conversations.text import clean_line, clean_text
from handoff.live.news import announce
from handoff.outages.queries import follows_ticket
from handoff.queue.queries import may_see
from handoff.sla.ledger import note_opened, note_state
from handoff.tickets import queries
from handoff.tickets.models import Ticket, TicketLink, TicketNote
from handoff.tickets.numbering import lock_counter
from handoff.tickets.priority import priority_of, usual_urgency
from handoff.tickets.protocol import format_protocol, parse_protocol
from handoff.tickets.schemas import OpenTicket, Tried
from handoff.tickets.states import MANIFESTATIONS, OPEN_STATES, TRANSITIONS, TicketAction, TicketState, next_state
from handoff.timeline.service import BOT, Author, record

LATEST = 5
LOOKED_THROUGH = 50
"""How many of a user's newest tickets are looked through for those that fit."""
_TITLE = 100
_KEY = 128


def open_ticket(
    session: Session, *, wanted: OpenTicket, key: str, now: datetime, zone: ZoneInfo, author: Author = BOT
) -> tuple[Ticket, bool]:
    """Opens a ticket and says whether it is new. The same key and body again gives the same ticket.

    :class:`Conflict` with code ``key_reused`` for the key with another body, ``episode_has_ticket`` for a second ticket
    of an episode; :class:`NotFound` for a conversation, episode, service or classification that does not exist.
    """
    check_key(key)
    year = now.astimezone(zone).year
    found = _earlier(session, wanted, key)
    if found is not None:
        return found, False
    counter = lock_counter(session, year)
    found = _earlier(session, wanted, key)  # again, now that no other can open one
    if found is not None:
        return found, False
    ticket = _new_ticket(session, wanted, now)
    counter.last_number += 1
    ticket.idempotency_key, ticket.body_hash = key, _hash(wanted)
    ticket.year, ticket.number = year, counter.last_number
    ticket.protocol = format_protocol(year, ticket.number)
    session.add(ticket)
    session.flush()
    data = {"protocol": ticket.protocol, "group": ticket.group_id, "priority": ticket.priority}
    record(session, subject="ticket", subject_id=ticket.id, event="opened", author=author, now=now, data=data)
    note_opened(session, ticket=ticket, now=now)
    bind_episode(session, episode_id=wanted.episode_id, ticket_id=ticket.id)
    if wanted.follows:
        earlier = ticket_of_user(session, protocol=wanted.follows, user_id=ticket.user_id)
        _link(session, ticket, earlier, author, now)
    announce_change(session, ticket)
    return ticket, True


def check_key(key: str) -> None:
    """:class:`InvalidInput` (``bad_key``) unless it can be an idempotency key."""
    if not 8 <= len(key) <= _KEY or not key.isascii():
        raise InvalidInput("the idempotency key has 8 to 128 ASCII characters", code="bad_key")


def _link(session: Session, ticket: Ticket, earlier: Ticket, author: Author, now: datetime) -> None:
    session.add(TicketLink(ticket_id=ticket.id, earlier_id=earlier.id))
    for one, other in ((ticket, earlier), (earlier, ticket)):
        data = {"protocol": other.protocol}
        record(session, subject="ticket", subject_id=one.id, event="linked", author=author, now=now, data=data)


def _earlier(session: Session, wanted: OpenTicket, key: str) -> Ticket | None:
    same_key = queries.by_key(session, key)
    if same_key is not None:
        if same_key.body_hash != _hash(wanted):
            raise Conflict("the key was used with another body", code="key_reused")
        return same_key
    same_episode = queries.of_episode(session, wanted.episode_id)
    if same_episode is not None and same_episode.body_hash != _hash(wanted):
        raise Conflict(f"the episode has ticket {same_episode.protocol}", code="episode_has_ticket")
    return same_episode


def _hash(wanted: OpenTicket) -> str:
    return hashlib.sha256(wanted.model_dump_json().encode()).hexdigest()


def _new_ticket(session: Session, wanted: OpenTicket, now: datetime) -> Ticket:
    conversation = _conversation_of(session, wanted)
    impact = _impact(session, wanted)
    _check_classification(session, wanted)
    description = mask_cpfs(clean_text(wanted.description))
    urgency = wanted.urgency or usual_urgency(wanted.type)
    return Ticket(
        type=wanted.type,
        state=TicketState.NEW,
        service_id=wanted.service,
        classification_id=wanted.classification,
        group_id=_group(session, wanted).id,
        title=mask_cpfs(clean_line(wanted.title, _TITLE) or title_of(description)),
        description=description,
        impact=impact.id,
        urgency=urgency,
        priority=priority_of(impact.weight, urgency),
        user_id=conversation.user_id,
        conversation_id=conversation.id,
        episode_id=wanted.episode_id,
        contact_name=clean_line(wanted.contact.name, 120) or "",
        contact_email=clean_line(wanted.contact.email, 254) or "",
        article_ids=wanted.article_ids,
        tried=[_tried(script) for script in wanted.tried],
        created_at=now,
        updated_at=now,
    )


def _impact(session: Session, wanted: OpenTicket) -> Impact:
    impact = session.get(Impact, wanted.impact) if wanted.impact else next(iter(impacts(session)), None)
    if impact is None:
        raise InvalidInput(f"no impact {wanted.impact}", code="unknown_impact")
    return impact


def _group(session: Session, wanted: OpenTicket) -> Group:
    of_service = group_for_service(session, wanted.service)
    return group_for_manifestations(session) if wanted.type in MANIFESTATIONS else of_service


def _tried(script: Tried) -> dict[str, Any]:
    steps = [mask_cpfs(line) for step in script.steps if (line := clean_line(step, 500))]
    return {"title": clean_line(script.title, 300) or "", "steps": steps}


def _conversation_of(session: Session, wanted: OpenTicket) -> Conversation:
    conversation = session.get(Conversation, wanted.conversation_id)
    episode = session.get(Episode, wanted.episode_id)
    if conversation is None or episode is None or episode.conversation_id != conversation.id:
        raise NotFound("no such episode of this conversation", code="unknown_episode")
    return conversation


def _check_classification(session: Session, wanted: OpenTicket) -> None:
    if wanted.classification is None:
        return
    if wanted.service is None or session.get(Classification, (wanted.service, wanted.classification)) is None:
        raise NotFound(f"no classification {wanted.classification} of the service", code="unknown_classification")


def title_of(description: str) -> str:
    """The first line of a description, cut at a word within 100 characters."""
    line = " ".join(description.split("\n", 1)[0].split())
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rsplit(" ", 1)[0] + "…"


def ticket_of_user(session: Session, *, protocol: str, user_id: str) -> Ticket:
    """The user's own ticket, or that of an outage they follow; :class:`NotFound` also for another's, so that protocols cannot be probed."""
    canonical = parse_protocol(protocol)
    if canonical is None:
        raise NotFound("this is not a protocol number", code="bad_protocol")
    ticket = queries.by_protocol(session, canonical)
    if ticket is None or (ticket.user_id != user_id and not follows_ticket(session, ticket.id, user_id)):
        raise NotFound("no such ticket of this user", code="unknown_ticket")
    return ticket


def visible_ticket(session: Session, *, protocol: str, agent: CurrentAgent) -> Ticket:
    """A ticket of the agent's groups, their own, or of a conversation they see; :class:`NotFound` for any other."""
    canonical = parse_protocol(protocol)
    ticket = queries.by_protocol(session, canonical) if canonical else None
    if ticket is None or not sees_ticket(session, ticket, agent):
        raise NotFound("no such ticket", code="unknown_ticket")
    return ticket


def sees_ticket(session: Session, ticket: Ticket, agent: CurrentAgent) -> bool:
    """Whether it is of the agent's groups, their own, or of a conversation they see."""
    groups = agent.visible_groups
    if groups is None or ticket.group_id in groups or ticket.agent_id == agent.id:
        return True
    return ticket.conversation_id is not None and may_see(session, ticket.conversation_id, agent.id, groups)


def change_state(
    session: Session,
    *,
    ticket: Ticket,
    action: TicketAction,
    text: str,
    author: Author,
    now: datetime,
    seen_version: int | None = None,
) -> Ticket:
    """Does ``action`` to the ticket. ``text`` is its solution, question or reason, where one is needed.

    :class:`Conflict` with code ``wrong_state`` when the state does not allow it, and ``ticket_changed`` when someone
    changed the ticket since the caller saw ``seen_version``.
    """
    if seen_version is not None and seen_version != ticket.version:
        raise Conflict("the ticket was changed meanwhile", code="ticket_changed")
    before = TicketState(ticket.state)
    ticket.state = next_state(before, action)
    words = _words(action, text, author)
    if action is TicketAction.RESOLVE:
        ticket.solution, ticket.resolved_at = words, now
    elif action is TicketAction.REOPEN:
        ticket.resolved_at = None
    _adopt(ticket, author)
    ticket.updated_at = now
    flush_change(session)
    add_note(session, ticket, action.value, author, words, now)
    data = {"from": before.value, "to": ticket.state}
    record(session, subject="ticket", subject_id=ticket.id, event=action.value, author=author, now=now, data=data)
    note_state(session, ticket=ticket, before=before, author=author, now=now)
    announce_change(session, ticket)
    return ticket


def announce_change(session: Session, ticket: Ticket) -> None:
    """Tells the pages that show the ticket, once the transaction is committed."""
    announce(session, "queue", f"conversation:{ticket.conversation_id}")


def _words(action: TicketAction, text: str, author: Author) -> str:
    """The words that go with the action; users need not say why they cancel."""
    needed = TRANSITIONS[action].needs_text and (author.kind, action) != ("user", TicketAction.CANCEL)
    return mask_cpfs(clean_text(text)) if text.strip() or needed else ""


def _adopt(ticket: Ticket, author: Author) -> None:
    """The first agent who works on a ticket becomes its agent."""
    if author.kind == "agent" and ticket.agent_id is None:
        ticket.agent_id = author.id


def add_note(session: Session, ticket: Ticket, action: str, author: Author, text: str, now: datetime) -> None:
    """Keeps the words that go with an entry of the timeline, if there are any."""
    if text:
        note = TicketNote(ticket_id=ticket.id, action=action, author=author.kind, text=text, created_at=now)
        note.author_id = author.id
        session.add(note)


def flush_change(session: Session) -> None:
    """Writes a changed ticket; :class:`Conflict` (``ticket_changed``) when someone changed it meanwhile."""
    try:
        session.flush()
    except StaleDataError as error:
        raise Conflict("the ticket was changed meanwhile", code="ticket_changed") from error


def resolve_for_episode(session: Session, *, episode_id: str, solution: str, author: Author, now: datetime) -> None:
    """Resolves the episode's ticket with the conversation's solution, if it has one that is open."""
    ticket = queries.of_episode(session, episode_id)
    if ticket is not None and ticket.state in OPEN_STATES:
        change_state(session, ticket=ticket, action=TicketAction.RESOLVE, text=solution, author=author, now=now)


def start_for_episode(session: Session, *, episode_id: str, author: Author, now: datetime) -> None:
    """Marks the episode's ticket as in progress when an agent claims the conversation."""
    ticket = queries.of_episode(session, episode_id)
    if ticket is not None and ticket.state in (TicketState.NEW, TicketState.REOPENED):
        change_state(session, ticket=ticket, action=TicketAction.START, text="", author=author, now=now)


def reopen_for_episode(session: Session, *, episode_id: str, why: str, author: Author, now: datetime) -> None:
    """Reopens the episode's ticket when its user comes back with it, if it has one that is resolved."""
    ticket = queries.of_episode(session, episode_id)
    if ticket is not None and ticket.state == TicketState.RESOLVED:
        change_state(session, ticket=ticket, action=TicketAction.REOPEN, text=why, author=author, now=now)
