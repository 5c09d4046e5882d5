"""The way to the action server: one kept connection, a short time-out, and only what an action reads.

Rasa opens a connection for each call, waits five minutes and sends the whole history; and it re-checks its own constant
JSON schema on every answer, which costs 40 ms (measured).
"""

from typing import Any, Dict, List, Optional

import aiohttp
import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.turns import current

_SECONDS = 3.2


class ActionEndpoint(EndpointConfig):
    """The action server's ``/webhook``; raises like Rasa's own, so that Rasa handles rejections and failures."""

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(url=url, **kwargs)
        self._session: Optional[aiohttp.ClientSession] = None

    async def request(
        self, method: str = "post", subpath: Any = None, content_type: Any = None, compress: bool = False, **kwargs: Any
    ) -> Optional[Any]:
        """Posts the call and returns the answer's JSON; :class:`ClientResponseError` for a status of 400 or more."""
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        async with self._kept().post(self.url, json=lean_call(kwargs["json"]), timeout=timeout) as response:
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason or "", await response.text())
            return await response.json()

    def _kept(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(headers=self.headers)
        return self._session

    async def close(self) -> None:
        """Closes the kept connections."""
        if self._session is not None:
            await self._session.close()


def lean_call(call: Dict[str, Any]) -> Dict[str, Any]:
    """The call with the present turn's events only, and the turn's context as the message's metadata."""
    turn = current.get()
    tracker = dict(call["tracker"], events=_present_turn(call["tracker"].get("events") or []))
    metadata = dict(turn.context, message_id=turn.message_id) if turn else {}
    tracker["latest_message"] = dict(tracker.get("latest_message") or {}, metadata=metadata)
    return dict(call, tracker=tracker)


def _present_turn(events: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    last = max((index for index, event in enumerate(events) if event.get("event") == "user"), default=0)
    return [event for event in events[last:] if event.get("event") != "bot"]


def _validate_answer(_action: RemoteAction, answer: Any) -> bool:
    """Checks the shape that Rasa goes on to read; it checks each event itself. A JSON schema costs 2 ms of every turn."""
    parts = [answer.get(part) for part in ("events", "responses")] if isinstance(answer, dict) else [None]
    if not all(isinstance(part, list) and all(isinstance(item, dict) for item in part) for part in parts):
        raise jsonschema.ValidationError("the action server's answer has no lists of events and responses")
    return True


def check_shape_only() -> None:
    """Replaces Rasa's check of action answers, which checks its own constant schema anew at every answer."""
    RemoteAction._validate_action_result = _validate_answer
