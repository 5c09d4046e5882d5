"""What every HTTP process of ours shares: the error handler, the bearer check, the body limit, the health route."""

import hmac
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import SecretStr
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from balcao.errors import BalcaoError, InvalidInput, TooLarge, Unauthenticated, Unavailable

log = structlog.get_logger(__name__)


def install_error_handlers(app: FastAPI) -> None:
    """Renders our errors, validation errors and unforeseen ones as ``{"error": {"code", "message"}}``, without internals."""

    @app.exception_handler(BalcaoError)
    async def _ours(_request: Request, error: BalcaoError) -> JSONResponse:
        return JSONResponse(error.as_body(), error.status)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        places = "; ".join(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors())
        return JSONResponse(InvalidInput(places).as_body(), InvalidInput.status)

    @app.exception_handler(DataError)
    async def _refused_by_the_database(_request: Request, _error: DataError) -> JSONResponse:
        error = InvalidInput("a value holds what no database keeps, such as a NUL")
        return JSONResponse(error.as_body(), error.status)

    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    @app.exception_handler(PoolTimeout)
    async def _database_away(_request: Request, error: SQLAlchemyError) -> JSONResponse:
        log.error("database_away", error=type(error).__name__)
        return JSONResponse(Unavailable("the database does not answer").as_body(), Unavailable.status)

    @app.exception_handler(HTTPException)
    async def _frameworks(_request: Request, error: HTTPException) -> Response:
        if error.status_code < HTTPStatus.BAD_REQUEST:
            return Response(status_code=error.status_code, headers=error.headers)
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        body = BalcaoError(error.detail, code=code).as_body()
        return JSONResponse(body, error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
        log.error("unforeseen_error", path=request.url.path, error=type(error).__name__, exc_info=error)
        return JSONResponse(BalcaoError("internal error").as_body(), BalcaoError.status)


def bearer_check(token: SecretStr) -> Callable[[Request], Awaitable[None]]:
    """A dependency that lets only callers with this bearer token through, compared in constant time."""
    expected = f"Bearer {token.get_secret_value()}".encode()

    async def check(request: Request) -> None:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            raise Unauthenticated("a valid bearer token is needed")

    return check


class BodyLimit:
    """ASGI middleware that refuses a body over ``limit`` bytes with 413, whether or not its length was announced.

    A body is read before its route is called, except on paths for which ``streamed`` gives a limit of their own: these are passed
    on as they come, and :class:`TooLarge` is raised to the route once they are over it.
    """

    def __init__(self, app: ASGIApp, limit: int, streamed: Callable[[str], int | None] = lambda _path: None) -> None:
        self.app = app
        self.limit = limit
        self.streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        streamed = self.streamed(scope["path"])
        limit = self.limit if streamed is None else streamed
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit:
            await _refuse(limit, scope, receive, send)
            return
        if streamed is not None:
            await self.app(scope, _counted(streamed, receive), send)
            return
        body = await self._read(receive)
        if body is None:
            await _refuse(limit, scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > self.limit:
                return None
            if not message.get("more_body", False):
                return bytes(body)


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    error = TooLarge(f"the body is over {limit} bytes")
    await JSONResponse(error.as_body(), error.status)(scope, receive, send)


def _counted(limit: int, receive: Receive) -> Receive:
    left = limit

    async def next_part() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge(f"the body is over {limit} bytes")
        return message

    return next_part


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
