"""The pages of tickets: a list with filters, and one ticket with its timeline and what can be done to it."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from balcao.database import utc_now
from balcao.errors import Conflict, InvalidInput, NotFound
from handoff.accounts.guards import ReadPageAgent, WorkPageAgent
from handoff.accounts.queries import names as agent_names
from handoff.accounts.service import CurrentAgent
from handoff.attachments.queries import of_ticket
from handoff.catalogue.service import catalogue
from handoff.console.deadlines import clocks_of, foremost, reached_text
from handoff.console.page_route import PageRoute, sentence_for
from handoff.console.queries import group_names, impact_names, service_names
from handoff.console.rendering import console_of, page
from handoff.dependencies import DeskDep
from handoff.sla import queries as sla
from handoff.sla.models import Contract, ContractVersion
from handoff.tickets import queries
from handoff.tickets.classifying import classify
from handoff.tickets.priority import Urgency
from handoff.tickets.queries import TicketFilter, TicketSort
from handoff.tickets.schemas import Classify, Ulid
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
    sort: TicketSort = "newest",
) -> Response:
    """The tickets of the agent's groups, newest first or due first; ``state`` is a state, ``open`` or ``all``."""
    chosen = "all" if q and "state" not in request.query_params else state
    wanted = TicketFilter(_states(chosen), agent.visible_groups, q.strip(), before, sort)
    with desk.read() as session:
        rows = queries.page(session, wanted, PAGE)
        counts = queries.count_by_state(session, agent.visible_groups)
        words = console_of(request).words_for(agent.language)
        clocks = clocks_of(session, [ticket.id for ticket, _ in rows], words, utc_now())
        names = {"groups": group_names(session), "services": service_names(session)}
    more = urlencode({"state": chosen, "q": q, "sort": sort, "before": rows[-1][0].id}) if len(rows) == PAGE else None
    values: dict[str, Any] = {"rows": rows, "counts": counts, "state": chosen, "q": q, "more": more, **names}
    values |= {"sort": sort, "due": {ticket_id: foremost(found) for ticket_id, found in clocks.items()}}
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


@router.post("/{protocol}/classification")
def post_classification(
    request: Request,
    protocol: str,
    agent: WorkPageAgent,
    desk: DeskDep,
    service: Annotated[str, Form(max_length=64)],
    classification: Annotated[str, Form(max_length=130)],
    impact: Annotated[str, Form(max_length=32)],
    urgency: Annotated[Urgency, Form()],
    version: Annotated[int, Form()],
) -> Response:
    """Classifies the ticket anew; ``classification`` is ``service/id``, and none of the chosen service is none at all."""
    of_service, _, chosen = classification.partition("/")
    wanted = Classify(
        service=service or None,
        classification=chosen if chosen and of_service == service else None,
        impact=impact,
        urgency=urgency,
        version=version,
    )
    try:
        with desk.write() as session:
            ticket = visible_ticket(session, protocol=protocol, agent=agent)
            classify(session, ticket=ticket, wanted=wanted, author=Author("agent", agent.id), now=utc_now())
    except (Conflict, InvalidInput, NotFound) as error:
        return _ticket_page(request, desk, agent, protocol, status=error.status, error=sentence_for(error))
    return RedirectResponse(f"/console/tickets/{protocol}", 303)


def _ticket_page(
    request: Request, desk: DeskDep, agent: CurrentAgent, protocol: str, status: int = 200, **kept: str
) -> Response:
    words = console_of(request).words_for(agent.language)
    with desk.read() as session:
        ticket = visible_ticket(session, protocol=protocol, agent=agent)
        values: dict[str, Any] = {
            "ticket": ticket,
            "user": session.get_one(User, ticket.user_id),
            "groups": group_names(session),
            "services": service_names(session),
            "impacts": impact_names(session),
            "actions": allowed_actions(TicketState(ticket.state)),
            "events": _events(session, ticket.id),
            "clocks": clocks_of(session, [ticket.id], words, utc_now()).get(ticket.id, []),
            "contract": _contract_name(session, ticket.id),
            "catalogue": catalogue(session).services,
            "urgencies": list(Urgency),
            "reached": {
                f"{alert.clock}{alert.percent}": reached_text(alert.clock, alert.percent, words)
                for alert in sla.alerts_of(session, ticket.id)
            },
            "attachments": of_ticket(session, ticket, notes=True),
            "earlier": queries.earlier(session, ticket.id),
            "later": queries.later(session, ticket.id),
            "agents": agent_names(session, {ticket.agent_id} if ticket.agent_id else set()),
        }
    none = {"error": None, "kept_action": None, "kept_text": ""}
    return page(request, "ticket.html", agent=agent, status=status, **(none | values | kept))


def _contract_name(session: Session, ticket_id: str) -> str | None:
    """The contract that the ticket is held to."""
    clocks = sla.clocks_of(session, [ticket_id]).get(ticket_id)
    if not clocks:
        return None
    version = session.get_one(ContractVersion, clocks[0].contract_version_id)
    return session.get_one(Contract, version.contract_id).name


def _events(session: Session, ticket_id: str) -> list[dict[str, object]]:
    """The timeline, oldest first, each entry with its author's name and the words that went with it."""
    entries = queries.timeline(session, ticket_id)
    notes = {(note.action, note.created_at): note.text for note in queries.notes(session, ticket_id)}
    names = agent_names(session, {e.author_id for e in entries if e.author == "agent" and e.author_id})
    return [
        {"entry": entry, "name": names.get(entry.author_id or ""), "text": notes.get((entry.event, entry.at), "")}
        for entry in entries
    ]
