"""``balcao catalogue``: the offer catalogue with its contracts and calendars, out to a file and in again."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from balcao.database import Database, utc_now
from balcao.errors import BalcaoError, NotFound
from balcao.settings import Settings
from handoff.catalogue.exporting import Change, as_yaml, changes, export_catalogue
from handoff.catalogue.loading import read_catalogue
from handoff.catalogue.schemas import CatalogueFile
from handoff.catalogue.service import keep_catalogue

app = typer.Typer(help="Groups, services, contracts and calendars, as a file.", no_args_is_help=True)


@app.command("export")
def export_file(
    path: Annotated[Path | None, typer.Argument(help="where to write; the terminal when left out")] = None,
) -> None:
    """Writes the catalogue as YAML."""
    with _database() as database, database.read() as session:
        text = as_yaml(export_catalogue(session))
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


@app.command("import")
def import_file(
    path: Annotated[Path, typer.Argument(help="a YAML file such as export writes")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would change")] = False,
) -> None:
    """Makes the catalogue what the file says, all or nothing; every fault is named with its line."""
    with _database() as database:
        found = import_catalogue(database, read_catalogue(path), dry_run=dry_run)
    for change in found:
        print(f"{change.kind:<8} {change.section} {change.id}".rstrip())
    print(f"{len(found)} changes{', none carried out' if dry_run else ''}")


def import_catalogue(database: Database, wanted: CatalogueFile, *, dry_run: bool) -> list[Change]:
    """Carries the import out, or tries it out to the end and takes it back; what it changes either way."""
    with database.write() as session:
        before = _present(session)
        keep_catalogue(session, wanted, utc_now())
        if dry_run:
            session.rollback()
    return changes(before, wanted)


def _present(session: Session) -> CatalogueFile | None:
    try:
        return export_catalogue(session)
    except NotFound:
        return None


@contextmanager
def _database() -> Iterator[Database]:
    """The database of this installation; what goes wrong ends the command with one line."""
    database = Database(Settings().database)
    try:
        yield database
    except BalcaoError as error:
        print("\n".join(error.message.split("; ")), file=sys.stderr)
        raise typer.Exit(1) from error
    except OperationalError as error:
        print(f"the database does not answer: {error.orig}", file=sys.stderr)
        raise typer.Exit(1) from error
    finally:
        database.close()
