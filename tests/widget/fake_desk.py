"""A desk for the widget's tests: the channel API of docs/architecture.md, as strict as the real one, in one thread.

Tests say what its bot answers, and make it slow, deaf or dead.
"""

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn

from balcao.ids import new_id
from tests.widget.fake_desk_http import Failure, Message, make_app

LONGEST_TEXT = 4000
Bot = Callable[[str, Message], list[Message]]


@dataclass
class Conversation:
    """One user's thread, and who is listening to it."""

    token: str
    id: str = field(default_factory=new_id)
    user_id: str = field(default_factory=new_id)
    messages: list[Message] = field(default_factory=list)
    bodies: dict[str, tuple[Any, Message]] = field(default_factory=dict)
    state: dict[str, Any] = field(
        default_factory=lambda: {"owner": "bot", "agent_name": None, "queue_place": None, "bot_typing": False}
    )
    listeners: list[asyncio.Queue[dict[str, Any]]] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)


def silent_bot(_text: str, _message: Message) -> list[Message]:
    """A bot that says nothing."""
    return []


class FakeDesk:
    """The desk, its faults and its memory. Use :meth:`start` and :meth:`stop`; `url` is where it listens."""

    def __init__(self) -> None:
        self.bot: Bot = silent_bot
        self.conversations: dict[str, Conversation] = {}
        self.session_keys: dict[str, str] = {}
        self.posts: list[Message] = []
        self.post_faults: list[str] = []
        self.down = False
        self.deaf_sockets = False
        self.links: list[dict[str, str]] = []
        self.pages: dict[str, str] = {}
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._lock = threading.RLock()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    # --- life

    def start(self) -> None:
        config = uvicorn.Config(make_app(self), host="127.0.0.1", port=self.port, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        _wait(lambda: self._server is not None and self._server.started)

    def _serve(self) -> None:
        assert self._server is not None
        asyncio.run(self._server.serve())

    def stop(self) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.force_exit = True
        self._server.should_exit = True
        self._thread.join(10)

    # --- what tests do to it

    @property
    def only(self) -> Conversation:
        """The one conversation there is."""
        (conversation,) = self.conversations.values()
        return conversation

    def say(self, text: str, author: str = "bot", *, quiet: bool = False, **more: Any) -> Message:
        """Stores a message in the one conversation and pushes it, unless ``quiet``: then it is only to be fetched."""
        return self.add(self.only, author, text, quiet=quiet, **more)

    def set_state(self, **state: Any) -> None:
        with self._lock:
            self.only.state |= state
            self._push(self.only, {"type": "state", **self.only.state})

    def go_down(self) -> None:
        """Nothing answers any more, as if the process were gone."""
        self.down = True
        self.drop_sockets()

    def come_back(self) -> None:
        self.down = False

    def drop_sockets(self) -> None:
        with self._lock:
            for conversation in self.conversations.values():
                self._push(conversation, {"type": "drop"})

    def forget_tokens(self) -> None:
        """Every token given so far opens nothing."""
        with self._lock:
            self.conversations = {secrets.token_hex(8): one for one in self.conversations.values()}
            self.session_keys.clear()
            for conversation in self.conversations.values():
                self._push(conversation, {"type": "drop"})

    # --- what the API does

    def add(
        self,
        conversation: Conversation,
        author: str,
        text: str,
        *,
        client_key: str | None = None,
        payload: dict[str, Any] | None = None,
        author_name: str | None = None,
        created_at: str | None = None,
        quiet: bool = False,
    ) -> Message:
        with self._lock:
            id_ = new_id()
            message = {
                "id": id_,
                "seq": len(conversation.messages) + 1,
                "author": author,
                "author_name": author_name or ("Assistente virtual" if author == "bot" else None),
                "text": text,
                "payload": payload,
                "attachments": [],
                "client_key": client_key or id_,
                "created_at": created_at or datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            }
            conversation.messages.append(message)
            if not quiet:
                self._push(conversation, {"type": "message", "message": message})
            return message

    def open_session(self, body: Message) -> Message:
        with self._lock:
            if set(body) - {"channel", "client_key", "name", "email"} or body.get("channel") != "web":
                raise Failure(422, "invalid_input")
            token = self.session_keys.setdefault(body["client_key"], secrets.token_urlsafe(24))
            conversation = self.conversations.setdefault(token, Conversation(token))
            return {"token": token, "user_id": conversation.user_id, "conversation_id": conversation.id}

    def post(self, conversation: Conversation, body: Message) -> tuple[int, Message]:
        with self._lock:
            self.posts.append(body)
            known = conversation.bodies.get(body["client_key"])
            if known:
                if known[0] != body:
                    raise Failure(409, "conflict")
                return 200, known[1]
            text, payload = self._read(conversation, body)
            message = self.add(conversation, "user", text, client_key=body["client_key"], payload=payload)
            conversation.bodies[body["client_key"]] = (body, message)
        self._let_bot_answer(conversation, message)
        return 201, message

    def _read(self, conversation: Conversation, body: Message) -> tuple[str, Message | None]:
        if set(body) == {"client_key", "text"} and isinstance(body["text"], str):
            if not body["text"].strip() or len(body["text"]) > LONGEST_TEXT:
                raise Failure(422, "invalid_input")
            return body["text"], None
        if set(body) != {"client_key", "choice"} or set(body["choice"]) != {"message_id", "id"}:
            raise Failure(422, "invalid_input")
        return self._read_choice(conversation, body["choice"])

    def _read_choice(self, conversation: Conversation, choice: Message) -> tuple[str, Message]:
        offer = next((one for one in conversation.messages if one["id"] == choice["message_id"]), None)
        labels = {one["id"]: one["label"] for one in ((offer or {}).get("payload") or {}).get("choices", [])}
        if choice["id"] not in labels:
            raise Failure(422, "invalid_input")
        if choice["message_id"] in conversation.spent:
            raise Failure(409, "conflict")
        conversation.spent.add(choice["message_id"])
        return labels[choice["id"]], {"choice": choice}

    def _let_bot_answer(self, conversation: Conversation, message: Message) -> None:
        with self._lock:
            for reply in map(dict, self.bot(message["text"], message)):
                self.add(conversation, reply.pop("author", "bot"), reply.pop("text"), **reply)

    def page(self, conversation: Conversation, after: int, limit: int) -> Message:
        with self._lock:
            found = [one for one in conversation.messages if one["seq"] > after][:limit]
            state = {key: value for key, value in conversation.state.items() if key != "bot_typing"}
            return {"messages": found, "last_seq": len(conversation.messages), **state}

    def of(self, token: str | None) -> Conversation:
        conversation = self.conversations.get(token or "")
        if conversation is None:
            raise Failure(401, "unauthenticated")
        return conversation

    def listen(self, conversation: Conversation, after: int) -> asyncio.Queue[dict[str, Any]]:
        with self._lock:
            queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
            self._loop = asyncio.get_running_loop()
            for message in conversation.messages[after:]:
                queue.put_nowait({"type": "message", "message": message})
            queue.put_nowait({"type": "state", **conversation.state})
            conversation.listeners.append(queue)
            return queue

    def _push(self, conversation: Conversation, frame: dict[str, Any]) -> None:
        for queue in conversation.listeners:
            if self._loop:
                self._loop.call_soon_threadsafe(queue.put_nowait, frame)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the fake desk did not start")
        time.sleep(0.02)
