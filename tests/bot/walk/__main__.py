"""``python -m tests.bot.walk``: walks as long as one likes, and tells the states it has been in."""

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.bot.fakes import FakeDesk, FakeSearch, serving
from tests.bot.processes import Processes
from tests.bot.walk.checks import all_states
from tests.bot.walk.walking import Walk


def main(
    turns: Annotated[int, typer.Option(help="how many turns to walk")] = 20_000,
    seed: Annotated[int, typer.Option(help="the same seed walks the same way")] = 1,
    only: Annotated[int | None, typer.Option(help="the number of one conversation to play alone and show")] = None,
    faults: Annotated[int, typer.Option(help="how many faults to collect before stopping")] = 1,
    home: Annotated[Path | None, typer.Option(help="where the trained model is kept")] = None,
) -> None:
    """Walks, prints faults and the table of states; fails on a fault, and on a state that a whole walk has never seen."""
    folder = home or Path(tempfile.gettempdir()) / "balcao-test-bot"
    folder.mkdir(exist_ok=True)
    processes = Processes(folder)
    processes.train()
    (folder / "rasa" / "trackers.db").unlink(missing_ok=True)
    desk = FakeDesk()
    with serving(desk.app, processes.desk_port), serving(FakeSearch().app, processes.search_port):
        processes.start_actions()
        processes.start_bot()
        try:
            walk = Walk(processes.bot_url, folder / "rasa" / "trackers.db", desk, seed)
            if only is None:
                walk.walk(turns, most_faults=faults)
            else:
                print(walk.converse(only).transcript())
        finally:
            processes.stop()
    _show(walk)
    unseen = sorted(all_states() - set(walk.visited)) if only is None and not walk.faults else []
    if unseen:
        print(f"never visited: {', '.join(unseen)}")
    sys.exit(1 if walk.faults or unseen else 0)


def _show(walk: Walk) -> None:
    for fault in walk.faults:
        print(fault, end="\n\n")
    table = Table("state", "turns", "ways out tried", title=f"{walk.turns} turns, seed {walk.seed}")
    for state, count in sorted(walk.visited.items()):
        table.add_row(state, str(count), str(walk.probed[state]))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
