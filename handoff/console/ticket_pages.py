"""The pages of tickets: a list with filters, and one ticket with its timeline and what can be done to it."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from balcao.database import utc_now
from balcao.errors import Conflict, InvalidInput
from handoff.accounts.guards import ReadPageAgent, WorkPageAgent
from handoff.accounts.queries import names as agent_names
from handoff.accounts.service import CurrentAgent
from handoff.console.page_route import PageRoute, sentence_for
from handoff.console.queries import group_names, impact_names, service_names
from handoff.console.rendering import page
from handoff.dependencies import DeskDep
from handoff.tickets import queries
from handoff.tickets.queries import TicketFilter
from handoff.tickets.schemas import Ulid
from handoff.tickets.service import change_state, visible_ticket
from handoff.tickets.states import OPEN_STATES, TicketAction, TicketState, allowed_actions
from handoff.timeline.service import Author
from handoff.users.models import User

router = APIRouter(prefix="/console/tickets", route_class=PageRoute, include_in_schema=False)
PAGE = 50


@router.get("")
def get_tickets_page(
    request: Request,
    agent: ReadPageAgent,
    desk: DeskDep,
    state: Annotated[str, Query(max_length=24)] = "open",
    q: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[Ulid | None, Query()] = None,
) -> Response:
    """The tickets of the agent's groups, newest first; ``state`` is a state, ``open`` or ``all``."""
    chosen = "all" if q and "state" not in request.query_params else state
    wanted = TicketFilter(_states(chosen), agent.visible_groups, q.strip(), before)
    with desk.read() as session:
        rows = queries.page(session, wanted, PAGE)
        counts = queries.count_by_state(session, agent.visible_groups)
        names = {"groups": group_names(session), "services": service_names(session)}
    more = urlencode({"state": chosen, "q": q, "before": rows[-1][0].id}) if len(rows) == PAGE else None
    values: dict[str, Any] = {"rows": rows, "counts": counts, "state": chosen, "q": q, "more": more, **names}
    return page(request, "tickets.html", agent=agent, **values)


def _states(chosen: str) -> frozenset[str]:
    if chosen == "open":
        return frozenset(OPEN_STATES)
    return frozenset({chosen}) if chosen in set(TicketState) else frozenset()


@router.get("/{protocol}")
def get_ticket_page(request: Request, protocol: str, agent: ReadPageAgent, desk: DeskDep) -> Response:
    """One ticket."""
    return _ticket_page(request, desk, agent, protocol)


@router.post("/{protocol}/state")
def post_ticket_state(
    request: Request,
    protocol: str,
    agent: WorkPageAgent,
    desk: DeskDep,
    action: Annotated[TicketAction, Form()],
    version: Annotated[int, Form()],
    text: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Changes the ticket's state. When that cannot be, the page says why and keeps what was written."""
    try:
        with desk.write() as session:
            change_state(
                session,
                ticket=visible_ticket(session, protocol=protocol, agent=agent),
                action=action,
                text=text,
                author=Author("agent", agent.id),
                now=utc_now(),
                seen_version=version,
            )
    except (Conflict, InvalidInput) as error:
        kept = {"error": sentence_for(error), "kept_action": action.value, "kept_text": text}
        return _ticket_page(request, desk, agent, protocol, status=error.status, **kept)
    return RedirectResponse(f"/console/tickets/{protocol}", 303)


def _ticket_page(
    request: Request, desk: DeskDep, agent: CurrentAgent, protocol: str, status: int = 200, **kept: str
) -> Response:
    with desk.read() as session:
        ticket = visible_ticket(session, protocol=protocol, agent=agent)
        values = {
            "ticket": ticket,
            "user": session.get_one(User, ticket.user_id),
            "groups": group_names(session),
            "services": service_names(session),
            "impacts": impact_names(session),
            "actions": allowed_actions(TicketState(ticket.state)),
            "events": _events(session, ticket.id),
            "agents": agent_names(session, {ticket.agent_id} if ticket.agent_id else set()),
        }
    none = {"error": None, "kept_action": None, "kept_text": ""}
    return page(request, "ticket.html", agent=agent, status=status, **(none | values | kept))


def _events(session: Session, ticket_id: str) -> list[dict[str, object]]:
    """The timeline, oldest first, each entry with its author's name and the words that went with it."""
    entries = queries.timeline(session, ticket_id)
    notes = {(note.action, note.created_at): note.text for note in queries.notes(session, ticket_id)}
    names = agent_names(session, {e.author_id for e in entries if e.author == "agent" and e.author_id})
    return [
        {"entry": entry, "name": names.get(entry.author_id or ""), "text": notes.get((entry.event, entry.at), "")}
        for entry in entries
    ]
