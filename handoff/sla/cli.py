"""``balcao sla``: proof that what is kept of clocks follows from the ledger."""

import sys

import typer

from balcao.database import Database, utc_now
from balcao.settings import Settings
from handoff.sla.replaying import differences

app = typer.Typer(help="Deadlines and their ledger.", no_args_is_help=True)


@app.callback()
def _commands() -> None:
    """Deadlines and their ledger."""


@app.command("verify")
def verify() -> None:
    """Replays every ticket's ledger and compares breaches and clocks with what is kept; ends with 1 when they differ."""
    database = Database(Settings().database)
    try:
        with database.read() as session:
            found = differences(session, utc_now())
    finally:
        database.close()
    for line in found:
        print(line, file=sys.stderr)
    print(f"{len(found)} differences")
    raise typer.Exit(1 if found else 0)
