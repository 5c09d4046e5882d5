"""What routes are given by the composition root."""

from typing import Annotated, cast
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection

from balcao.web import bearer_check
from handoff.desk import Desk


def desk_of(connection: HTTPConnection) -> Desk:
    """The desk, for requests and sockets alike."""
    return cast(Desk, connection.app.state.desk)


def zone_of(connection: HTTPConnection) -> ZoneInfo:
    """The time zone in which times are shown and years begin."""
    return ZoneInfo(desk_of(connection).settings.timezone)


async def internal_caller(request: Request) -> None:
    """Lets through only the other processes of ours, by ``BALCAO_DESK_TOKEN``."""
    await bearer_check(desk_of(request).settings.desk_token)(request)


DeskDep = Annotated[Desk, Depends(desk_of)]
ZoneDep = Annotated[ZoneInfo, Depends(zone_of)]
