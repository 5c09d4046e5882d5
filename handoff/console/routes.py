"""Puts the console into the desk's application."""

from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from handoff.console import (
    account_pages,
    alert_pages,
    api,
    attachment_api,
    outage_api,
    outage_pages,
    pages,
    socket,
    team_pages,
    ticket_pages,
)
from handoff.console.rendering import make_console

STATIC = Path(__file__).resolve().parent.parent / "static" / "console"


class _Revalidated(StaticFiles):
    """Static files that browsers keep but ask about, so that a new version is seen at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def install(app: FastAPI, timezone: str) -> None:
    """Adds the console's pages, API, socket and static files; ``timezone`` is the one in which times are shown."""
    app.state.console = make_console(ZoneInfo(timezone))
    app.mount("/console/static", GZipMiddleware(_Revalidated(directory=STATIC)), name="console_static")
    parts = (
        account_pages, pages, ticket_pages, alert_pages, outage_pages, team_pages, api, attachment_api, outage_api,
        socket,
    )  # fmt: skip
    for router in (*(part.router for part in parts), alert_pages.api):
        app.include_router(router)
