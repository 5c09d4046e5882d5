"""What must be there before the desk and the search start. Each step can run again and does only what is missing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from balcao import logs
from balcao.database import Database
from balcao.errors import InvalidInput
from balcao.up import ROOT, say
from handoff.accounts.service import ensure_first_admin
from handoff.catalogue.models import Service
from handoff.catalogue.service import load_catalogue
from handoff.migrations import upgrade
from kb_index.articles.importers import import_path
from kb_index.articles.models import Article
from kb_index.model.ensure import ensure_model
from kb_index.settings import IndexSettings
from kb_index.snapshot import build

FIRST_ADMIN = "first-admin.txt"
NO_SAMPLE = "none"


class PrepareSettings(IndexSettings):
    """``sample_kb`` is the knowledge base that an empty database begins with; ``none`` for none."""

    sample_kb: str = str(ROOT / "kb_index" / "sample")


def prepare() -> None:
    """Migrates, loads the catalogue and the sample articles into an empty base, unpacks the model, builds the snapshot."""
    logs.configure()
    settings = PrepareSettings()
    say("migrating the database…")
    upgrade(settings.database)
    with _database(settings.database) as database:
        with database.write() as session:
            _load_catalogue(session)
            _make_first_admin(session, settings.home)
            _import_sample(session, settings.sample_kb)
        say("unpacking the embedding model…")
        ensure_model(settings)
        say("building the search snapshot…")
        result = build(settings, database)
        say(
            f"snapshot {result.id}: {result.articles} articles, {result.embedded} texts embedded in {result.seconds:.1f} s"
        )


@contextmanager
def _database(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def _load_catalogue(session: Session) -> None:
    if session.scalar(select(Service.id).limit(1)) is None:
        load_catalogue(session)


def _make_first_admin(session: Session, home: Path) -> None:
    """Keeps the first login in a file of mode 0600 until its owner deletes it; written before the commit, so never lost."""
    made = ensure_first_admin(session)
    if made is None:
        return
    path = home / FIRST_ADMIN
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("login {} password {}\n".format(*made))


def _import_sample(session: Session, sample: str) -> None:
    if sample == NO_SAMPLE or session.scalar(select(Article.id).limit(1)) is not None:
        return
    say("loading the sample knowledge base…")
    report = import_path(session, Path(sample), author="system")
    if not report.ok:
        raise InvalidInput(f"the sample knowledge base has faults: {'; '.join(map(str, report.faults[:5]))}")
