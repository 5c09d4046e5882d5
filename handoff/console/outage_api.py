"""Known outages in the console's JSON API: what its page of outages does."""

from typing import Annotated

from fastapi import APIRouter, Path

from balcao.database import utc_now
from handoff.accounts.guards import ReadAgent, WorkAgent
from handoff.dependencies import DeskDep, ZoneDep
from handoff.outages import queries, service
from handoff.outages.models import Outage
from handoff.outages.schemas import ChangeOutage, DeclareOutage, EndOutage, OutageLists, OutageOut
from handoff.tickets.schemas import ULID

router = APIRouter(prefix="/api/console/outages", tags=["console"])
OutageId = Annotated[str, Path(pattern=ULID)]
PAST = 20


@router.get("")
def get_outages(agent: ReadAgent, desk: DeskDep) -> OutageLists:
    """The services that are known to be down, and the latest outages that are over."""
    with desk.read() as session:
        return OutageLists(
            current=[OutageOut.of(known) for known in queries.current(session)],
            past=[OutageOut.of(known) for known in queries.past(session, PAST)],
        )


@router.post("", status_code=201)
def post_outage(body: DeclareOutage, agent: WorkAgent, desk: DeskDep, zone: ZoneDep) -> OutageOut:
    """Marks a service as down: the bot says so from now on. 409 ``already_down`` while it is marked already."""
    with desk.write() as session:
        outage = service.declare(
            session,
            service_id=body.service,
            text=body.text,
            since=body.since,
            expected_back=body.expected_back,
            agent=agent,
            now=utc_now(),
            zone=zone,
        )
    return _answer(desk, outage)


@router.put("/{outage_id}")
def put_outage(outage_id: OutageId, body: ChangeOutage, agent: WorkAgent, desk: DeskDep) -> OutageOut:
    """Changes what users are told; 409 ``outage_over`` once the service is back."""
    with desk.write() as session:
        outage = service.change(
            session,
            outage_id=outage_id,
            text=body.text,
            expected_back=body.expected_back,
            agent=agent,
            now=utc_now(),
        )
    return _answer(desk, outage)


@router.post("/{outage_id}/end")
def post_end(outage_id: OutageId, body: EndOutage, agent: WorkAgent, desk: DeskDep) -> OutageOut:
    """Marks the service as back: its followers are told, and its ticket is resolved. Done again, it changes nothing."""
    with desk.write() as session:
        outage = service.end(session, outage_id=outage_id, text=body.text, agent=agent, now=utc_now())
    return _answer(desk, outage)


def _answer(desk: DeskDep, outage: Outage) -> OutageOut:
    with desk.read() as session:
        return OutageOut.of(queries.known(session, outage.id))
