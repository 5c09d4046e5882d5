"""How uvicorn serves the desk."""

import asyncio
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from handoff.settings import DeskSettings

_ABORT_SECONDS = 5
_STOP_SECONDS = 3
_FRAME_BYTES = 16 * 1024
_SEND_BUFFER_BYTES = 64 * 1024
_PING_SECONDS = 20


class BoundedSocket(WebSocketsSansIOProtocol):
    """A socket that is gone soon after its end, whether or not its client reads what is left.

    Closing a transport waits for its buffer to drain, which a client that never reads can put off for ever.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        socket = transport.get_extra_info("socket")
        if socket is not None:
            socket.setsockopt(SOL_SOCKET, SO_SNDBUF, _SEND_BUFFER_BYTES)  # else the kernel takes megabytes

    def on_task_complete(self, task: Any) -> None:
        super().on_task_complete(task)
        self.loop.call_later(_ABORT_SECONDS, self.transport.abort)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()


def serve(app: FastAPI, settings: DeskSettings) -> None:
    """Serves until SIGINT or SIGTERM, and is gone at most three seconds after."""
    make_server(app, settings).run()


def make_server(app: FastAPI, settings: DeskSettings) -> uvicorn.Server:
    """The server, not yet running."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http="httptools",
            ws=BoundedSocket,
            ws_max_size=_FRAME_BYTES,
            ws_ping_interval=_PING_SECONDS,
            ws_ping_timeout=_PING_SECONDS,
            ws_per_message_deflate=False,
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=_STOP_SECONDS - 1,
            timeout_keep_alive=30,
            proxy_headers=False,
        )
    )
