"""The two addresses of the process, on loopback: its health, and the webhook for whoever has chosen it."""

import asyncio
import hmac
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from balcao.web import BodyLimit
from bot.channels.telegram.process import Process
from bot.channels.telegram.settings import TelegramSettings

log = structlog.get_logger(__name__)

_BODY_LIMIT = 1024 * 1024
_SECONDS = 20
_HEADER = "x-telegram-bot-api-secret-token"


def create_app(settings: TelegramSettings) -> Starlette:
    """The process as an ASGI application; its work runs for the time of its lifespan."""
    routes = [Route("/health", _health)]
    if settings.telegram_webhook_url:
        routes.append(Route("/telegram/webhook", _webhook, methods=["POST"]))
    app = Starlette(routes=routes, lifespan=_life, middleware=[Middleware(BodyLimit, limit=_BODY_LIMIT)])
    app.state.settings = settings
    return app


@asynccontextmanager
async def _life(app: Starlette) -> AsyncIterator[None]:
    process = Process(app.state.settings)
    app.state.process = process
    work = asyncio.create_task(process.run())
    work.add_done_callback(_note_end)
    try:
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def _note_end(work: asyncio.Task[None]) -> None:
    """Work that ends by itself is a fault: the process ends too, and its supervisor starts it anew."""
    error = None if work.cancelled() else work.exception()
    if error is not None:
        log.error("telegram_process_failed", error=type(error).__name__, exc_info=error)
        signal.raise_signal(signal.SIGTERM)


async def _health(request: Request) -> Response:
    process: Process = request.app.state.process
    return JSONResponse(process.state.as_body())


async def _webhook(request: Request) -> Response:
    """One update from Telegram, acknowledged once the desk has it."""
    settings: TelegramSettings = request.app.state.settings
    process: Process = request.app.state.process
    secret = settings.telegram_webhook_secret.get_secret_value()
    if not hmac.compare_digest(request.headers.get(_HEADER, "").encode(), secret.encode()):
        return Response(status_code=401)
    if not process.state.has_lease:
        return Response(status_code=503)
    try:
        update = orjson.loads(await request.body())
        int(update["update_id"])
    except (ValueError, KeyError, TypeError):
        return Response(status_code=400)
    try:
        async with asyncio.timeout(_SECONDS):
            await process.receiver.handle([update])
    except TimeoutError:
        return Response(status_code=503)
    return Response(status_code=200)
