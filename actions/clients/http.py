"""One kept HTTP connection to a service of ours, with its token and a short time-out."""

from typing import Any

import httpx
from pydantic import SecretStr

from balcao.errors import NotFound, Unavailable

_SECONDS = 2.0


class ServiceClient:
    """Calls one service; :class:`Unavailable` when it does not answer or fails, :class:`NotFound` for a 404."""

    def __init__(self, base_url: str, token: SecretStr, transport: httpx.AsyncBaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
        self._http = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=_SECONDS, transport=transport)

    async def get(self, path: str, **params: str) -> Any:
        """The JSON of a GET."""
        return await self._send("GET", path, params=params)

    async def post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        """The JSON of a POST."""
        return await self._send("POST", path, json=body, headers=headers)

    async def close(self) -> None:
        """Closes the kept connections."""
        await self._http.aclose()

    async def _send(self, method: str, path: str, **options: Any) -> Any:
        try:
            response = await self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise Unavailable(f"{method} {path}: {type(error).__name__}") from error
        return _read(response, f"{method} {path}")


def _read(response: httpx.Response, what: str) -> Any:
    if response.status_code == httpx.codes.NOT_FOUND:
        raise NotFound(what)
    if response.is_server_error or response.status_code in (401, 403, 429):
        raise Unavailable(f"{what}: {response.status_code}")
    if response.is_error:
        raise Refused(f"{what}: {response.status_code}")
    try:
        return response.json()
    except ValueError as error:
        raise Unavailable(f"{what}: no JSON") from error


class Refused(Exception):
    """The service understood and will not do it (a 4xx): trying again would not help."""
