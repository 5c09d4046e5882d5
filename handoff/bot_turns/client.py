"""The desk's only way to the bot."""

import asyncio
from enum import StrEnum
from typing import Any

import httpx
from pydantic import SecretStr, ValidationError

from handoff.bot_turns.schemas import Completion

_PATH = "/webhooks/desk/turn"
_CONNECTIONS = 64


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
    """Asks the bot over kept-alive connections."""

    def __init__(self, url: str, token: SecretStr) -> None:
        limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=30)
        headers = {"authorization": f"Bearer {token.get_secret_value()}"}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, limits=limits, trust_env=False, timeout=60)

    async def ask(self, request: dict[str, Any], seconds: float) -> Completion:
        """The completion of one turn; :class:`BotFailed` for anything else within ``seconds``."""
        try:
            async with asyncio.timeout(seconds):  # of the whole exchange; httpx's own limits are of each step
                response = await self._http.post(_PATH, json=request)
        except TimeoutError:
            raise BotFailed(Fault.SLOW, f"no answer in {seconds:.1f} s") from None
        except httpx.HTTPError as error:
            raise BotFailed(Fault.DOWN, type(error).__name__) from None
        if response.status_code != httpx.codes.OK:
            raise BotFailed(Fault.NONSENSE, f"status {response.status_code}")
        return _read(response.content, request["message_id"])

    async def close(self) -> None:
        await self._http.aclose()


def _read(body: bytes, message_id: str) -> Completion:
    try:
        completion = Completion.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BotFailed(Fault.NONSENSE, f"{'.'.join(map(str, first['loc']))}: {first['type']}") from None
    if completion.message_id != message_id:
        raise BotFailed(Fault.NONSENSE, "an answer to another message")
    return completion
