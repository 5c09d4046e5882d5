"""What every process reads from its environment. Each part has one frozen class derived from :class:`Settings`."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_PLACEHOLDERS = ("change", "placeholder", "example", "secret", "troque")
_MIN_SECRET = 24
_TELEGRAM_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,200}")


def _refuse_placeholder(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if len(value) < _MIN_SECRET or value.lower().startswith(_PLACEHOLDERS):
        raise ValueError("is a placeholder or too short; `make up` writes real ones to var/secrets.env")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_refuse_placeholder)]
"""A secret of at least 24 characters that is no placeholder; a process with another refuses to start."""


def _check_telegram_token(token: SecretStr) -> SecretStr:
    if not _TELEGRAM_TOKEN.fullmatch(token.get_secret_value()):
        raise ValueError("is not a token of BotFather's, such as 123456789:ABCdef…")
    return token


TelegramToken = Annotated[SecretStr, AfterValidator(_check_telegram_token)]
"""The token of a Telegram bot, by its shape."""


class Settings(BaseSettings):
    """Settings shared by all processes; every variable begins with ``BALCAO_``."""

    model_config = SettingsConfigDict(
        env_prefix="BALCAO_", frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    home: Path = Path("var")
    database_url: str = ""
    timezone: str = "America/Sao_Paulo"
    log_format: str = "text"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL; a SQLite file in ``home`` when none is set."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'balcao.db'}"

    @property
    def snapshots(self) -> Path:
        """The folder of search snapshots and of the ``current`` pointer."""
        return self.home / "snapshots"
