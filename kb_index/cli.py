"""``balcao kb``: import articles, build and roll back the search index, search, see how things stand."""

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from balcao.database import Database
from balcao.errors import BalcaoError
from kb_index.articles import queries
from kb_index.articles.importers import ImportReport, import_path
from kb_index.articles.importers.load import check_path
from kb_index.articles.importers.rows import Row, read_rows
from kb_index.articles.script_run import Script
from kb_index.articles.script_turns import ReadByMeaning
from kb_index.settings import IndexSettings
from kb_index.snapshot.manifest import BadSnapshot, read_manifest
from kb_index.snapshot.store import SnapshotStore

app = typer.Typer(help="The knowledge base and its search index.", no_args_is_help=True)
_console = Console()
_SHOWN_FAULTS = 50


@app.command("import")
def import_articles(
    path: Annotated[Path, typer.Argument(help="a .jsonl or .csv file, a .md article, or a folder of them")],
    publish: Annotated[bool, typer.Option(help="publish at once, or leave as drafts")] = True,
    build: Annotated[bool, typer.Option(help="build a snapshot afterwards")] = True,
    check: Annotated[bool, typer.Option("--check", help="only say what is wrong")] = False,
    author: Annotated[str, typer.Option(help="who stands in the timeline")] = "",
) -> None:
    """Imports articles, all or none."""
    if check:
        _finish_import(check_path(path))
        return
    settings = IndexSettings()
    database = Database(settings.database)
    with database.write() as session:
        report = import_path(session, path, author=author or getpass.getuser(), publish=publish)
    _finish_import(report)
    if build:
        _build(settings, database, force=False)


@app.command("build")
def build_snapshot(force: Annotated[bool, typer.Option(help="even if nothing changed")] = False) -> None:
    """Builds a snapshot of the published articles and makes it live."""
    settings = IndexSettings()
    _build(settings, Database(settings.database), force=force)


@app.command("rollback")
def roll_back() -> None:
    """Makes the snapshot before the live one live again."""
    from kb_index.snapshot.store import rollback

    try:
        _console.print(f"Live: {rollback(IndexSettings().snapshots)}")
    except BalcaoError as error:
        raise _fail(error.message) from error


@app.command("search")
def search(
    text: Annotated[str, typer.Argument(help="a question")],
    k: Annotated[int, typer.Option(min=1, max=20, help="how many results")] = 5,
    internal: Annotated[bool, typer.Option(help="internal articles too")] = False,
) -> None:
    """Asks the live snapshot, without the service."""
    from kb_index.__main__ import open_embedder
    from kb_index.snapshot.loaded import LoadedSnapshot

    settings = IndexSettings()
    store = SnapshotStore(settings.snapshots)
    current = store.pointer().current
    if current is None:
        raise _fail("no snapshot has been built yet: balcao kb build")
    try:
        snapshot = LoadedSnapshot.load(store.folder(current), open_embedder(settings))
    except BadSnapshot as error:
        raise _fail(error.message) from error
    found = snapshot.rank(text, k=k, audience="internal" if internal else "public")
    table = Table("confidence", "article", "title", title=f"{found.decision}{' (degraded)' if found.degraded else ''}")
    for one in found.results:
        article = snapshot.articles[one.row]
        table.add_row(f"{one.confidence:.2f}", article.id, article.title)
    _console.print(table)


@app.command("preview")
def preview(
    script: Annotated[str, typer.Argument(help="a script's id, or the .md file of one")],
    by_meaning: Annotated[bool, typer.Option(help="understand replies by meaning too, as the bot does")] = True,
) -> None:
    """Plays a script in the terminal: answer with a number or in words; voltar, pular, já fiz isso, parar."""
    from kb_index.preview import play

    steps = _script_steps(script)
    styles = {"says": "bold", "asks": "bold cyan", "option": "cyan", "note": "dim", "end": "green"}
    for line in play(Script(steps), _typed(), _meaning_reader() if by_meaning else None):
        _console.print(line.text, style=styles[line.style], markup=False, highlight=False)


def _typed() -> Iterator[str]:
    while True:
        try:
            yield _console.input("> ")
        except EOFError:
            return


def _script_steps(script: str) -> list[dict[str, Any]]:
    if script.endswith(".md"):
        report = check_path(Path(script))
        if not report.ok:
            _finish_import(report)
        drafts = [row for row in read_rows(Path(script)) if isinstance(row, Row)]
        steps = drafts[0].values.get("steps")
    else:
        with Database(IndexSettings().database).read() as session:
            article = queries.find_article(session, script)
            version = queries.find_version(session, script, article.latest_version) if article else None
            steps = version.steps if version else None
    if not steps:
        raise _fail(f"{script} is no script with steps")
    return list(steps)


def _meaning_reader() -> ReadByMeaning | None:
    from kb_index.__main__ import open_embedder
    from kb_index.search.meaning import MeaningReader

    embedder = open_embedder(IndexSettings())
    return MeaningReader(embedder) if embedder else None


@app.command("status")
def status() -> None:
    """The live snapshot, the one before, and the articles by state."""
    settings = IndexSettings()
    store = SnapshotStore(settings.snapshots)
    pointer = store.pointer()
    table = Table("what", "value")
    table.add_row("live snapshot", _describe(store, pointer.current))
    table.add_row("before it", _describe(store, pointer.previous))
    with Database(settings.database).read() as session:
        for state, count in sorted(queries.count_by_state(session).items()):
            table.add_row(f"articles {state}", str(count))
    _console.print(table)


def _build(settings: IndexSettings, database: Database, *, force: bool) -> None:
    from kb_index.snapshot.builder import build

    try:
        with _console.status("Building the search index"):
            result = build(settings, database, force=force)
    except BalcaoError as error:
        raise _fail(error.message) from error
    if result.built:
        told = f"{result.articles} articles, {result.embedded} texts embedded, {result.seconds:.1f} s"
        _console.print(f"Live: {result.id} ({told})")
    else:
        _console.print(f"Nothing changed; live: {result.id}")


def _describe(store: SnapshotStore, snapshot_id: str | None) -> str:
    if snapshot_id is None:
        return "–"
    try:
        manifest = read_manifest(store.folder(snapshot_id))
    except BadSnapshot as error:
        return f"{snapshot_id}: {error.message}"
    return f"{snapshot_id}, {len(manifest.articles)} articles, model {manifest.model}"


def _finish_import(report: ImportReport) -> None:
    for warning in report.warnings[:_SHOWN_FAULTS]:
        _console.print(f"warning: {warning}", markup=False, highlight=False)
    for fault in report.faults[:_SHOWN_FAULTS]:
        typer.echo(str(fault), err=True)
    if len(report.faults) > _SHOWN_FAULTS:
        typer.echo(f"… and {len(report.faults) - _SHOWN_FAULTS} more", err=True)
    typer.echo(report.summary(), err=not report.ok)
    if not report.ok:
        raise typer.Exit(1)


def _fail(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)
