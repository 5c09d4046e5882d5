"""A Telegram process that really runs between the fake Bot API server and a real desk with a bot that does as it is told."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from bot.channels.telegram.app import create_app
from bot.channels.telegram.settings import TelegramSettings
from tests.channels.telegram.fake_telegram import TOKEN, FakeTelegram
from tests.handoff.conftest import bot, database, database_url, desk, world
from tests.handoff.running import SECRETS, RunningDesk, free_port, until

__all__ = ["bot", "database", "database_url", "desk", "world"]


class RunningTelegram:
    """The Telegram process under test, in a thread."""

    def __init__(self, settings: TelegramSettings) -> None:
        self.settings = settings
        self.url = f"http://127.0.0.1:{settings.telegram_port}"
        self.app = create_app(settings)
        config = uvicorn.Config(
            self.app, host="127.0.0.1", port=settings.telegram_port, log_level="warning", timeout_graceful_shutdown=2
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> "RunningTelegram":
        self._thread.start()
        until(lambda: self._server.started)
        until(lambda: self.state["has_lease"])
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()

    @property
    def state(self) -> dict[str, Any]:
        body: dict[str, Any] = self.app.state.process.state.as_body()
        return body


def telegram_settings(desk: RunningDesk, fake: FakeTelegram, home: Path, **more: Any) -> TelegramSettings:
    return TelegramSettings(
        home=home,
        port=desk.settings.port,
        telegram_api_url=fake.url,
        **{
            "telegram_token": TOKEN,
            "telegram_port": free_port(),
            "channels_token": SECRETS["channels_token"],
            "public_url": "https://desk.example",
            **more,
        },
    )


def process_env(settings: TelegramSettings) -> dict[str, str]:
    """The environment of the Telegram process as a process of its own."""
    own = {
        "HOME": settings.home,
        "PORT": settings.port,
        "PUBLIC_URL": settings.public_url,
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "TELEGRAM_PORT": settings.telegram_port,
        "TELEGRAM_TOKEN": settings.telegram_token.get_secret_value(),
        "CHANNELS_TOKEN": settings.channels_token.get_secret_value(),
    }
    return os.environ | {f"BALCAO_{name}": str(value) for name, value in own.items()}


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """The Bot API server."""
    fake = FakeTelegram().start()
    yield fake
    fake.stop()


@pytest.fixture
def adapter(desk: RunningDesk, telegram: FakeTelegram, tmp_path: Path) -> Iterator[RunningTelegram]:
    """The Telegram process, serving."""
    running = RunningTelegram(telegram_settings(desk, telegram, tmp_path)).start()
    yield running
    running.stop()
