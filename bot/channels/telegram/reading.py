"""Updates of Telegram as events of the desk. Pure.

Only the fields that we use are looked at, so that an update of a new kind is at worst one that we do not know.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Raw = dict[str, Any]

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
"""The kinds of update that we ask for."""

COMMANDS = {
    "start": "start",
    "ajuda": "help",
    "help": "help",
    "atendente": "person",
    "protocolo": "protocol",
    "sair": "leave",
}
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(.*))?", re.DOTALL)
_NAMES = {
    "animation": "animacao.mp4",  # comes as a document, too
    "document": "arquivo",
    "video": "video.mp4",
    "audio": "audio.mp3",
    "voice": "voz.ogg",
    "video_note": "video.mp4",
}
"""What a file is called whose sender gave it no name."""
_UNREADABLE = {
    **dict.fromkeys(("paid_media", "story"), "file_kind"),
    "sticker": "sticker",
    "dice": "sticker",
    "location": "location",
    "venue": "location",
    **dict.fromkeys(("contact", "poll", "game", "invoice", "successful_payment", "checklist", "gift"), "other"),
}
_GONE = frozenset(("left", "kicked"))


@dataclass(frozen=True)
class IncomingFile:
    """A file that a user sent: Telegram's ids for it, and a name."""

    file_id: str
    name: str


@dataclass(frozen=True)
class Incoming:
    """One update: ``event`` is what the desk is told (None for nothing). ``callback_id`` is a button's that waits for an answer.

    ``file`` is what Telegram is to be asked for and the desk to be brought before the event, which then names it.
    ``chat`` is the chat, for the order of work. ``intruder`` is the kind of a chat that we do not serve, such as ``group``.
    """

    update_id: int
    chat: str
    event: Raw | None = None
    callback_id: str | None = None
    intruder: str | None = None
    language_code: str | None = None
    file: IncomingFile | None = None


def read_update(update: Raw, bot_id: str) -> Incoming:
    """What an update is to us; one that cannot be understood is one without an event."""
    update_id = int(update["update_id"])
    try:
        return _read(update, update_id, bot_id)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        return Incoming(update_id, "")


def _read(update: Raw, update_id: int, bot_id: str) -> Incoming:
    if "callback_query" in update:
        return _read_callback(update["callback_query"], update_id, bot_id)
    if "my_chat_member" in update:
        return _read_member(update["my_chat_member"], update_id, bot_id)
    message = update.get("message") or update.get("edited_message")
    if not message:
        return Incoming(update_id, "")
    chat, sender = message["chat"], message.get("from") or {}
    if chat["type"] != "private":
        gone = "left_chat_member" in message or "migrate_to_chat_id" in message
        return _intruder(update_id, chat, sender, gone=gone)
    common = _common(update_id, chat, sender, bot_id) | _moment(message)
    is_edit = "edited_message" in update
    event = _event(message, is_edit=is_edit, bot_id=bot_id)
    file = None if is_edit else _file(message)
    return Incoming(update_id, common["address"], {**common, **event} if event else None, file=file)


def _common(update_id: int, chat: Raw, sender: Raw, bot_id: str) -> Raw:
    name = " ".join(str(part) for part in (sender.get("first_name"), sender.get("last_name")) if part)
    return {"key": f"{bot_id}.{update_id}", "address": str(int(chat["id"])), "name": name[:500] or None}


def _moment(message: Raw) -> Raw:
    """When it was sent: what waited for us is not a flood because it comes at once."""
    at = message.get("edit_date") or message.get("date")
    return {"sent_at": datetime.fromtimestamp(at, UTC).isoformat()} if isinstance(at, int) else {}


def _event(message: Raw, *, is_edit: bool, bot_id: str) -> Raw | None:
    key = f"{bot_id}.m{int(message['message_id'])}"
    text = message.get("text")
    if isinstance(text, str):
        kind = "edit" if is_edit else "text"
        return (not is_edit and _command(text)) or {"kind": kind, "text": text, "message_key": key}
    caption = message.get("caption")
    if is_edit:  # a new caption; anything else of an edit, such as a live location that moves, is no news
        return {"kind": "edit", "text": caption, "message_key": key} if isinstance(caption, str) else None
    if _file(message) is not None:
        return {"kind": "text", "text": caption or "", "message_key": key}
    what = next((_UNREADABLE[field] for field in _UNREADABLE if field in message), None)
    if what is None:
        return None  # a service message, such as a pinned one
    return {"kind": "unreadable", "what": what, "caption": caption or None, "message_key": key}


def _file(message: Raw) -> IncomingFile | None:
    """The file of a message; of a photo the largest of its sizes."""
    if photo := message.get("photo"):
        largest = max(photo, key=lambda size: size.get("width", 0) * size.get("height", 0))
        return IncomingFile(str(largest["file_id"]), "foto.jpg")
    kind = next((kind for kind in _NAMES if kind in message), None)
    if kind is None:
        return None
    file = message[kind]
    return IncomingFile(str(file["file_id"]), str(file.get("file_name") or _NAMES[kind]))


def _command(text: str) -> Raw | None:
    found = _COMMAND.fullmatch(text.strip())
    command = COMMANDS.get(found[1].lower()) if found else None
    if found is None or command is None:
        return None
    return {"kind": "command", "command": command, "argument": (found[2] or "").strip()[:200]}


def _read_callback(query: Raw, update_id: int, bot_id: str) -> Incoming:
    message = query.get("message") or {}
    chat = message.get("chat") or {"id": query["from"]["id"], "type": "private"}
    callback_id = str(query["id"])
    choice = read_choice(str(query.get("data") or ""))
    if chat["type"] != "private" or choice is None:
        return Incoming(update_id, str(chat["id"]), callback_id=callback_id)
    common = _common(update_id, chat, query["from"], bot_id)
    return Incoming(
        update_id,
        common["address"],
        {**common, "kind": "choice", "message_id": choice[0], "choice_id": choice[1]},
        callback_id,
    )


def _read_member(member: Raw, update_id: int, bot_id: str) -> Incoming:
    chat, sender = member["chat"], member.get("from") or {}
    gone = member["new_chat_member"]["status"] in _GONE
    if chat["type"] != "private":
        return _intruder(update_id, chat, sender, gone=gone)
    common = _common(update_id, chat, sender, bot_id)
    return Incoming(update_id, common["address"], {**common, "kind": "presence", "blocked": gone})


def _intruder(update_id: int, chat: Raw, sender: Raw, *, gone: bool) -> Incoming:
    kind = None if gone else str(chat["type"])
    return Incoming(update_id, str(int(chat["id"])), intruder=kind, language_code=sender.get("language_code"))


def write_choice(message_id: str, choice_id: str) -> str:
    """What a button carries: at most 64 bytes, and only ids, which mean something to the desk alone."""
    return f"{message_id}:{choice_id}"


def read_choice(data: str) -> tuple[str, str] | None:
    """The ids of :func:`write_choice`; None for what we did not write."""
    message_id, colon, choice_id = data.partition(":")
    if not colon or len(message_id) > 26 or not 0 < len(choice_id) <= 10:
        return None
    return message_id, choice_id
