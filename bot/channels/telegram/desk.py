"""The only way to the desk: its API for channels, and the socket of its news."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import quote

import httpx
import orjson
from pydantic import SecretStr
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bot.channels.telegram.reading import Raw

CHANNEL = "telegram"
_SECONDS = 10
_FILE_SECONDS = 60
_NO_ROOM = frozenset((429, 507))
_CONNECTIONS = 64


class DeskAway(Exception):
    """The desk did not answer, or could not just now; ``is_fault`` when it answered that something broke within it."""

    def __init__(self, reason: str, *, is_fault: bool = False) -> None:
        super().__init__(reason)
        self.is_fault = is_fault


class DeskRefused(Exception):
    """The desk will never accept this; its text is the code of the error."""


class Desk:
    """Calls the desk with the token of the channels. Made within the loop that uses it."""

    def __init__(self, url: str, token: SecretStr) -> None:
        self._headers = {"authorization": f"Bearer {token.get_secret_value()}"}
        self._socket_url = f"{url.replace('http', 'ws', 1)}/internal/channels/{CHANNEL}/news"
        self._http = httpx.AsyncClient(
            base_url=f"{url}/internal/channels/{CHANNEL}",
            headers=self._headers,
            timeout=_SECONDS,
            limits=httpx.Limits(max_connections=_CONNECTIONS),
            trust_env=False,
        )

    async def tell(self, event: Raw) -> str:
        """Hands over one event; what became of it, now or when it came first."""
        return str((await self._call("POST", "/events", event))["outcome"])

    async def bring(self, event: Raw, name: str, content: bytes) -> str:
        """Brings a file that belongs to an event, under the event's key; the id of the attachment."""
        who = {"x-file-name": quote(name), "x-account-name": quote(event["name"] or "")}
        path = f"/accounts/{event['address']}/attachments?client_key={event['key']}"
        try:
            response = await self._http.post(path, content=content, headers=who, timeout=_FILE_SECONDS)
        except httpx.HTTPError as error:
            raise DeskAway(type(error).__name__) from None
        if response.status_code in _NO_ROOM:
            raise DeskRefused(_code(response))
        return str(_read(response)["id"])

    async def attachment(self, address: str, id_: str) -> bytes:
        """The content of a file that is owed to a chat."""
        try:
            response = await self._http.get(f"/accounts/{address}/attachments/{id_}", timeout=_FILE_SECONDS)
        except httpx.HTTPError as error:
            raise DeskAway(type(error).__name__) from None
        if response.status_code != httpx.codes.OK:
            _read(response)
        return response.content

    async def outbox(self, address: str) -> Raw:
        """What is owed to a chat."""
        return await self._call("GET", f"/accounts/{address}/outbox")

    async def note(self, address: str, conversation_id: str, **receipt: Any) -> None:
        """Tells what was delivered: ``sent``, ``removed``, ``place`` or ``blocked_at_seq``."""
        await self._call("POST", f"/accounts/{address}/receipts", {"conversation_id": conversation_id, **receipt})

    async def hold_lease(self, holder: str, seconds: int, link_prefix: str | None) -> bool:
        """Asks for the channel; whether this process has it now."""
        body = {"holder": holder, "seconds": seconds, "link_prefix": link_prefix}
        return bool((await self._call("POST", "/lease", body))["held"])

    async def release_lease(self, holder: str) -> None:
        """Gives the channel back."""
        await self._call("DELETE", f"/lease?holder={holder}")

    @asynccontextmanager
    async def news(self) -> AsyncIterator[AsyncIterator[list[str]]]:
        """The addresses with something due, as they come; :class:`DeskAway` when the socket ends."""
        try:
            async with connect(
                self._socket_url, additional_headers=self._headers, open_timeout=_SECONDS, max_size=2**24, proxy=None
            ) as socket:
                yield (orjson.loads(frame)["due"] async for frame in socket)
                raise DeskAway("the socket was closed")
        except (WebSocketException, OSError, TimeoutError) as error:
            raise DeskAway(type(error).__name__) from None

    async def close(self) -> None:
        await self._http.aclose()

    async def _call(self, method: str, path: str, body: Raw | None = None) -> Raw:
        try:
            response = await self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise DeskAway(type(error).__name__) from None
        return _read(response)


def _read(response: httpx.Response) -> Raw:
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or response.status_code in {401, 429}:
        is_fault = response.status_code == httpx.codes.INTERNAL_SERVER_ERROR
        raise DeskAway(f"status {response.status_code}", is_fault=is_fault)
    if response.status_code >= httpx.codes.BAD_REQUEST:
        raise DeskRefused(_code(response))
    return cast(Raw, response.json()) if response.content else {}


def _code(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return f"status {response.status_code}"
