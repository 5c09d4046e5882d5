"""Which pages may call the channel API: those of this very host, and those of the origins that the settings allow."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from balcao.errors import Forbidden

_PREFIX = "/api/channel/"
_SAFE = {"GET", "HEAD"}
_PREFLIGHT = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type, x-file-name",
    "access-control-max-age": "600",
}


class OriginGuard:
    """ASGI middleware. A foreign origin gets 403 on sockets and on whatever changes something, and no CORS headers.

    A caller without ``Origin`` is no browser, and is known by its token alone.
    """

    def __init__(self, app: ASGIApp, allowed: frozenset[str]) -> None:
        self.app = app
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or not scope["path"].startswith(_PREFIX):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or _is_same(origin, headers.get("host", "")):
            await self.app(scope, receive, send)
        elif origin.lower() in self.allowed:
            await self._serve_allowed(origin, scope, receive, send)
        elif scope["type"] == "http" and scope["method"] in _SAFE:
            await self.app(scope, receive, send)
        else:
            await _refuse(scope, receive, send)

    async def _serve_allowed(self, origin: str, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        cors = {"access-control-allow-origin": origin, "vary": "Origin"}
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=cors | _PREFLIGHT)(scope, receive, send)
            return

        async def send_with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(cors)
            await send(message)

        await self.app(scope, receive, send_with_cors)


def _is_same(origin: str, host: str) -> bool:
    """By host and port: the scheme is the proxy's business."""
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "foreign origin"})
        return
    error = Forbidden("pages of this origin may not call the desk", code="foreign_origin")
    await JSONResponse(error.as_body(), error.status)(scope, receive, send)
