"""``python -m actions``: the action server on loopback."""

import uvicorn

from actions.app import create_app
from actions.settings import ActionSettings
from balcao import logs


def main() -> None:
    """Serves until it is told to stop."""
    settings = ActionSettings()  # type: ignore[call-arg]  # the secrets come from the environment
    logs.configure(settings.log_format)
    uvicorn.run(
        create_app(settings),
        host="127.0.0.1",
        port=settings.actions_port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
