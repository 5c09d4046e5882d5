"""Kept connections to a service of ours, with its token and a short time-out.

aiohttp, because this is in the way of every answer: a call costs 0.3 ms of the processor, httpx 1.8 ms.
"""

from typing import Any

import aiohttp
import orjson
from pydantic import SecretStr
from yarl import URL

from balcao.errors import NotFound, Unavailable

_SECONDS = 2.0
_KEPT_SECONDS = 30
_NOT_FOUND = 404
_FAILED = frozenset({401, 403, 429})


class ServiceClient:
    """Calls one service; :class:`Unavailable` when it does not answer or fails, :class:`NotFound` for a 404."""

    def __init__(self, base_url: str, token: SecretStr) -> None:
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
        self._http: aiohttp.ClientSession | None = None

    async def get(self, path: str, **params: str) -> Any:
        """The JSON of a GET."""
        return await self._send("GET", path, params=params)

    async def post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        """The JSON of a POST."""
        told = {"Content-Type": "application/json", **(headers or {})}
        return await self._send("POST", path, data=orjson.dumps(body), headers=told)

    async def close(self) -> None:
        """Closes the kept connections."""
        if self._http is not None:
            await self._http.close()

    async def _send(self, method: str, path: str, **options: Any) -> Any:
        what = f"{method} {path}"
        try:
            url = URL(self._base_url + path, encoded=True)  # an id's quoted slash stays quoted
            async with self._session().request(method, url, allow_redirects=False, **options) as response:
                return _read(response.status, await response.read(), what)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unavailable(f"{what}: {type(error).__name__}") from error

    def _session(self) -> aiohttp.ClientSession:
        """Made at the first call, since it belongs to the loop that is running then."""
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=_KEPT_SECONDS),
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._http


def _read(status: int, body: bytes, what: str) -> Any:
    if status == _NOT_FOUND:
        raise NotFound(what)
    if status >= 500 or status in _FAILED:
        raise Unavailable(f"{what}: {status}")
    if status >= 300:
        raise Refused(f"{what}: {status}")
    try:
        return orjson.loads(body)
    except ValueError as error:
        raise Unavailable(f"{what}: no JSON") from error


class Refused(Exception):
    """The service understood and will not do it (a 4xx): trying again would not help."""
