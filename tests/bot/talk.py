"""Talk to the bot in a terminal, with the fake desk and search: ``python -m tests.bot.talk``. One line a message, [n] presses."""

import sys
import tempfile
from pathlib import Path

from tests.bot.fakes import FakeDesk, FakeSearch, serving
from tests.bot.processes import Chat, Processes


def main() -> None:
    """Reads messages from standard input."""
    home = Path(tempfile.gettempdir()) / "balcao-test-bot"
    home.mkdir(exist_ok=True)
    processes = Processes(home)
    processes.train()
    with serving(FakeDesk().app, processes.desk_port), serving(FakeSearch().app, processes.search_port):
        processes.start_actions()
        processes.start_bot()
        try:
            _talk(Chat(processes.bot_url, f"talk-{processes.bot_port}"))
        finally:
            processes.stop()


def _talk(chat: Chat) -> None:
    for line in sys.stdin:
        said = line.strip()
        labels = list(chat.choices()) if chat.record else []
        pressed = labels[int(said[1:-1]) - 1] if said.startswith("[") and labels else None
        print(f">> {pressed or said}")
        print(chat.press(pressed) if pressed else chat.say(said))
        for number, label in enumerate(chat.choices(), 1):
            print(f"   [{number}] {label}")
        print(
            f"   {chat.record['trace']['intent']} {chat.record['trace']['confidence']:.2f}",
            chat.record["commands"] or "",
        )


if __name__ == "__main__":
    main()
