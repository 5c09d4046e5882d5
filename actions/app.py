"""The action server: rasa-sdk's executor behind our own ``/webhook``. The composition root of its process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions import (
    answers,
    attachments,
    followups,
    handoff,
    manifestations,
    manners,
    outages,
    own_ticket_validation,
    own_tickets,
    ratings,
    scripts,
    several,
    silence,
    statuses,
    ticket_validation,
    tickets,
)
from actions.base import Kit
from actions.clients.desk import DeskClient
from actions.clients.http import ServiceClient
from actions.clients.search import SearchClient
from actions.settings import ActionSettings
from balcao.errors import BalcaoError, InvalidInput, NotFound, Unavailable
from balcao.web import BodyLimit, bearer_check, install_error_handlers

log = structlog.get_logger(__name__)

_LONGEST_BODY = 512 * 1024
_SECONDS = 3.0
_TOPICS = (
    manifestations,
    own_ticket_validation,
    own_tickets,
    answers,
    attachments,
    followups,
    handoff,
    manners,
    outages,
    ratings,
    scripts,
    several,
    silence,
    statuses,
    tickets,
    ticket_validation,
)


class UnsupportedEncoding(InvalidInput):
    """A compressed body: it could unpack to any size."""

    status = 415
    code = "unsupported_encoding"


def create_app(settings: ActionSettings) -> FastAPI:
    """The server with its clients; they are closed with it."""
    desk = ServiceClient(f"http://127.0.0.1:{settings.port}", settings.desk_token)
    search = ServiceClient(f"http://127.0.0.1:{settings.search_port}", settings.search_token)
    executor = make_executor(Kit(SearchClient(search), DeskClient(desk), ZoneInfo(settings.timezone)))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await desk.close()
        await search.close()

    app = FastAPI(title="Balcão: actions", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(BodyLimit, limit=_LONGEST_BODY)
    install_error_handlers(app)
    _add_routes(app, executor, bearer_check(settings.actions_token))
    return app


def make_executor(kit: Kit) -> ActionExecutor:
    """The executor with every action of ours."""
    executor = ActionExecutor()
    for topic in _TOPICS:
        for action in topic.ACTIONS:
            executor.register_action(action(kit))
    return executor


def _add_routes(app: FastAPI, executor: ActionExecutor, authorised: Any) -> None:
    @app.get("/health")
    async def health() -> dict[str, Any]:
        return {"status": "ok", "actions": len(executor.actions)}

    @app.post("/webhook", dependencies=[Depends(authorised)])
    async def webhook(request: Request) -> JSONResponse:
        return await _run(executor, await _call(request))


async def _call(request: Request) -> dict[str, Any]:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedEncoding("compressed bodies are not accepted")
    try:
        call = await request.json()
    except (ValueError, RecursionError) as error:
        raise InvalidInput("the body is no JSON") from error
    if (
        not isinstance(call, dict)
        or not isinstance(call.get("next_action"), str)
        or not _is_tracker(call.get("tracker"))
    ):
        raise InvalidInput("next_action and tracker are expected")
    return call


def _is_tracker(tracker: Any) -> bool:
    return isinstance(tracker, dict) and isinstance(tracker.get("sender_id"), str)


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> JSONResponse:
    name = call["next_action"]
    try:
        async with asyncio.timeout(_SECONDS):
            result = await executor.run({**call, "domain": {}})  # no action of ours reads the domain
    except ActionExecutionRejection as rejection:  # rasa's protocol: another policy may predict
        return JSONResponse({"error": str(rejection), "action_name": name}, 400)
    except ActionNotFoundException as error:
        raise NotFound(f"no action {name[:80]}") from error
    except TimeoutError as error:
        raise Unavailable(f"{name}: over {_SECONDS} s") from error
    except BalcaoError as error:
        log.warning("action_failed", action=name, error=error.message)
        raise Unavailable(f"{name}: {error.message}") from error
    return JSONResponse({"events": result.events, "responses": result.responses})
