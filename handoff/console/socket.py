"""The console's socket: tells that the lists changed, and pushes the opened conversation's messages by ``seq``.

From the client: ``{"type": "open", "conversation_id", "after"}``, ``{"type": "close"}``, ``{"type": "ping"}``. To the client:
``queue`` (the lists changed), ``message`` (with its HTML for the page), ``state`` (who has the conversation), ``gone`` (the
conversation is not the agent's to see), ``pong``. Closed with 4401 once the session is over, 4403 for a foreign page.
"""

import asyncio
import contextlib
import re
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from balcao.database import utc_now
from balcao.errors import NotFound
from handoff.accounts.guards import COOKIE, READ_ROLES, same_origin
from handoff.accounts.models import Role
from handoff.accounts.service import CurrentAgent, current_agent, mark_seen
from handoff.console import queries, service
from handoff.console.messages import message_views
from handoff.console.presenting import message_out
from handoff.console.rendering import Console
from handoff.dependencies import desk_of
from handoff.desk import Desk
from handoff.live.hub import Subscription
from handoff.queue.service import check_visible
from handoff.tickets.schemas import ULID
from handoff.users.models import User

log = structlog.get_logger(__name__)
router = APIRouter()

CLOSE_SIGNED_OUT = 4401
CLOSE_FOREIGN = 4403
CLOSE_BAD_FRAME = 4400
_SEND_SECONDS = 10
_SEEN_SECONDS = 20
_PAGE = 100
_QUEUE = "queue"


class SignedOut(Exception):
    """The session of the socket is over."""


@dataclass
class Opened:
    """The conversation that the page shows, up to which ``seq`` it has it, and what it knows of its owner."""

    conversation_id: str | None = None
    after: int = 0
    state: dict[str, Any] | None = field(default=None)


@router.websocket("/api/console/socket")
async def console_socket(socket: WebSocket) -> None:
    """Live news for one open page of the console; see this module's docstring for its frames."""
    if not same_origin(socket):
        await socket.close(CLOSE_FOREIGN, "foreign_origin")
        return
    await socket.accept()
    link = _Link(socket, desk_of(socket), socket.app.state.console, socket.cookies.get(COOKIE, ""))
    try:
        await link.desk.run(link.check_in)
        await link.serve()
    except SignedOut:
        await _close(socket, CLOSE_SIGNED_OUT, "signed_out")


class _Link:
    """One socket: what it listens for and what it has been sent."""

    def __init__(self, socket: WebSocket, desk: Desk, console: Console, token: str) -> None:
        self.socket, self.desk, self.console = socket, desk, console
        self._token = token
        self._opened = Opened()

    async def serve(self) -> None:
        """Runs the two directions until either ends."""
        with self.desk.hub.subscribe(_QUEUE) as news:
            push = asyncio.create_task(self._push(news))
            listen = asyncio.create_task(self._listen(news))
            try:
                await asyncio.wait({push, listen}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (push, listen):
                    task.cancel()
                await asyncio.gather(push, listen, return_exceptions=True)
        _raise_or_log(push)

    async def _push(self, news: Subscription) -> None:
        while True:
            topics = await news.wait(_SEEN_SECONDS)
            agent = await self.desk.run(self.check_in)
            if _QUEUE in topics:
                await self._send({"type": "queue"})
            if self._opened.conversation_id is not None:
                await self._catch_up(agent, self._opened)

    async def _catch_up(self, agent: CurrentAgent, opened: Opened) -> None:
        """Sends what the page lacks. A page that opened another conversation meanwhile gets no more of this one."""
        full = True
        while full and opened is self._opened:
            try:
                frames, state = await self.desk.run(self._read, agent, opened)
            except NotFound:
                await self._send({"type": "gone", "conversation_id": opened.conversation_id})
                self._opened = Opened()
                return
            for frame in frames:
                await self._send(frame)
                opened.after = frame["seq"]
            full = len(frames) == _PAGE
            if state != opened.state:
                opened.state = state
                await self._send(state)

    def _read(self, agent: CurrentAgent, opened: Opened) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        id_ = opened.conversation_id or ""
        with self.desk.read() as session:
            conversation = check_visible(session, conversation_id=id_, agent=agent)
            standing = service.standing(session, conversation, agent).model_dump(mode="json")
            state = {"type": "state"} | {key: value for key, value in standing.items() if key != "last_seq"}
            state["tickets"] = [{"protocol": t.protocol, "state": t.state} for t in queries.tickets(session, id_)]
            if conversation.last_seq <= opened.after:
                return [], state
            messages, _ = service.history(session, conversation_id=id_, agent=agent, after=opened.after, limit=_PAGE)
            previous = queries.message_before(session, id_, opened.after)
            user_name = session.get_one(User, conversation.user_id).name
        words = self.console.words_for(agent.language)
        views = message_views(
            messages, previous=previous, agent_id=agent.id, user_name=user_name, clock=self.console.clock(words)
        )
        return [
            {
                "type": "message",
                "conversation_id": id_,
                "seq": view.seq,
                "html": self.console.render("message.html", words, message=view),
                "message": message_out(message, agent.id).model_dump(mode="json"),
            }
            for message, view in zip(messages, views, strict=True)
        ], state

    def check_in(self) -> CurrentAgent:
        """The agent as they are now, noted as online; :class:`SignedOut` once the session is over."""
        now = utc_now()
        with self.desk.read() as session:
            agent = current_agent(session, token=self._token, now=now)
        if agent is None or agent.role not in (*READ_ROLES, Role.ADMIN):
            raise SignedOut
        if agent.is_stale(now):
            with self.desk.write() as session:
                mark_seen(session, session_id=agent.session_id, now=now)
        return agent

    async def _listen(self, news: Subscription) -> None:
        """Does what the page asks. Returns when it has gone or sends what is no frame of ours."""
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                frame = _parse(await self.socket.receive_text())
                if frame is None:
                    await _close(self.socket, CLOSE_BAD_FRAME, "bad_frame")
                    return
                if frame["type"] == "ping":
                    await self._send({"type": "pong"})
                    continue
                self._opened = Opened(frame.get("conversation_id"), frame.get("after", 0))
                topic = f"conversation:{self._opened.conversation_id}"
                news.change({_QUEUE} if self._opened.conversation_id is None else {_QUEUE, topic})
                news.wake(topic)

    async def _send(self, frame: dict[str, Any]) -> None:
        async with asyncio.timeout(_SEND_SECONDS):
            await self.socket.send_text(orjson.dumps(frame).decode())


def _parse(text: str) -> dict[str, Any] | None:
    """A frame of ours; None for anything else."""
    try:
        frame = orjson.loads(text)
    except ValueError:
        return None
    if not isinstance(frame, dict) or frame.get("type") not in {"open", "close", "ping"}:
        return None
    if frame["type"] != "open":
        return {"type": frame["type"]}
    id_, after = frame.get("conversation_id"), frame.get("after", 0)
    right = isinstance(id_, str) and re.match(ULID, id_) and type(after) is int and 0 <= after < 2**31
    return frame if right else None


def _raise_or_log(push: asyncio.Task[None]) -> None:
    error = None if push.cancelled() else push.exception()
    if isinstance(error, SignedOut):
        raise error
    if isinstance(error, TimeoutError):
        log.info("slow_reader_dropped")
    elif error is not None and not isinstance(error, WebSocketDisconnect | RuntimeError):
        log.error("socket_failed", error=type(error).__name__, exc_info=error)


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code, reason)
