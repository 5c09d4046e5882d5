"""Asynchronous users of the channel API, light enough not to be what is measured."""

import asyncio
import json
import time
import uuid
from types import TracebackType

import httpx
from websockets.asyncio.client import ClientConnection, connect


class AsyncUser:
    """A user with a socket open; :meth:`ask` gives the seconds from acceptance to the first answer on the socket."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = httpx.AsyncClient(base_url=base, timeout=30)
        self.socket: ClientConnection

    async def __aenter__(self) -> "AsyncUser":
        body = {"channel": "web", "client_key": uuid.uuid4().hex}
        session = (await self.http.post("/api/channel/sessions", json=body)).raise_for_status().json()
        self.headers = {"Authorization": f"Bearer {session['token']}"}
        self.conversation_id = session["conversation_id"]
        url = f"{self.base.replace('http', 'ws', 1)}/api/channel/socket?after=0"
        self.socket = await connect(url, origin=self.base, max_size=None)  # type: ignore[arg-type]
        await self.socket.send(json.dumps({"token": session["token"]}))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()
        await self.http.aclose()

    async def ask(self, text: str) -> float:
        seq = await self.post(text)
        accepted = time.perf_counter()
        arrived = await self.answer(seq)
        return max(0.0, arrived - accepted)

    async def post(self, text: str) -> int:
        answer = await self.http.post(
            "/api/channel/messages", json={"client_key": uuid.uuid4().hex, "text": text}, headers=self.headers
        )
        return int(answer.raise_for_status().json()["seq"])

    async def answer(self, seq: int, seconds: float = 20) -> float:
        """The moment when the first message of another with a higher ``seq`` came in."""
        async with asyncio.timeout(seconds):
            while True:
                frame = json.loads(await self.socket.recv())
                message = frame.get("message") or {}
                if frame["type"] == "message" and message["author"] != "user" and message["seq"] > seq:
                    return time.perf_counter()
