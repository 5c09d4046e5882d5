"""Telegram's Bot API: python-telegram-bot's ``Bot``, with our time limits, and its errors sorted by what is to be done.

The token is part of every URL. Errors are therefore logged by their kind only, and the logs mask whatever looks like a token.
"""

import asyncio
import warnings
from collections.abc import Awaitable
from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar, cast

from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity
from telegram.error import (
    BadRequest,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.channels.telegram.reading import ALLOWED, COMMANDS, Raw
from bot.channels.telegram.rendering import Part
from bot.channels.telegram.richtext import Entity
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.words import CATALOGUES, say

POLL_SECONDS = 25
SEND_SECONDS = 10.0
FILE_SECONDS = 30.0
_MENU = ("ajuda", "atendente", "protocolo", "sair")
_CONNECTIONS = 64
_NO_CHAT = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "chat_write_forbidden")
T = TypeVar("T")


class Fault(Enum):
    """What a failed call means for what comes next."""

    LATER = "later"  # the network, a 5xx, a hang: try again
    HOLD = "hold"  # 429: this chat has to wait
    BLOCKED = "blocked"  # the user does not let us write
    REFUSED = "refused"  # it will never be accepted as it is
    CONFLICT = "conflict"  # another process asks for the updates
    TOKEN = "token"  # noqa: S105 - the token is not valid


class CallFailed(Exception):
    """A call that failed; ``seconds`` is how long a chat has to wait, ``detail`` what Telegram said, without any address."""

    def __init__(self, fault: Fault, detail: str, seconds: float = 0) -> None:
        super().__init__(f"{fault.value}: {detail}")
        self.fault, self.detail, self.seconds = fault, detail, seconds


class Telegram:
    """The calls that we make. :class:`CallFailed` from each."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        self._sending = HTTPXRequest(
            connection_pool_size=_CONNECTIONS,
            read_timeout=SEND_SECONDS,
            write_timeout=SEND_SECONDS,
            pool_timeout=SEND_SECONDS,
        )
        self._asking = HTTPXRequest(connection_pool_size=2, read_timeout=SEND_SECONDS)
        self._bot = Bot(
            settings.telegram_token.get_secret_value(),
            base_url=f"{settings.telegram_api_url}/bot",
            base_file_url=f"{settings.telegram_api_url}/file/bot",
            request=self._sending,
            get_updates_request=self._asking,
        )

    async def open(self) -> None:
        """Makes the connections; calls nothing."""
        # We do want the answer as it came, see updates().
        warnings.filterwarnings("ignore", "Please use .Bot.getUpdates", PTBUserWarning)
        await self._sending.initialize()
        await self._asking.initialize()

    async def close(self) -> None:
        """Closes the connections."""
        await self._sending.shutdown()
        await self._asking.shutdown()

    async def username(self) -> str:
        """Who we are, which also proves the token."""
        return str((await self._call(self._bot.get_me())).username)

    async def introduce(self) -> None:
        """The menu of commands and the short description, in both languages."""
        for language in CATALOGUES:
            commands = [BotCommand(name, say(COMMANDS[name], language)) for name in _MENU]
            code = "" if language == "pt-BR" else language
            await self._call(self._bot.set_my_commands(commands, language_code=code))
            await self._call(self._bot.set_my_short_description(say("about", language), language_code=code))

    async def ask_for_updates(self) -> None:
        """From now on updates wait to be asked for; those that wait already are kept."""
        await self._call(self._bot.delete_webhook(drop_pending_updates=False))

    async def be_called(self) -> None:
        """From now on Telegram calls the webhook, one update at a time, so that they keep their order."""
        settings = self._settings
        await self._call(
            self._bot.set_webhook(
                settings.telegram_webhook_url,
                allowed_updates=ALLOWED,
                max_connections=1,
                secret_token=settings.telegram_webhook_secret.get_secret_value(),
            )
        )

    async def updates(self, offset: int) -> list[Raw]:
        """The updates from ``offset`` on, as they came, waiting for the first; all before ``offset`` are done with.

        Not read into python-telegram-bot's classes: one update that they cannot hold would hold up all others.
        """
        arguments = {"offset": offset, "timeout": POLL_SECONDS, "limit": 100, "allowed_updates": ALLOWED}
        call = self._bot.do_api_request("getUpdates", api_kwargs=arguments, read_timeout=POLL_SECONDS + SEND_SECONDS)
        found = await self._call(call, seconds=POLL_SECONDS + 2 * SEND_SECONDS)
        return [update for update in cast(list[Any], found) if isinstance(update, dict) and "update_id" in update]

    async def send(self, chat: str, part: Part) -> str:
        """Sends one part; the id of Telegram's message."""
        message = await self._call(
            self._bot.send_message(
                int(chat),
                part.rich.text,
                entities=[_entity(entity) for entity in part.rich.entities],
                reply_markup=_markup(part),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        return str(message.message_id)

    async def send_file(self, chat: str, part: Part, content: bytes) -> str:
        """Sends a file, as a photo or a document; the id of Telegram's message."""
        assert part.file is not None  # noqa: S101 - a promise to the type checker
        send = self._bot.send_photo if part.file.is_photo else self._bot.send_document
        message = await self._call(
            send(
                int(chat),
                content,
                filename=part.file.name,
                caption=part.rich.text or None,
                caption_entities=[_entity(entity) for entity in part.rich.entities],
                write_timeout=FILE_SECONDS,
                read_timeout=FILE_SECONDS,
            ),
            seconds=2 * FILE_SECONDS,
        )
        return str(message.message_id)

    async def fetch(self, file_id: str) -> bytes:
        """A file that a user sent, of at most 20 MB: Telegram gives out no larger ones, which is a fault ``REFUSED``."""
        file = await self._call(self._bot.get_file(file_id))
        return bytes(await self._call(file.download_as_bytearray(read_timeout=FILE_SECONDS), seconds=FILE_SECONDS))

    async def edit(self, chat: str, ref: str, text: str) -> None:
        """Changes the text of a message; that it reads so already is fine."""
        await self._unless_unchanged(self._bot.edit_message_text(text, int(chat), int(ref)))

    async def remove_keyboard(self, chat: str, ref: str) -> None:
        """Takes the buttons away; that they are gone is fine."""
        await self._unless_unchanged(self._bot.edit_message_reply_markup(int(chat), int(ref), reply_markup=None))

    async def answer_button(self, callback_id: str, text: str | None) -> None:
        """Ends the waiting mark of a pressed button, with a word if there is one."""
        await self._call(self._bot.answer_callback_query(callback_id, text, show_alert=False))

    async def show_typing(self, chat: str) -> None:
        await self._call(self._bot.send_chat_action(int(chat), "typing"))

    async def say_to_group(self, chat: str, text: str) -> None:
        await self._call(self._bot.send_message(int(chat), text))

    async def leave(self, chat: str) -> None:
        await self._call(self._bot.leave_chat(int(chat)))

    async def _unless_unchanged(self, call: Awaitable[Any]) -> None:
        try:
            await self._call(call)
        except CallFailed as failure:
            if "message is not modified" not in failure.detail.lower():
                raise

    async def _call(self, call: Awaitable[T], seconds: float = 2 * SEND_SECONDS) -> T:
        """The result; also an end for a server that trickles its answer for ever."""
        try:
            async with asyncio.timeout(seconds):
                return await call
        except TimeoutError:
            raise CallFailed(Fault.LATER, "no answer in time") from None
        except TelegramError as error:
            raise _sorted(error) from None


def _sorted(error: TelegramError) -> CallFailed:
    fault = next((fault for kind, fault in _FAULTS if isinstance(error, kind)), Fault.LATER)
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return CallFailed(fault, "429", wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    if isinstance(error, BadRequest):
        detail = error.message[:200]
        gone = any(words in detail.lower() for words in _NO_CHAT)
        return CallFailed(Fault.BLOCKED if gone else Fault.REFUSED, detail)
    return CallFailed(fault, type(error).__name__)


# A BadRequest is a NetworkError to python-telegram-bot, so the order matters.
_FAULTS: list[tuple[type[TelegramError], Fault]] = [
    (RetryAfter, Fault.HOLD),
    (Forbidden, Fault.BLOCKED),
    (BadRequest, Fault.REFUSED),
    (Conflict, Fault.CONFLICT),
    (InvalidToken, Fault.TOKEN),
    (EndPointNotFound, Fault.TOKEN),  # what a wrong token looks like, too
    (TimedOut, Fault.LATER),
    (NetworkError, Fault.LATER),
]


def _entity(entity: Entity) -> MessageEntity:
    url = entity.value if entity.kind == "text_link" else None
    language = entity.value if entity.kind == "pre" else None
    return MessageEntity(entity.kind, entity.offset, entity.length, url=url, language=language)


def _markup(part: Part) -> InlineKeyboardMarkup | None:
    if not part.keyboard:
        return None
    rows = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in part.keyboard]
    return InlineKeyboardMarkup(rows)
