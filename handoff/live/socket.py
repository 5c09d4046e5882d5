"""The socket of a user: what is stored is pushed, in the order of ``seq``, from where the client left off."""

import asyncio
import contextlib
from typing import Annotated, Any

import orjson
import structlog
from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from balcao.errors import BalcaoError
from handoff.conversations import queries
from handoff.conversations.schemas import MessageOut, StateOut
from handoff.dependencies import DeskDep
from handoff.desk import Desk
from handoff.live.hub import Subscription
from handoff.users.tokens import Identity

log = structlog.get_logger(__name__)
router = APIRouter()

CLOSE_UNAUTHENTICATED = 4401
CLOSE_BAD_FRAME = 4400
_TOKEN_SECONDS = 10
_SEND_SECONDS = 10
_REFRESH_SECONDS = 30
_PAGE = 100


@router.websocket("/api/channel/socket")
async def user_socket(socket: WebSocket, desk: DeskDep, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0) -> None:
    """First frame from the client: ``{"token"}``. Then ``message`` and ``state`` frames; ``{"type":"ping"}`` is answered."""
    await socket.accept()
    identity = await _identify(socket, desk)
    if identity is None:
        return
    with desk.metrics.sockets.track_inprogress():
        await _serve(socket, desk, identity, after)


async def _identify(socket: WebSocket, desk: Desk) -> Identity | None:
    try:
        async with asyncio.timeout(_TOKEN_SECONDS):
            frame = orjson.loads(await socket.receive_text())
        identity = desk.tokens.verify(str(frame["token"]))
        await desk.run(_standing_exists, desk, identity.conversation_id)
        return identity
    except WebSocketDisconnect:
        return None
    except BalcaoError as error:
        await _close(socket, CLOSE_UNAUTHENTICATED, error.error_code)
    except (TimeoutError, ValueError, KeyError, TypeError):
        await _close(socket, CLOSE_UNAUTHENTICATED, "token_missing")
    return None


async def _serve(socket: WebSocket, desk: Desk, identity: Identity, after: int) -> None:
    """Runs the two directions until either ends."""
    with desk.hub.subscribe(f"conversation:{identity.conversation_id}") as subscription:
        push = asyncio.create_task(_push(socket, desk, identity.conversation_id, after, subscription))
        listen = asyncio.create_task(_listen(socket))
        try:
            await asyncio.wait({push, listen}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (push, listen):
                task.cancel()
            await asyncio.gather(push, listen, return_exceptions=True)
    _note_end(desk, push)


def _note_end(desk: Desk, push: asyncio.Task[None]) -> None:
    error = None if push.cancelled() else push.exception()
    if isinstance(error, TimeoutError):
        desk.metrics.dropped_sockets.inc()
        log.info("slow_reader_dropped")
    elif error is not None and not isinstance(error, WebSocketDisconnect | RuntimeError):
        log.error("socket_failed", error=type(error).__name__)


async def _push(socket: WebSocket, desk: Desk, conversation_id: str, after: int, news: Subscription) -> None:
    last_state: StateOut | None = None
    while True:
        messages, state, group = await desk.run(_read, desk, conversation_id, after)
        for message in messages:
            await _send(socket, {"type": "message", "message": message.model_dump()})
            after = message.seq
        if len(messages) == _PAGE:
            continue
        if state != last_state:
            await _send(socket, state.model_dump())
            last_state = state
        news.change({f"conversation:{conversation_id}"} | ({f"queue:{group}"} if state.queue_place else set()))
        await news.wait(_REFRESH_SECONDS)


async def _listen(socket: WebSocket) -> None:
    """Answers pings; any frame that is not one ends the socket. Returns when the client has gone."""
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            frame = await socket.receive_text()
            if frame != '{"type":"ping"}' and not _is_ping(frame):
                await _close(socket, CLOSE_BAD_FRAME, "bad_frame")
                return
            await _send(socket, {"type": "pong"})


def _is_ping(frame: str) -> bool:
    try:
        loaded: Any = orjson.loads(frame)
    except ValueError:
        return False
    return isinstance(loaded, dict) and loaded.get("type") in {"ping", "pong"}


async def _send(socket: WebSocket, frame: dict[str, Any]) -> None:
    """Sends within the time limit; :class:`TimeoutError` for a client that does not read."""
    async with asyncio.timeout(_SEND_SECONDS):
        await socket.send_text(orjson.dumps(frame).decode())


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code, reason)


def _read(desk: Desk, conversation_id: str, after: int) -> tuple[list[MessageOut], StateOut, str | None]:
    with desk.read() as session:
        standing = queries.standing(session, conversation_id)
        messages = queries.messages_after(session, conversation_id, after, _PAGE) if standing.last_seq > after else []
        return [MessageOut.of(message) for message in messages], StateOut.of(standing), standing.group


def _standing_exists(desk: Desk, conversation_id: str) -> None:
    with desk.read() as session:
        queries.standing(session, conversation_id)
