"""The way to the action server: one kept connection, a short time-out, and only what an action reads.

Rasa opens a connection for each call, waits five minutes and sends the whole history; and it re-checks its own constant
JSON schema on every answer, which costs 40 ms (measured).
"""

from functools import lru_cache
from typing import Any, Dict, List, Optional

import aiohttp
import jsonschema
from jsonschema.validators import validator_for
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


@lru_cache(maxsize=1)
def _answer_validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate_answer(_action: RemoteAction, answer: Any) -> bool:
    error = jsonschema.exceptions.best_match(_answer_validator().iter_errors(answer))
    if error is not None:
        raise error
    return True


def check_schema_once() -> None:
    """Makes Rasa check its schema of action answers once in a process instead of at every answer."""
    RemoteAction._validate_action_result = _validate_answer
