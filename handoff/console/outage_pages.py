"""The page of known outages: which services are down, and marking them as down and as back."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from balcao.database import utc_now
from balcao.errors import BalcaoError, Conflict, InvalidInput, NotFound
from handoff.accounts.guards import ReadPageAgent, WorkPageAgent
from handoff.accounts.queries import names as agent_names
from handoff.accounts.service import CurrentAgent
from handoff.catalogue.queries import services
from handoff.console.i18n import N_
from handoff.console.outage_api import PAST
from handoff.console.page_route import PageRoute
from handoff.console.rendering import page
from handoff.dependencies import DeskDep, ZoneDep
from handoff.outages import queries, service
from handoff.tickets.schemas import ULID

router = APIRouter(prefix="/console/outages", route_class=PageRoute, include_in_schema=False)
OutageId = Annotated[str, Path(pattern=ULID)]
Words = Annotated[str, Form(max_length=5_000)]
LocalTime = Annotated[str, Form(max_length=30)]
_SENTENCES = {
    "already_down": N_("This service is already marked as down."),
    "unknown_service": N_("There is no such service."),
    "outage_over": N_("The service is back already."),
    "bad_since": N_("An outage cannot begin in the future."),
    "bad_expected_back": N_("The expected return comes after the beginning."),
    "bad_time": N_("This is not a day and time."),
    "text_too_long": N_("The text is too long."),
}


@router.get("")
def get_outages_page(request: Request, agent: ReadPageAgent, desk: DeskDep) -> Response:
    """The services that are down, and those that were."""
    return _page(request, desk, agent)


@router.post("")
def post_outage_form(
    request: Request,
    agent: WorkPageAgent,
    desk: DeskDep,
    zone: ZoneDep,
    service_id: Annotated[str, Form(alias="service", max_length=64)],
    text: Words = "",
    since: LocalTime = "",
    expected_back: LocalTime = "",
) -> Response:
    """Marks a service as down. When that cannot be, the page says why and keeps what was written."""
    try:
        with desk.write() as session:
            service.declare(
                session,
                service_id=service_id,
                text=text,
                since=_moment(since, zone),
                expected_back=_moment(expected_back, zone),
                agent=agent,
                now=utc_now(),
                zone=zone,
            )
    except (Conflict, InvalidInput, NotFound) as error:
        kept = {"service": service_id, "text": text, "since": since, "expected_back": expected_back}
        return _page(request, desk, agent, error, kept)
    return RedirectResponse("/console/outages", 303)


@router.post("/{outage_id}")
def post_change_form(
    request: Request,
    outage_id: OutageId,
    agent: WorkPageAgent,
    desk: DeskDep,
    zone: ZoneDep,
    text: Words = "",
    expected_back: LocalTime = "",
) -> Response:
    """Changes what users are told."""
    try:
        back = _moment(expected_back, zone)
        with desk.write() as session:
            service.change(session, outage_id=outage_id, text=text, expected_back=back, agent=agent, now=utc_now())
    except (Conflict, InvalidInput) as error:
        return _page(request, desk, agent, error)
    return RedirectResponse("/console/outages", 303)


@router.post("/{outage_id}/end")
def post_end_form(
    request: Request, outage_id: OutageId, agent: WorkPageAgent, desk: DeskDep, text: Words = ""
) -> Response:
    """Marks the service as back; its followers are told."""
    try:
        with desk.write() as session:
            service.end(session, outage_id=outage_id, text=text, agent=agent, now=utc_now())
    except InvalidInput as error:
        return _page(request, desk, agent, error)
    return RedirectResponse("/console/outages", 303)


def _moment(local: str, zone: ZoneInfo) -> datetime | None:
    """What a field of day and time holds, which says no zone; None for nothing."""
    if not local.strip():
        return None
    try:
        return datetime.fromisoformat(local.strip()).replace(tzinfo=zone)
    except ValueError as error:
        raise InvalidInput("not a day and time", code="bad_time") from error


def _page(
    request: Request,
    desk: DeskDep,
    agent: CurrentAgent,
    error: BalcaoError | None = None,
    kept: dict[str, str] | None = None,
) -> Response:
    with desk.read() as session:
        current, past = queries.current(session), queries.past(session, PAST)
        authors = {known.outage.declared_by for known in [*current, *past]}
        values: dict[str, Any] = {
            "current": current,
            "past": past,
            "names": agent_names(session, authors),
            "services": services(session),
        }
    values["error"] = _SENTENCES.get(error.error_code, _SENTENCES["text_too_long"]) if error else None
    values["kept"] = {"service": "", "text": "", "since": "", "expected_back": ""} | (kept or {})
    return page(request, "outages.html", agent=agent, status=error.status if error else 200, **values)
