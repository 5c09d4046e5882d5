"""The composition root of the desk: everything is made here, and passed on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from balcao.database import Database
from balcao.web import BodyLimit, install_error_handlers
from handoff import health, static_files
from handoff.attachments import routes as attachments
from handoff.attachments.sweeping import SWEEP_SECONDS, sweep_attachments
from handoff.attachments.transfer import is_upload
from handoff.bot_turns.client import BotClient
from handoff.bot_turns.dispatcher import Dispatcher
from handoff.catalogue import routes as catalogue
from handoff.channels import attachment_routes as channel_attachments
from handoff.channels import news
from handoff.channels import routes as channels
from handoff.console import routes as console
from handoff.conversations import routes as conversations
from handoff.desk import Desk
from handoff.help_centre import routes as help_centre
from handoff.help_centre.client import SearchClient
from handoff.live import socket
from handoff.live.hub import Hub
from handoff.origins import OriginGuard
from handoff.outages import routes as outages
from handoff.outages.telling import tell_followers
from handoff.periodic import Periodic
from handoff.queue import routes as queue
from handoff.security_headers import SecurityHeaders
from handoff.settings import DeskSettings
from handoff.silence.sweeping import sweep_silence
from handoff.sla.sweeper import Sweeper
from handoff.tickets import routes as tickets

BODY_LIMIT = 16 * 1024
_SWEEP_SECONDS = 2.0


def create_app(settings: DeskSettings) -> FastAPI:
    """The desk as an ASGI application. Nothing runs before its lifespan begins."""
    app = FastAPI(
        title="Balcão",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        lifespan=_life,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(OriginGuard, allowed=settings.origins),
            Middleware(
                BodyLimit, limit=BODY_LIMIT, streamed=lambda path: settings.uploads.size if is_upload(path) else None
            ),
        ],
    )
    app.state.desk = Desk(settings, Database(settings.database), Hub())
    app.state.search = SearchClient(settings.search_url, settings.search_token)
    install_error_handlers(app)
    parts = (
        conversations, attachments, socket, catalogue, tickets, queue, outages, help_centre, channels, channel_attachments,
        news, health, static_files,
    )  # fmt: skip
    for part in parts:
        app.include_router(part.router)
    app.include_router(channels.links_router)
    console.install(app, settings.timezone)
    static_files.mount_files(app, settings.widget_dir)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    bot = BotClient(desk.settings.bot_url, desk.settings.bot_token)
    dispatcher = Dispatcher(desk, bot)
    sweeper = Sweeper(desk)
    silence = Periodic("silence", _SWEEP_SECONDS, lambda: sweep_silence(desk))
    telling = Periodic("outage_followers", _SWEEP_SECONDS, lambda: tell_followers(desk))
    attachments_swept = Periodic("attachments", SWEEP_SECONDS, lambda: sweep_attachments(desk))
    desk.hub.start()
    desk.hub.listen("outages", telling.wake)
    sweeper.start()
    await dispatcher.start()
    silence.start()
    telling.start()
    attachments_swept.start()
    try:
        yield
    finally:
        await attachments_swept.stop()
        await silence.stop()
        await telling.stop()
        await dispatcher.stop()
        await sweeper.stop()
        await bot.close()
        await app.state.search.close()
        desk.close()
