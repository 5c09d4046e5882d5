"""The console's pages of work: the lists, a conversation, and the parts of them that scripts ask for again."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from balcao.database import utc_now
from balcao.errors import NotFound
from handoff.accounts.guards import ReadPageAgent
from handoff.accounts.service import CurrentAgent
from handoff.console import queries
from handoff.console.facts import Facts, build_facts
from handoff.console.lists import QueueSort, build_lists
from handoff.console.messages import MessageView, message_views
from handoff.console.page_route import PageRoute
from handoff.console.rendering import console_of, page
from handoff.dependencies import DeskDep
from handoff.queue.schemas import Lists
from handoff.queue.service import check_visible
from handoff.tickets.schemas import ULID
from handoff.tickets.service import visible_ticket
from handoff.users.models import User

router = APIRouter(prefix="/console", route_class=PageRoute, include_in_schema=False)
ConversationId = Annotated[str, Path(pattern=ULID)]
HISTORY = 200


@router.get("")
def get_work(request: Request, agent: ReadPageAgent, desk: DeskDep) -> Response:
    """The lists, and no conversation."""
    with desk.read() as session:
        lists = _lists(session, request, agent)
    return page(request, "work.html", agent=agent, lists=lists, facts=None, messages=[], older=False)


@router.get("/conversations/{conversation_id}")
def get_conversation(
    request: Request, conversation_id: ConversationId, agent: ReadPageAgent, desk: DeskDep
) -> Response:
    """The lists and a conversation."""
    with desk.read() as session:
        facts, messages, older = _conversation(session, request, agent, conversation_id)
        lists = _lists(session, request, agent)
    return page(request, "work.html", agent=agent, lists=lists, facts=facts, messages=messages, older=older)


@router.get("/conversations/{conversation_id}/pane")
def get_pane(request: Request, conversation_id: ConversationId, agent: ReadPageAgent, desk: DeskDep) -> Response:
    """A conversation alone, for a page that has the lists already."""
    with desk.read() as session:
        facts, messages, older = _conversation(session, request, agent, conversation_id)
    return page(request, "conversation.html", agent=agent, facts=facts, messages=messages, older=older)


@router.get("/conversations/{conversation_id}/facts")
def get_facts(request: Request, conversation_id: ConversationId, agent: ReadPageAgent, desk: DeskDep) -> Response:
    """The cards beside a conversation, for a page on which it has changed hands."""
    words = console_of(request).words_for(agent.language)
    with desk.read() as session:
        facts = build_facts(session, conversation_id=conversation_id, agent=agent, words=words)
    return page(request, "facts.html", agent=agent, facts=facts)


@router.get("/conversations/{conversation_id}/older")
def get_older(
    request: Request,
    conversation_id: ConversationId,
    before: Annotated[int, Query(ge=1, le=2**31 - 1)],
    agent: ReadPageAgent,
    desk: DeskDep,
) -> Response:
    """The messages before a ``seq``, for who scrolls up."""
    with desk.read() as session:
        conversation = check_visible(session, conversation_id=conversation_id, agent=agent)
        name = session.get_one(User, conversation.user_id).name
        messages, older = _messages(session, request, agent, conversation_id, name, before)
    return page(request, "older.html", agent=agent, messages=messages, older=older)


@router.get("/lists")
def get_lists(
    request: Request,
    agent: ReadPageAgent,
    desk: DeskDep,
    opened: Annotated[str, Query(max_length=26)] = "",
    sort: QueueSort = "wait",
) -> Response:
    """The lists alone, for a page that heard that they changed."""
    with desk.read() as session:
        lists = _lists(session, request, agent, sort)
    return page(request, "lists.html", agent=agent, lists=lists, opened=opened, sort=sort)


@router.get("/search")
def search(
    request: Request, agent: ReadPageAgent, desk: DeskDep, q: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Opens the conversation of a protocol, or the list of tickets for anything else."""
    with desk.read() as session:
        try:
            ticket = visible_ticket(session, protocol=q, agent=agent)
        except NotFound:
            return RedirectResponse(f"/console/tickets?q={quote(q)}", 303)
    if ticket.conversation_id is None:
        return RedirectResponse(f"/console/tickets/{ticket.protocol}", 303)
    return RedirectResponse(f"/console/conversations/{ticket.conversation_id}", 303)


def _lists(session: Session, request: Request, agent: CurrentAgent, sort: QueueSort = "wait") -> Lists:
    words = console_of(request).words_for(agent.language)
    return build_lists(session, agent=agent, words=words, now=utc_now(), sort=sort)


def _conversation(
    session: Session, request: Request, agent: CurrentAgent, conversation_id: str
) -> tuple[Facts, list[MessageView], bool]:
    words = console_of(request).words_for(agent.language)
    facts = build_facts(session, conversation_id=conversation_id, agent=agent, words=words)
    messages, older = _messages(session, request, agent, conversation_id, facts.user.name, None)
    return facts, messages, older


def _messages(
    session: Session,
    request: Request,
    agent: CurrentAgent,
    conversation_id: str,
    user_name: str | None,
    before: int | None,
) -> tuple[list[MessageView], bool]:
    """Up to 200 messages, and whether there are older ones."""
    rows = queries.latest_messages(session, conversation_id, before, HISTORY + 1)
    shown = rows[-HISTORY:]
    console = console_of(request)
    clock = console.clock(console.words_for(agent.language))
    views = message_views(shown, previous=None, agent_id=agent.id, user_name=user_name, clock=clock)
    return views, len(rows) > HISTORY
