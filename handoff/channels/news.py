"""The socket that tells a channel's process which of its accounts have something due. What it is, the process reads."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Annotated

import orjson
import structlog
from fastapi import APIRouter, Path, WebSocket, WebSocketDisconnect

from balcao.errors import Unauthenticated
from handoff.channels import queries
from handoff.channels.routes import channel_caller
from handoff.channels.schemas import ChannelName
from handoff.dependencies import DeskDep
from handoff.desk import Desk
from handoff.live.hub import Subscription

log = structlog.get_logger(__name__)
router = APIRouter()

SWEEP_SECONDS = 30
_SEND_SECONDS = 10
_CLOSE_UNAUTHENTICATED = 4401


@router.websocket("/internal/channels/{channel}/news")
async def channel_news(socket: WebSocket, channel: Annotated[ChannelName, Path()], desk: DeskDep) -> None:
    """Frames ``{"due": [address, …]}``: all that are due at first and every half minute, in between those with news."""
    await socket.accept()
    try:
        await channel_caller(socket)  # type: ignore[arg-type]  # it only reads the headers
    except Unauthenticated:
        await socket.close(_CLOSE_UNAUTHENTICATED)
        return
    with desk.hub.subscribe("conversation:*", "queue:*") as news:
        push = asyncio.create_task(_push(socket, desk, channel, news))
        gone = asyncio.create_task(_until_gone(socket))
        try:
            await asyncio.wait({push, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (push, gone):
                task.cancel()
            results = await asyncio.gather(push, gone, return_exceptions=True)
    for error in results:
        if isinstance(error, Exception) and not isinstance(error, WebSocketDisconnect | RuntimeError | TimeoutError):
            log.error("channel_news_failed", channel=channel, error=type(error).__name__)


async def _push(socket: WebSocket, desk: Desk, channel: str, news: Subscription) -> None:
    topics: set[str] = set()
    while True:
        addresses = await desk.run(_due, desk, channel, topics)
        if addresses:
            async with asyncio.timeout(_SEND_SECONDS):
                await socket.send_text(orjson.dumps({"due": list(addresses)}).decode())
        topics = await news.wait(SWEEP_SECONDS)


async def _until_gone(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


def _due(desk: Desk, channel: str, topics: set[str]) -> Sequence[str]:
    with desk.read() as session:
        if not topics:
            return queries.due(session, channel)
        parted = [topic.partition(":") for topic in topics]
        conversations = [id_ for kind, _, id_ in parted if kind == "conversation"]
        groups = [id_ for kind, _, id_ in parted if kind == "queue"]
        return queries.due_for(session, channel, conversations, groups)
