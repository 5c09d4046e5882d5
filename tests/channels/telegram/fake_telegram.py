"""A Bot API server of our own on loopback: as strict as Telegram's about limits, as unkind about errors when told to be."""

import asyncio
import itertools
import json
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "1234567890:a-token-of-the-tests-only-0123456789"
BOT_ID = 1234567890
USERNAME = "balcao_test_bot"
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ENTITIES = {"bold", "italic", "underline", "strikethrough", "code", "pre", "text_link", "blockquote"}
_LONGEST_POLL = 2.0
Params = dict[str, Any]


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class Sent:
    """A message of the bot, as the user sees it."""

    message_id: int
    text: str
    entities: list[Params]
    keyboard: list[list[Params]]
    file: tuple[str, str, bytes] | None = None
    edits: list[str] = field(default_factory=list)


@dataclass
class Fault:
    """Something that goes wrong ``times`` times: a status, ``hang``, or ``lost`` (done, but the answer never comes)."""

    kind: str
    method: str
    chat: int | None = None
    times: int = 1
    retry_after: int = 0


class FakeTelegram:
    """``users`` write with :meth:`write`, :meth:`press` and the like; what they were sent is in :meth:`seen`."""

    def __init__(self) -> None:
        self.pending: list[Params] = []
        self.given: list[int] = []
        self.chats: defaultdict[int, list[Sent]] = defaultdict(list)
        self.calls: list[tuple[float, str, Params]] = []
        self.faults: list[Fault] = []
        self.files: dict[str, bytes] = {}
        self.known: set[int] = set()
        self.blocked: set[int] = set()
        self.webhook: Params = {}
        self.open_queries: set[str] = set()
        self.handed_out = threading.Event()
        self._numbers = itertools.count(1000)
        self._messages = itertools.count(1)
        self._poll: asyncio.Event | None = None
        self._news: asyncio.Event | None = None
        self._lock = threading.RLock()
        self.port = 0

    # --- the server

    def start(self) -> "FakeTelegram":
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop, self._news = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_get("/file/bot{token}/{path}", self._give_file)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            if request.match_info["token"] != TOKEN:
                raise Refused(401, "Unauthorized")
            handler = getattr(self, f"_do_{method}", None)
            if handler is None:
                raise Refused(404, "Not Found")
            params = {name: _decoded(value) for name, value in (await request.post()).items()}
            _put_files_in(params)
            fault = self._next_fault(method, params)
            if fault:
                await self._fail(fault, "before")
            with self._lock:
                self.calls.append((time.monotonic(), method, params))
                result = None if method == "getUpdates" else handler(params)
            if method == "getUpdates":
                result = await self._get_updates(params)
            if fault:
                await self._fail(fault, "after")
            return web.json_response({"ok": True, "result": result})
        except Refused as error:
            body = {"ok": False, "error_code": error.status, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.status)

    def _next_fault(self, method: str, params: Params) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.method == method and fault.chat in {None, params.get("chat_id")} and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None

    async def _fail(self, fault: Fault, when: str) -> None:
        if (fault.kind == "lost") != (when == "after"):
            return
        if fault.kind in {"hang", "lost"}:
            await asyncio.sleep(30)
        if fault.kind == "429":
            wait = fault.retry_after
            raise Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        if fault.kind == "403":
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if fault.kind == "409":
            raise Refused(409, "Conflict: terminated by other getUpdates request; make sure that only one bot runs")
        if fault.kind == "entities":
            raise Refused(400, "Bad Request: can't parse entities: something")
        raise Refused(int(fault.kind), "Bad Gateway")

    # --- what users do

    def push(self, update: Params) -> int:
        """Adds an update under a number of its own, unless it has one; returns the number."""
        number = int(update.setdefault("update_id", next(self._numbers)))
        self.push_all([update])
        return number

    def push_all(self, updates: list[Params]) -> None:
        """Adds updates that have their numbers, so that they are given out together."""
        with self._lock:
            self.pending += updates
        self._loop.call_soon_threadsafe(lambda: self._news.set() if self._news else None)

    def message(self, user: int, **content: Any) -> Params:
        self.known.add(user)
        return {
            "message_id": next(self._messages),
            "date": int(time.time()),
            "from": {"id": user, "is_bot": False, "first_name": "Lia", "last_name": f"N{user}"},
            "chat": {"id": user, "type": "private", "first_name": "Lia"},
            **content,
        }

    def write(self, user: int, text: str) -> Params:
        message = self.message(user, text=text)
        self.push({"message": message})
        return message

    def send_file(self, user: int, kind: str, content: bytes, caption: str | None = None, **more: Any) -> Params:
        """A photo (in three sizes), document, voice or video."""
        file_id = f"f{next(self._numbers)}"
        self.files[file_id] = content
        file: Any = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content), **more}
        if kind == "photo":
            file = [{**file, "file_id": f"small{n}", "width": n, "height": n} for n in (90, 320)]
            file.insert(1, {"file_id": file_id, "width": 1280, "height": 960})
        message = self.message(user, **{kind: file}, **({"caption": caption} if caption else {}))
        self.push({"message": message})
        return message

    def edit(self, message: Params, text: str) -> None:
        self.push({"edited_message": {**message, "text": text, "edit_date": int(time.time())}})

    def press(self, user: int, label: str) -> None:
        """Presses the newest button with this label; fails if there is none."""
        for sent in reversed(self.chats[user]):
            for button in itertools.chain(*sent.keyboard):
                if button["text"] == label:
                    return self.press_button(user, sent, button["callback_data"])
        raise AssertionError(f"no button {label!r}")

    def press_button(self, user: int, sent: Sent, data: str) -> None:
        query = f"q{next(self._numbers)}"
        self.open_queries.add(query)
        message = {"message_id": sent.message_id, "date": 1, "chat": {"id": user, "type": "private"}}
        sender = {"id": user, "is_bot": False, "first_name": "Lia"}
        self.push({"callback_query": {"id": query, "from": sender, "message": message, "data": data}})

    def seen(self, user: int) -> list[str]:
        """The texts that the user was sent, in order."""
        return [sent.text for sent in self.chats[user]]

    def keyboards(self, user: int) -> list[list[str]]:
        """The labels that stand under the user's messages now."""
        return [[b["text"] for b in itertools.chain(*sent.keyboard)] for sent in self.chats[user] if sent.keyboard]

    def called(self, method: str) -> list[Params]:
        return [params for _, name, params in self.calls if name == method]

    # --- methods

    async def _get_updates(self, params: Params) -> list[Params]:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        _require(1 <= int(params.get("limit", 100)) <= 100, "limit")
        if self._poll is not None:
            self._poll.set()
        mine = self._poll = asyncio.Event()
        end = time.monotonic() + min(float(params.get("timeout", 0)), _LONGEST_POLL)
        try:
            while True:
                with self._lock:
                    given = self._take(params)
                if given or time.monotonic() >= end:
                    return given
                assert self._news is not None
                self._news.clear()
                waits = [asyncio.ensure_future(event.wait()) for event in (mine, self._news)]
                await asyncio.wait(waits, timeout=end - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
                if mine.is_set():
                    raise Refused(409, "Conflict: terminated by other getUpdates request")
        finally:
            if self._poll is mine:
                self._poll = None

    def _take(self, params: Params) -> list[Params]:
        offset = int(params.get("offset", 0))
        self.pending = [update for update in self.pending if update["update_id"] >= offset]
        allowed = params.get("allowed_updates")
        wanted = [u for u in self.pending if not allowed or any(kind in allowed for kind in u if kind != "update_id")]
        given = wanted[: int(params.get("limit", 100))]
        if given:
            self.given += [update["update_id"] for update in given]
            self.handed_out.set()
        return given

    def _do_getUpdates(self, params: Params) -> None:
        """See :meth:`_get_updates`."""

    def _do_getMe(self, _params: Params) -> Params:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Balcão", "username": USERNAME}

    def _do_deleteWebhook(self, _params: Params) -> bool:
        self.webhook = {}
        return True

    def _do_setWebhook(self, params: Params) -> bool:
        _require(
            str(params.get("url", "")).startswith("https://"), "bad webhook: HTTPS url must be provided for webhook"
        )
        _require(bool(_SECRET.fullmatch(params.get("secret_token", "x"))), "secret token contains unallowed characters")
        self.webhook = params
        return True

    def _do_setMyCommands(self, params: Params) -> bool:
        for command in params["commands"]:
            _require(bool(_COMMAND.fullmatch(command["command"])), "BOT_COMMAND_INVALID")
            _require(1 <= len(command["description"]) <= 256, "BOT_COMMAND_DESCRIPTION_INVALID")
        return True

    def _do_setMyShortDescription(self, params: Params) -> bool:
        _require(len(params.get("short_description", "")) <= 120, "short description is too long")
        return True

    def _do_sendChatAction(self, params: Params) -> bool:
        self._check_chat(params)
        _require(params["action"] == "typing", "wrong parameter action in request")
        return True

    def _do_leaveChat(self, params: Params) -> bool:
        return True

    def _do_answerCallbackQuery(self, params: Params) -> bool:
        query = params["callback_query_id"]
        _require(query in self.open_queries, "query is too old and response timeout expired or query ID is invalid")
        _require(len(params.get("text") or "") <= 200, "MESSAGE_TOO_LONG")
        self.open_queries.discard(query)
        return True

    def _do_sendMessage(self, params: Params) -> Params:
        chat = self._check_chat(params)
        text = str(params.get("text", ""))
        _check_text(text, params.get("entities") or [])
        keyboard = _check_keyboard(params.get("reply_markup"))
        sent = Sent(next(self._messages), text, params.get("entities") or [], keyboard)
        self.chats[chat].append(sent)
        return {
            "message_id": sent.message_id,
            "date": 1790000000,
            "chat": {"id": chat, "type": "private"},
            "text": text,
        }

    def _do_getFile(self, params: Params) -> Params:
        content = self.files.get(str(params["file_id"]))
        if content is None:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        _require(len(content) <= 20 * 2**20, "file is too big")
        file_id = str(params["file_id"])
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content), "file_path": file_id}

    async def _give_file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["path"])
        if request.match_info["token"] != TOKEN or content is None:
            return web.Response(status=404)
        return web.Response(body=content)

    def _do_sendPhoto(self, params: Params) -> Params:
        name, _, content = params["photo"]
        _require(len(content) <= 10 * 2**20, "file is too big")
        _require(content[:3] == b"\xff\xd8\xff" or content[:4] == b"\x89PNG", "IMAGE_PROCESS_FAILED")
        return self._take_file(params, "photo", name, content)

    def _do_sendDocument(self, params: Params) -> Params:
        name, _, content = params["document"]
        _require(0 < len(content) <= 50 * 2**20, "file must be non-empty and not too big")
        return self._take_file(params, "document", name, content)

    def _take_file(self, params: Params, kind: str, name: str, content: bytes) -> Params:
        chat = self._check_chat(params)
        caption = str(params.get("caption", ""))
        if caption:
            _check_text(caption, params.get("caption_entities") or [])
        _require(len(caption) <= 1024, "message caption is too long")
        sent = Sent(next(self._messages), caption, params.get("caption_entities") or [], [], (kind, name, content))
        self.chats[chat].append(sent)
        return {"message_id": sent.message_id, "date": 1790000000, "chat": {"id": chat, "type": "private"}}

    def _do_editMessageText(self, params: Params) -> Params:
        sent = self._find(params)
        _check_text(params["text"], params.get("entities") or [])
        _require(sent.text != params["text"], "message is not modified: specified new message content is the same")
        sent.edits.append(sent.text)
        sent.text = params["text"]
        return {"message_id": sent.message_id, "date": 1, "chat": {"id": params["chat_id"], "type": "private"}}

    def _do_editMessageReplyMarkup(self, params: Params) -> Params:
        sent = self._find(params)
        keyboard = _check_keyboard(params.get("reply_markup"))
        _require(sent.keyboard != keyboard, "message is not modified: specified new message content is the same")
        sent.keyboard = keyboard
        return {"message_id": sent.message_id, "date": 1, "chat": {"id": params["chat_id"], "type": "private"}}

    def _check_chat(self, params: Params) -> int:
        chat = int(params["chat_id"])
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        _require(chat in self.known or chat < 0, "chat not found")
        return chat

    def _find(self, params: Params) -> Sent:
        found = [s for s in self.chats[int(params["chat_id"])] if s.message_id == int(params["message_id"])]
        _require(bool(found), "message to edit not found")
        return found[0]


def _put_files_in(params: Params) -> None:
    """A file is a part of its own, to which its parameter may point by ``attach://``."""
    for name, value in list(params.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            params[name] = params.pop(value.removeprefix("attach://"))


def _decoded(value: Any) -> Any:
    """Form fields hold JSON where they are not mere texts; files are (name, type, content)."""
    if isinstance(value, web.FileField):
        return value.filename, value.content_type, value.file.read()
    text = str(value)
    if text[:1] in "[{" or text in {"true", "false"} or re.fullmatch(r"-?\d{1,18}", text):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _require(is_right: bool, description: str) -> None:
    if not is_right:
        raise Refused(400, f"Bad Request: {description}")


def _check_text(text: str, entities: list[Params]) -> None:
    units = text.strip().encode("utf-16-le")
    _require(bool(units), "message text is empty")
    _require(len(units) // 2 <= 4096, "message is too long")
    _require(text == text.strip(), "white space at the ends would move the entities")
    _require(len(entities) <= 100, "too many entities")
    for entity in entities:
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        _require(entity["type"] in _ENTITIES, "unknown entity")
        _require(0 <= start < end <= len(units), "ENTITY_BOUNDS_INVALID")
        try:
            units[start:end].decode("utf-16-le")
        except UnicodeDecodeError:
            raise Refused(400, "Bad Request: ENTITY_BOUNDS_INVALID") from None
        if entity["type"] == "text_link":
            _require(entity["url"].startswith(("http://", "https://")), "wrong HTTP URL specified")


def _check_keyboard(markup: Any) -> list[list[Params]]:
    rows: list[list[Params]] = markup["inline_keyboard"] if markup else []
    _require(sum(len(row) for row in rows) <= 100, "reply markup is too long")
    for button in itertools.chain(*rows):
        _require(bool(button["text"].strip()), "text buttons are not allowed to be empty")
        _require(1 <= len(button.get("callback_data", "").encode()) <= 64, "BUTTON_DATA_INVALID")
    return rows
