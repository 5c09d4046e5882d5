"""The console's JSON API: everything that its pages do. Signed in by cookie; changes need ``X-CSRF-Token``."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from balcao.database import utc_now
from handoff.accounts.guards import EveryAgent, ReadAgent, WorkAgent
from handoff.accounts.service import CurrentAgent
from handoff.attachments import queries as attachment_queries
from handoff.console import lists, presenting, service
from handoff.console.deadlines import clocks_of
from handoff.console.lists import QueueSort
from handoff.console.queries import handoffs, tickets
from handoff.console.rendering import console_of
from handoff.console.schemas import (
    AgentTicket,
    AgentTickets,
    ConsoleMessage,
    ConsoleMessages,
    ConversationOut,
    Me,
    PostMessage,
    Read,
    Resolve,
    Standing,
)
from handoff.dependencies import DeskDep
from handoff.queue.schemas import Lists
from handoff.queue.service import check_visible
from handoff.tickets import queries as ticket_queries
from handoff.tickets.classifying import classify
from handoff.tickets.models import Ticket
from handoff.tickets.queries import TicketFilter, TicketSort
from handoff.tickets.schemas import ULID, ChangeState, Classify, Ulid
from handoff.tickets.service import change_state, visible_ticket
from handoff.tickets.states import TicketState
from handoff.timeline.service import Author
from handoff.users.models import User

router = APIRouter(prefix="/api/console", tags=["console"])
ConversationId = Annotated[str, Path(pattern=ULID)]
PAGE = 50


@router.get("/me")
def get_me(agent: EveryAgent) -> Me:
    """Who is signed in."""
    return Me(
        id=agent.id,
        login=agent.login,
        name=agent.name,
        role=agent.role,
        language=agent.language,
        groups=sorted(agent.groups),
        csrf_token=agent.csrf_token,
    )


@router.get("/conversations")
def get_conversations(request: Request, agent: ReadAgent, desk: DeskDep, sort: QueueSort = "wait") -> Lists:
    """Who waits for the agent's groups, the longest wait or the next deadline first, and the agent's own conversations."""
    words = console_of(request).words_for(agent.language)
    with desk.read() as session:
        return lists.build_lists(session, agent=agent, words=words, now=utc_now(), sort=sort)


@router.get("/conversations/{conversation_id}")
def get_conversation(
    request: Request, conversation_id: ConversationId, agent: ReadAgent, desk: DeskDep
) -> ConversationOut:
    """A conversation of the agent's groups; 404 for any other."""
    with desk.read() as session:
        conversation = check_visible(session, conversation_id=conversation_id, agent=agent)
        user = session.get_one(User, conversation.user_id)
        return ConversationOut(
            standing=service.standing(session, conversation, agent),
            user_name=user.name,
            user_email=user.email,
            channel=conversation.channel,
            handoffs=[presenting.handoff_out(one) for one in handoffs(session, conversation_id)],
            tickets=_tickets_out(request, session, agent, [(t, user) for t in tickets(session, conversation_id)]),
        )


@router.get("/conversations/{conversation_id}/messages")
def get_messages(
    conversation_id: ConversationId,
    agent: ReadAgent,
    desk: DeskDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
) -> ConsoleMessages:
    """The messages after a ``seq`` in order, internal notes included."""
    with desk.read() as session:
        messages, last_seq = service.history(
            session, conversation_id=conversation_id, agent=agent, after=after, limit=limit
        )
        return ConsoleMessages(messages=[presenting.message_out(m, agent.id) for m in messages], last_seq=last_seq)


@router.post("/conversations/{conversation_id}/messages", status_code=201, responses={200: {"model": ConsoleMessage}})
def post_message(
    conversation_id: ConversationId, body: PostMessage, response: Response, agent: WorkAgent, desk: DeskDep
) -> ConsoleMessage:
    """Writes to the user, or a note for agents; the same key and body again answers 200 with the same message."""
    with desk.write() as session:
        most = desk.settings.uploads.per_message
        posted = service.post(
            session, conversation_id=conversation_id, agent=agent, wanted=body, most_attachments=most, now=utc_now()
        )
        answer = presenting.message_out(posted.message, agent.id)
    if not posted.created:
        response.status_code = 200
    return answer


@router.post("/conversations/{conversation_id}/claim")
def post_claim(conversation_id: ConversationId, agent: WorkAgent, desk: DeskDep) -> Standing:
    """Makes the conversation the caller's; 409 names who has it."""
    with desk.write() as session:
        return service.claim(session, conversation_id=conversation_id, agent=agent, now=utc_now())


@router.post("/conversations/{conversation_id}/release")
def post_release(conversation_id: ConversationId, agent: WorkAgent, desk: DeskDep) -> Standing:
    """Gives the caller's conversation back to its queue, at its old place."""
    with desk.write() as session:
        return service.release(session, conversation_id=conversation_id, agent=agent, now=utc_now())


@router.post("/conversations/{conversation_id}/resolve")
def post_resolve(conversation_id: ConversationId, body: Resolve, agent: WorkAgent, desk: DeskDep) -> Standing:
    """Ends the human service with its solution; the episode's ticket is resolved with it."""
    with desk.write() as session:
        return service.resolve(
            session, conversation_id=conversation_id, agent=agent, solution=body.solution, now=utc_now()
        )


@router.post("/conversations/{conversation_id}/read", status_code=204)
def post_read(conversation_id: ConversationId, body: Read, agent: ReadAgent, desk: DeskDep) -> None:
    """Notes that the agent has seen the conversation up to a ``seq``."""
    with desk.write() as session:
        service.read_up_to(session, conversation_id=conversation_id, agent=agent, seq=body.seq)


@router.get("/tickets")
def get_tickets(
    request: Request,
    agent: ReadAgent,
    desk: DeskDep,
    state: Annotated[list[TicketState], Query()] = [],  # noqa: B006
    q: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[Ulid | None, Query()] = None,
    sort: TicketSort = "newest",
) -> AgentTickets:
    """The tickets of the agent's groups, newest first or due first, 50 a page; ``q`` looks in protocol, title and user."""
    wanted = TicketFilter(frozenset(state), agent.visible_groups, q.strip(), before, sort)
    with desk.read() as session:
        rows = ticket_queries.page(session, wanted, PAGE)
        found = _tickets_out(request, session, agent, rows)
    return AgentTickets(tickets=found, next_before=rows[-1][0].id if len(rows) == PAGE else None)


@router.get("/tickets/{protocol}")
def get_ticket(request: Request, protocol: str, agent: ReadAgent, desk: DeskDep) -> AgentTicket:
    """A ticket of the agent's groups by its protocol; 404 for any other."""
    with desk.read() as session:
        return _ticket_out(request, session, agent, visible_ticket(session, protocol=protocol, agent=agent))


@router.post("/tickets/{protocol}/state")
def post_ticket_state(
    request: Request, protocol: str, body: ChangeState, agent: WorkAgent, desk: DeskDep
) -> AgentTicket:
    """Changes a ticket's state; 409 when its state does not allow it or someone changed it meanwhile."""
    with desk.write() as session:
        ticket = change_state(
            session,
            ticket=visible_ticket(session, protocol=protocol, agent=agent),
            action=body.action,
            text=body.text,
            author=Author("agent", agent.id),
            now=utc_now(),
            seen_version=body.version,
        )
        return _ticket_out(request, session, agent, ticket)


@router.post("/tickets/{protocol}/classification")
def post_classification(
    request: Request, protocol: str, body: Classify, agent: WorkAgent, desk: DeskDep
) -> AgentTicket:
    """Classifies an open ticket anew, which may change its priority, group and targets; 409 when someone changed it meanwhile."""
    with desk.write() as session:
        ticket = visible_ticket(session, protocol=protocol, agent=agent)
        classify(session, ticket=ticket, wanted=body, author=Author("agent", agent.id), now=utc_now())
        return _ticket_out(request, session, agent, ticket)


def _ticket_out(request: Request, session: Session, agent: CurrentAgent, ticket: Ticket) -> AgentTicket:
    return _tickets_out(request, session, agent, [(ticket, session.get_one(User, ticket.user_id))])[0]


def _tickets_out(
    request: Request, session: Session, agent: CurrentAgent, rows: Sequence[tuple[Ticket, User]]
) -> list[AgentTicket]:
    words = console_of(request).words_for(agent.language)
    clocks = clocks_of(session, [ticket.id for ticket, _ in rows], words, utc_now())
    return [
        presenting.agent_ticket(
            ticket, user, clocks.get(ticket.id, []), attachment_queries.of_ticket(session, ticket, notes=True)
        )
        for ticket, user in rows
    ]
