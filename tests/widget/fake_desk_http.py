"""The HTTP face of the fake desk: routes, the socket, the pages, and the faults on the way."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

if TYPE_CHECKING:
    from tests.widget.fake_desk import Conversation, FakeDesk

WEB = Path(__file__).parents[2] / "bot" / "channels" / "web"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TOKEN_REFUSED = 4401
Message = dict[str, Any]


class Failure(Exception):
    """An answer of the API that is no success."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers


def make_app(desk: "FakeDesk") -> FastAPI:
    app = FastAPI()

    @app.exception_handler(Failure)
    async def refuse(_request: Request, error: Failure) -> JSONResponse:
        body = {"error": {"code": error.code, "message": error.code}}
        return JSONResponse(body, error.status, headers=error.headers)

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Any]) -> Response:
        if desk.down and request.url.path.startswith("/api"):
            return Response(status_code=503)
        response: Response = await call_next(request)
        if not request.url.path.startswith("/api"):
            response.headers["content-security-policy"] = CSP
        return response

    _add_api(app, desk)
    _add_links(app, desk)
    _add_socket(app, desk)
    _add_pages(app, desk)
    return app


def _token(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else None


def _add_api(app: FastAPI, desk: "FakeDesk") -> None:
    @app.post("/api/channel/sessions", status_code=201)
    async def open_session(request: Request) -> Message:
        return desk.open_session(await request.json())

    @app.post("/api/channel/messages")
    async def post_message(request: Request) -> Response:
        body = await request.json()
        fault = desk.post_faults.pop(0) if desk.post_faults else ""
        if fault == "lost request":
            return Response(status_code=502)
        if fault == "busy":
            raise Failure(429, "too_many_requests", **{"retry-after": "1"})
        if fault == "refused":
            raise Failure(422, "invalid_input")
        status, message = await asyncio.to_thread(desk.post, desk.of(_token(request)), body)
        if fault == "lost answer":
            return Response(status_code=502)
        return JSONResponse(message, status)

    @app.get("/api/channel/messages")
    async def read_messages(request: Request, after: int = 0, limit: int = 200) -> Message:
        return desk.page(desk.of(_token(request)), after, min(limit, 200))


def _add_links(app: FastAPI, desk: "FakeDesk") -> None:
    @app.get("/api/channel/links")
    async def read_links(request: Request) -> Message:
        desk.of(_token(request))
        return {"links": desk.links}


def _add_socket(app: FastAPI, desk: "FakeDesk") -> None:
    @app.websocket("/api/channel/socket")
    async def open_socket(socket_: WebSocket, after: int = 0) -> None:
        if desk.down or desk.deaf_sockets:
            await socket_.close(1013)
            return
        await socket_.accept()
        first = json.loads(await socket_.receive_text())
        try:
            conversation = desk.of(first.get("token"))
        except Failure:
            await socket_.close(TOKEN_REFUSED)
            return
        await _stream(socket_, conversation, desk.listen(conversation, after))


async def _stream(socket_: WebSocket, conversation: "Conversation", queue: asyncio.Queue[dict[str, Any]]) -> None:
    reader = asyncio.create_task(_answer_pings(socket_, queue))
    try:
        while (frame := await queue.get())["type"] != "drop":
            await socket_.send_json(frame)
        with suppress(RuntimeError):
            await socket_.close(1012)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        reader.cancel()
        conversation.listeners.remove(queue)


async def _answer_pings(socket_: WebSocket, queue: asyncio.Queue[dict[str, Any]]) -> None:
    try:
        while True:
            if json.loads(await socket_.receive_text()) == {"type": "ping"}:
                await queue.put({"type": "pong"})
    except (WebSocketDisconnect, RuntimeError):
        await queue.put({"type": "drop"})


def _add_pages(app: FastAPI, desk: "FakeDesk") -> None:
    @app.get("/")
    async def demo() -> FileResponse:
        return FileResponse(WEB / "demo.html")

    @app.get("/artigos/{id_}")
    async def article(id_: str) -> HTMLResponse:
        return HTMLResponse(f"<!doctype html><title>{id_}</title>")

    @app.get("/host/{name}")
    async def host_page(name: str) -> HTMLResponse:
        return HTMLResponse(desk.pages[name])

    app.mount("/widget", StaticFiles(directory=WEB))
