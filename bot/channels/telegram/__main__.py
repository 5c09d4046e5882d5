"""``python -m bot.channels.telegram`` serves the Telegram channel."""

import fcntl
import sys
from typing import IO

import uvicorn

from balcao import logs
from bot.channels.telegram.app import create_app
from bot.channels.telegram.settings import TelegramSettings

_STOP_SECONDS = 3


def main() -> None:
    """Serves until SIGINT or SIGTERM. Ends at once when another process of this home serves already."""
    settings = TelegramSettings()  # type: ignore[call-arg]
    logs.configure(settings.log_format)
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "telegram.lock").open("w") as lock:
        if not _is_ours(lock):
            sys.exit("another telegram process of this home is running")
        config = uvicorn.Config(
            create_app(settings),
            host="127.0.0.1",
            port=settings.telegram_port,
            access_log=False,
            log_level="warning",
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
        uvicorn.Server(config).run()


def _is_ours(lock: IO[str]) -> bool:
    """Held until the process ends, however it ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
