"""The desk's way to the search service, which knows the published articles."""

from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from balcao.errors import NotFound, Unavailable

_SECONDS = 3.0


class SearchClient:
    """Asks the search service over kept-alive connections."""

    def __init__(self, url: str, token: SecretStr) -> None:
        headers = {"authorization": f"Bearer {token.get_secret_value()}"}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=_SECONDS, trust_env=False)

    async def article(self, article_id: str) -> dict[str, Any]:
        """A published article; :class:`NotFound` for none, :class:`Unavailable` when the service does not answer."""
        try:
            response = await self._http.get(f"/articles/{quote(article_id, safe='')}")
        except httpx.HTTPError:
            raise Unavailable("the search service does not answer") from None
        if response.status_code in {httpx.codes.NOT_FOUND, httpx.codes.UNPROCESSABLE_ENTITY}:
            raise NotFound("no such article", code="unknown_article")
        if response.status_code != httpx.codes.OK:
            raise Unavailable("the search service does not answer")
        found: dict[str, Any] = response.json()
        return found

    async def close(self) -> None:
        await self._http.aclose()
