"""Asynchronous users of the channel API, light enough not to be what is measured."""

import asyncio
import json
import time
import uuid
from types import TracebackType
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect


class AsyncUser:
    """A user with a socket open; :meth:`ask` gives the seconds from acceptance to the first answer on the socket."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http: aiohttp.ClientSession
        self.socket: ClientConnection

    async def __aenter__(self) -> "AsyncUser":
        self.http = aiohttp.ClientSession(self.base, timeout=aiohttp.ClientTimeout(total=30), raise_for_status=True)
        session = await self._post("/api/channel/sessions", {"channel": "web", "client_key": uuid.uuid4().hex})
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
        await self.http.close()

    async def ask(self, text: str) -> float:
        seq = await self.post(text)
        accepted = time.perf_counter()
        arrived = await self.answer(seq)
        return max(0.0, arrived - accepted)

    async def post(self, text: str) -> int:
        body = {"client_key": uuid.uuid4().hex, "text": text}
        return int((await self._post("/api/channel/messages", body, self.headers))["seq"])

    async def _post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        async with self.http.post(path, json=body, headers=headers) as answer:
            return await answer.json()

    async def answer(self, seq: int, seconds: float = 20) -> float:
        """The moment when the first message of another with a higher ``seq`` came in."""
        async with asyncio.timeout(seconds):
            while True:
                frame = json.loads(await self.socket.recv())
                message = frame.get("message") or {}
                if frame["type"] == "message" and message["author"] != "user" and message["seq"] > seq:
                    return time.perf_counter()
