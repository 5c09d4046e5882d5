"""The ``balcao`` command: the composition root of what an operator or a curator does from a shell.

Parts are imported inside the commands, so that ``balcao up`` starts without loading a model.
"""

import os
import sys
from pathlib import Path

import typer
from pydantic import ValidationError

from balcao.errors import BalcaoError
from balcao.up import UpError, UpSettings
from balcao.up import up as run_up

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Balcão, the help desk."
)


@app.command()
def up() -> None:
    """Prepares everything, starts every process and waits; Ctrl-C stops them."""
    try:
        run_up(UpSettings())  # type: ignore[call-arg]  # every field has a default
    except UpError as error:
        _fail(str(error))
    except ValidationError as error:
        _fail("; ".join(f"BALCAO_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()))
    except KeyboardInterrupt:
        _fail("stopped; the next make up goes on from here.", code=130)


@app.command()
def prepare() -> None:
    """Migrates the database, loads the catalogue and the sample articles, unpacks the model, builds the snapshot."""
    from sqlalchemy.exc import OperationalError

    from balcao.prepare import prepare as run_prepare

    try:
        run_prepare()
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename or 'the disk'}")
    except OperationalError as error:
        _fail(f"the database does not answer: {error.orig}")
    except BalcaoError as error:
        _fail(error.message)


def _fail(text: str, code: int = 1) -> None:
    print(f"balcao: {text}", file=sys.stderr)
    raise typer.Exit(code)


def _mount_parts() -> None:
    """Adds the parts' own commands; importing them loads no model."""
    from handoff.catalogue.cli import app as catalogue
    from handoff.sla.cli import app as sla
    from kb_index.cli import app as kb

    app.add_typer(kb, name="kb", help="Articles and the search index.")
    app.add_typer(sla, name="sla", help="Deadlines and their ledger.")
    app.add_typer(catalogue, name="catalogue", help="Groups, services, contracts and calendars.")


def main() -> None:
    """Entry point; reads the secrets of this installation so that commands need no set-up."""
    if sys.argv[1:2] != ["up"]:
        _read_secrets()
    if sys.argv[1:2] not in (["up"], ["prepare"]):
        _mount_parts()
    app()


def _read_secrets() -> None:
    from balcao import secrets_file

    home = Path(os.environ.get("BALCAO_HOME", "var"))
    if home.exists():
        for name, value in secrets_file.load_or_make(home).items():
            os.environ.setdefault(name, value)


if __name__ == "__main__":
    main()
