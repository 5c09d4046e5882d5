"""``python -m handoff`` serves the desk."""

from balcao import logs
from handoff.app import create_app
from handoff.serving import serve
from handoff.settings import DeskSettings


def main() -> None:
    settings = DeskSettings()  # type: ignore[call-arg]
    logs.configure(settings.log_format)
    serve(create_app(settings), settings)


if __name__ == "__main__":
    main()
