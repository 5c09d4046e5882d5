"""The API of channel processes, and the links by which a user goes on elsewhere. Its news are in :mod:`handoff.channels.news`."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy import select

from balcao.database import utc_now
from balcao.web import bearer_check
from handoff.channels import leases, service
from handoff.channels.models import ChannelLease
from handoff.channels.schemas import (
    Address,
    ChannelName,
    Event,
    EventOut,
    LeaseIn,
    LeaseOut,
    LinkOut,
    LinksOut,
    OutboxOut,
    ReceiptIn,
)
from handoff.conversations.routes import IdentityDep
from handoff.dependencies import DeskDep, desk_of

_OFFERED_FOR = timedelta(minutes=2)


async def channel_caller(request: Request) -> None:
    """Lets through only channel processes, by ``BALCAO_CHANNELS_TOKEN``."""
    await bearer_check(desk_of(request).settings.channels_token)(request)


router = APIRouter(prefix="/internal/channels/{channel}", tags=["internal"], dependencies=[Depends(channel_caller)])
links_router = APIRouter(prefix="/api/channel", tags=["channel"])
ChannelPath = Annotated[ChannelName, Path()]
AddressPath = Annotated[Address, Path()]


@router.post("/events")
async def take_event(channel: ChannelPath, event: Event, desk: DeskDep) -> EventOut:
    """Takes in one thing that came from the channel. The same key again does nothing, and tells what the first one did."""
    taken = await desk.commit(
        lambda session: service.take_event(session, channel=channel, event=event, links=desk.links, now=utc_now())
    )
    return EventOut(outcome=taken.outcome, repeated=taken.repeated)


@router.get("/accounts/{address}/outbox")
async def read_outbox(channel: ChannelPath, address: AddressPath, desk: DeskDep) -> OutboxOut:
    """What is owed to this account now."""

    def work() -> OutboxOut:
        with desk.read() as session:
            return service.outbox(session, channel=channel, address=address)

    return await desk.run(work)


@router.post("/accounts/{address}/receipts", status_code=204)
async def take_receipt(channel: ChannelPath, address: AddressPath, receipt: ReceiptIn, desk: DeskDep) -> Response:
    """Keeps what was delivered."""
    await desk.commit(
        lambda session: service.note_receipt(session, channel=channel, address=address, receipt=receipt, now=utc_now())
    )
    return Response(status_code=204)


@router.post("/lease")
async def hold_lease(channel: ChannelPath, body: LeaseIn, desk: DeskDep) -> LeaseOut:
    """Asks for the channel, or to keep it."""
    now = utc_now()
    lease = await desk.commit(lambda session: leases.hold(session, channel=channel, now=now, **body.model_dump()))
    return LeaseOut(held=lease is not None, until=lease.until if lease else now)


@router.delete("/lease", status_code=204)
async def release_lease(channel: ChannelPath, holder: Annotated[str, Query(max_length=64)], desk: DeskDep) -> Response:
    """Gives the channel back."""
    await desk.commit(lambda session: leases.release(session, channel=channel, holder=holder, now=utc_now()))
    return Response(status_code=204)


@links_router.get("/links")
async def read_links(desk: DeskDep, identity: IdentityDep) -> LinksOut:
    """Where this conversation can go on: an address for each channel that is being served."""
    now = utc_now()
    served = select(ChannelLease).where(ChannelLease.until > now - _OFFERED_FOR, ChannelLease.link_prefix.is_not(None))

    def work() -> list[ChannelLease]:
        with desk.read() as session:
            return list(session.scalars(served.order_by(ChannelLease.channel)))

    link = desk.links.issue(identity.conversation_id, now)
    return LinksOut(
        links=[LinkOut(channel=lease.channel, url=f"{lease.link_prefix}{link}") for lease in await desk.run(work)]
    )
