"""What the Telegram process reads from its environment."""

import hashlib
import re
import socket
from functools import cached_property
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr, model_validator

from balcao.settings import Secret, Settings, TelegramToken

_SECRET = re.compile(r"[A-Za-z0-9_-]{24,256}")


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise ValueError("is not an address such as https://desk.example")
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_check_url)]


class TelegramSettings(Settings):
    """Settings of the Telegram process; with ``telegram_webhook_url`` it is called, without it asks."""

    telegram_token: TelegramToken
    telegram_api_url: Url = "https://api.telegram.org"
    telegram_port: int = 8704
    telegram_webhook_url: Url = ""
    telegram_webhook_secret: SecretStr = SecretStr("")
    channels_token: Secret
    public_url: Url = ""
    host: str = "127.0.0.1"
    port: int = 8700

    @model_validator(mode="after")
    def _webhook_is_guarded(self) -> "TelegramSettings":
        if self.telegram_webhook_url and not _SECRET.fullmatch(self.telegram_webhook_secret.get_secret_value()):
            raise ValueError("a webhook needs BALCAO_TELEGRAM_WEBHOOK_SECRET: 24 to 256 of A-Z, a-z, 0-9, _ and -")
        return self

    @property
    def desk_url(self) -> str:
        """Where the desk listens, seen from this machine."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def bot_id(self) -> str:
        """The public half of the token: updates and messages are numbered anew for each bot."""
        return self.telegram_token.get_secret_value().partition(":")[0]

    @cached_property
    def holder(self) -> str:
        """The name under which this installation holds the lease; the same after a restart, so that it need not wait."""
        return hashlib.sha256(f"{socket.gethostname()}:{self.home.resolve()}".encode()).hexdigest()[:32]
