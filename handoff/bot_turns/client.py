"""The desk's only way to the bot.

aiohttp, because this is in the way of every message: a call costs the desk 0.1 to 0.3 ms of its processor, httpx 1.8 ms.
"""

import asyncio
from enum import StrEnum
from typing import Any

import aiohttp
import orjson
from pydantic import SecretStr, ValidationError

from handoff.bot_turns.schemas import Completion

_PATH = "/webhooks/desk/turn"
_CONNECTIONS = 64
_KEPT_SECONDS = 30
_OK = 200


class Fault(StrEnum):
    """Why a turn has no good answer: the bot is not there, does not answer in time, or answers nonsense."""

    DOWN = "down"
    SLOW = "slow"
    NONSENSE = "nonsense"


class BotFailed(Exception):
    """The bot gave no good completion; ``fault`` says how, ``detail`` more, without anything that a user wrote."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault


class BotClient:
    """Asks the bot over kept-alive connections. Made within the loop that uses it."""

    def __init__(self, url: str, token: SecretStr) -> None:
        self._url = url + _PATH
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEPT_SECONDS),
            headers={"authorization": f"Bearer {token.get_secret_value()}", "content-type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    async def ask(self, request: dict[str, Any], seconds: float) -> Completion:
        """The completion of one turn; :class:`BotFailed` for anything else within ``seconds``."""
        try:
            async with asyncio.timeout(seconds):
                status, body = await self._post(orjson.dumps(request))
        except TimeoutError:
            raise BotFailed(Fault.SLOW, f"no answer in {seconds:.1f} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise BotFailed(Fault.DOWN, type(error).__name__) from None
        if status != _OK:
            raise BotFailed(Fault.NONSENSE, f"status {status}")
        return _read(body, request["message_id"])

    async def close(self) -> None:
        await self._http.close()

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        async with self._http.post(self._url, data=body, allow_redirects=False) as response:
            return response.status, await response.read()


def _read(body: bytes, message_id: str) -> Completion:
    try:
        completion = Completion.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BotFailed(Fault.NONSENSE, f"{'.'.join(map(str, first['loc']))}: {first['type']}") from None
    if completion.message_id != message_id:
        raise BotFailed(Fault.NONSENSE, "an answer to another message")
    return completion
