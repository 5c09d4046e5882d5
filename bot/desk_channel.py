"""The one channel of the bot: the desk posts a turn and gets one completion record.

Bound to loopback and behind a bearer token. Text is never read as an intent, whatever it begins with; a payload is trusted,
because the desk takes it from a choice that it stored itself.
"""

import asyncio
import hmac
import logging
import re
from typing import Any, Awaitable, Callable, Dict, Optional, Tuple
from weakref import WeakValueDictionary

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.turns import Turn, current

log = logging.getLogger(__name__)

_LONGEST_BODY = 64 * 1024
_LONGEST_TEXT = 8_000
_SECONDS = 4.2
_ID = re.compile(r"^[0-9A-Za-z_.:-]{1,64}$")
_PAYLOAD = re.compile(r"^/([a-z_]+)(\{.*\})?$", re.DOTALL)
_READ_AS_INTENT = re.compile(r"^[\s/]+")
_NOT_FROM_OUTSIDE = frozenset({"restart", "back", "session_start", "out_of_scope", "nlu_fallback"})


class BadTurn(Exception):
    """The posted turn has not the shape of the contract; the message says where."""


class _Collected(OutputChannel):
    """Gathers whole messages (text, buttons, custom) into the turn."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    @classmethod
    def name(cls) -> str:
        """The name under which the domain could have responses of its own for this channel."""
        return "desk"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Takes the message as it is."""
        self._turn.uttered.append(message)


class DeskInput(InputChannel):
    """``POST /webhooks/desk/turn`` and ``GET /webhooks/desk/health``."""

    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()
        self._locks: "WeakValueDictionary[str, asyncio.Lock]" = WeakValueDictionary()

    @classmethod
    def name(cls) -> str:
        """The path segment below ``/webhooks``."""
        return "desk"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "DeskInput":
        """Made from ``credentials.yml``."""
        if not credentials or not credentials.get("token"):
            cls.raise_missing_credentials_exception()
        return cls(credentials["token"])

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's two routes."""
        routes = Blueprint("desk")

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.json({"status": "starting"}, status=503)
            return response.json({"status": "ok", "model": agent.processor.model_filename})

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("authorization", "").encode(), self._expected):
                return _error(401, "unauthenticated", "a valid bearer token is needed")
            if len(request.body) > _LONGEST_BODY:
                return _error(413, "too_large", f"the body is over {_LONGEST_BODY} bytes")
            try:
                asked, text = read_turn(_json(request), request.app.ctx.agent.domain.intents)
            except BadTurn as fault:
                return _error(422, "invalid_input", str(fault))
            return await self._answer(request, on_new_message, asked, text)

        return routes

    async def _answer(self, request: Request, run: Any, turn: Turn, text: str) -> HTTPResponse:
        lock = self._locks.setdefault(turn.session_id, asyncio.Lock())
        async with lock:
            known = request.app.ctx.trackers.completion(turn.message_id)
            if known is not None:
                return response.json(known)
            await _run(run, turn, request.app.ctx.trackers.choice_typed(turn.session_id, text) or text)
        if turn.record is None:
            log.error("turn %s failed: %s", turn.message_id, turn.failure or "no reply")
            return _error(503, "turn_failed", turn.failure or "no reply")
        return response.json(turn.record)


async def _run(run: Callable[[UserMessage], Awaitable[Any]], turn: Turn, text: str) -> None:
    message = UserMessage(
        text, _Collected(turn), turn.session_id, input_channel="desk", message_id=turn.message_id, metadata={}
    )
    current.set(turn)
    try:
        await asyncio.wait_for(run(message), _SECONDS)
    except asyncio.TimeoutError:
        turn.fail("out of time")
    except Exception as error:
        log.exception("turn %s", turn.message_id)
        turn.fail(type(error).__name__)


def read_turn(body: Any, intents: Any) -> Tuple[Turn, str]:
    """The turn and the text to give to Rasa; :class:`BadTurn` when a part of it is not as agreed."""
    if not isinstance(body, dict) or not isinstance(body.get("context", {}), dict):
        raise BadTurn("an object with message_id, session_id, text or payload, and context is expected")
    for key in ("message_id", "session_id"):
        if not isinstance(body.get(key), str) or not _ID.match(body[key]):
            raise BadTurn(f"{key}: an id of up to 64 characters is expected")
    turn = Turn(body["message_id"], body["session_id"], body.get("context", {}))
    if body.get("payload"):
        return turn, _trusted(body["payload"], intents)
    return turn, inert(body.get("text"))


def inert(text: Any) -> str:
    """Text that Rasa cannot take for an intent: without the slashes and spaces that it begins with."""
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
        raise BadTurn(f"text: up to {_LONGEST_TEXT} characters are expected")
    plain = text.replace("\x00", "").encode("utf-8", "ignore").decode()  # a lone surrogate could not be stored
    return _READ_AS_INTENT.sub("", plain).strip() or "…"


def _trusted(payload: Any, intents: Any) -> str:
    match = _PAYLOAD.match(payload) if isinstance(payload, str) else None
    if match is None or match.group(1) in _NOT_FROM_OUTSIDE or match.group(1) not in intents:
        raise BadTurn("payload: an intent of the domain is expected")
    return str(payload)


def _json(request: Request) -> Any:
    try:
        return request.json
    except Exception as error:
        raise BadTurn("the body is no JSON") from error


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"error": {"code": code, "message": message}}, status=status)
