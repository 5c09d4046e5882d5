"""The page of what agents were told about clocks that run out, and its JSON API."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from balcao.database import utc_now
from handoff.accounts.guards import ReadAgent, ReadPageAgent
from handoff.console.deadlines import alerts_for
from handoff.console.page_route import PageRoute
from handoff.console.queries import group_names
from handoff.console.rendering import console_of, page
from handoff.dependencies import DeskDep
from handoff.sla.alerts import see_to
from handoff.sla.schemas import Notices
from handoff.tickets.schemas import ULID

router = APIRouter(prefix="/console/alerts", route_class=PageRoute, include_in_schema=False)
api = APIRouter(prefix="/api/console/alerts", tags=["console"])
NoticeId = Annotated[str, Path(pattern=ULID)]


@router.get("")
def get_alerts_page(request: Request, agent: ReadPageAgent, desk: DeskDep) -> Response:
    """What nobody has seen to yet."""
    words = console_of(request).words_for(agent.language)
    with desk.read() as session:
        found = alerts_for(session, agent, words)
        groups = group_names(session)
    return page(request, "alerts.html", agent=agent, found=found, groups=groups)


@router.post("/{notice_id}/seen")
def post_seen_page(notice_id: NoticeId, agent: ReadPageAgent, desk: DeskDep) -> Response:
    """Takes a notice off the list of all who were told."""
    with desk.write() as session:
        see_to(session, notice_id=notice_id, agent=agent, now=utc_now())
    return RedirectResponse("/console/alerts", 303)


@api.get("")
def get_alerts(request: Request, agent: ReadAgent, desk: DeskDep) -> Notices:
    """What the caller or their groups were told of clocks that run out, and nobody has seen to yet."""
    words = console_of(request).words_for(agent.language)
    with desk.read() as session:
        return alerts_for(session, agent, words)


@api.post("/{notice_id}/seen", status_code=204)
def post_seen(notice_id: NoticeId, agent: ReadAgent, desk: DeskDep) -> None:
    """Takes a notice off the list of all who were told; 404 for one that is not the caller's."""
    with desk.write() as session:
        see_to(session, notice_id=notice_id, agent=agent, now=utc_now())
