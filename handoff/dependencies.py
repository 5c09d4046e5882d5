"""What routes are given: the parts that the composition root put into ``app.state``."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends
from fastapi.requests import HTTPConnection

from balcao.database import Database


def get_database(connection: HTTPConnection) -> Database:
    database: Database = connection.app.state.database
    return database


def get_zone(connection: HTTPConnection) -> ZoneInfo:
    """The time zone in which times are shown and years begin."""
    return ZoneInfo(connection.app.state.settings.timezone)


DatabaseDep = Annotated[Database, Depends(get_database)]
ZoneDep = Annotated[ZoneInfo, Depends(get_zone)]
