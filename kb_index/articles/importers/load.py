"""Checks rows and writes them, all or none."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from balcao.database import utc_now
from kb_index.articles import queries
from kb_index.articles.cleaning import has_html
from kb_index.articles.importers.report import Fault, ImportReport
from kb_index.articles.importers.rows import Row, read_rows
from kb_index.articles.models import ID_LENGTH, Article, ArticleEvent, EventKind, State
from kb_index.articles.schemas import ArticleDraft
from kb_index.articles.service import make_version
from kb_index.articles.steps import check_steps

_FLUSH_EVERY = 500
_ALIASES = {"language": "lang", "body": "answer"}


def import_path(session: Session, path: Path, *, author: str, publish: bool = True) -> ImportReport:
    """Imports a JSONL or CSV file, one Markdown article, or a folder of them, in the caller's transaction.

    An article that says what its latest version says is left alone; one that says something else gets a new version. With
    ``publish`` both are published at once. An archived article stays archived. If the report has faults nothing was written.
    """
    report = ImportReport()
    drafts = _check_rows(read_rows(Path(path)), report)
    if report.ok and not drafts:
        report.faults.append(Fault(Path(path).name, 0, "has no articles"))
    if report.ok:
        _write(session, drafts, report, author=author, publish=publish)
    report.faults.sort()
    return report


def check_path(path: Path) -> ImportReport:
    """The faults and warnings that an import of ``path`` would have; needs no database."""
    report = ImportReport()
    _check_rows(read_rows(Path(path)), report)
    report.faults.sort()
    return report


def _check_rows(rows: Iterable[Row | Fault], report: ImportReport) -> list[ArticleDraft]:
    known: dict[str, tuple[Row, ArticleDraft]] = {}
    for row in rows:
        if isinstance(row, Fault):
            report.faults.append(row)
            continue
        draft = _check_row(row, report)
        while draft is not None and draft.id in known:
            draft = _resolve_duplicate(row, draft, *known[draft.id], report)
        if draft is not None:
            known[draft.id] = (row, draft)
    return [draft for _, draft in known.values()]


def _resolve_duplicate(
    row: Row, draft: ArticleDraft, first: Row, other: ArticleDraft, report: ImportReport
) -> ArticleDraft | None:
    """The same article again is left out; another article gets another id; the same title with two answers is a fault."""
    place = f"the id {draft.id!r} is also that of {first.file}:{first.line}"
    if draft.content_hash() == other.content_hash():
        report.warnings.append(Fault(row.file, row.line, f"{place}, which says the same; left out"))
        return None
    if draft.title == other.title:
        report.faults.append(Fault(row.file, row.line, f"{place}, which has the same title and says something else"))
        return None
    renamed = draft.model_copy(update={"id": _next_id(draft.id)})
    report.warnings.append(Fault(row.file, row.line, f"{place}; it becomes {renamed.id!r}"))
    return renamed


def _next_id(taken: str) -> str:
    """``name`` → ``name~2`` → ``name~3``, never longer than an id may be."""
    match = re.fullmatch(r"(.*)~(\d+)", taken)
    stem, number = (match[1], int(match[2]) + 1) if match else (taken, 2)
    suffix = f"~{number}"
    return stem[: ID_LENGTH - len(suffix)] + suffix


def _check_row(row: Row, report: ImportReport) -> ArticleDraft | None:
    values = {_ALIASES.get(key, key): value for key, value in row.values.items() if value is not None}
    faults = list(_step_faults(row, values))
    checked = {key: value for key, value in values.items() if key != "steps"} if faults else values
    try:
        draft = ArticleDraft.model_validate(checked)
    except ValidationError as error:
        faults += [Fault(row.file, row.line, message) for message in _messages(error)]
    report.faults += faults
    if faults:
        return None
    if has_html(draft.answer):
        report.warnings.append(Fault(row.file, row.line, "has HTML, which is shown as text"))
    return draft


def _step_faults(row: Row, values: dict[str, Any]) -> Iterable[Fault]:
    if "steps" not in values:
        return
    for fault in check_steps(values["steps"]):
        known = 0 < fault.place <= len(row.step_lines)
        yield Fault(row.file, row.step_lines[fault.place - 1] if known else row.line, str(fault))


def _messages(error: ValidationError) -> Iterable[str]:
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        place = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        yield f"{place}: {message}" if place else message


def _write(
    session: Session, drafts: Sequence[ArticleDraft], report: ImportReport, *, author: str, publish: bool
) -> None:
    existing = {row[0].id: row for row in queries.iter_existing(session, [draft.id for draft in drafts])}
    for number, draft in enumerate(drafts, 1):
        found = existing.get(draft.id)
        if found is None:
            _create(session, draft, report, author=author, publish=publish)
        else:
            _update(session, draft, *found, report=report, author=author, publish=publish)
        if number % _FLUSH_EVERY == 0:
            session.flush()
    session.flush()


def _create(session: Session, draft: ArticleDraft, report: ImportReport, *, author: str, publish: bool) -> None:
    article = Article(id=draft.id, state=State.DRAFT, latest_version=1, published_version=None)
    session.add_all([article, make_version(draft, 1, author), _event(article, 1, EventKind.CREATED, author)])
    report.created.append(draft.id)
    if publish:
        _publish(session, article, 2, report, author)


def _update(
    session: Session,
    draft: ArticleDraft,
    article: Article,
    content_hash: str,
    seq: int,
    *,
    report: ImportReport,
    author: str,
    publish: bool,
) -> None:
    if article.state == State.ARCHIVED:
        report.archived.append(article.id)
        return
    if content_hash == draft.content_hash():
        if publish and article.state != State.PUBLISHED:
            _publish(session, article, seq + 1, report, author)
        else:
            report.unchanged.append(article.id)
        return
    article.latest_version += 1
    article.state = State.DRAFT
    article.updated_at = utc_now()
    session.add_all(
        [make_version(draft, article.latest_version, author), _event(article, seq + 1, EventKind.REVISED, author)]
    )
    report.revised.append(article.id)
    if publish:
        _publish(session, article, seq + 2, report, author)


def _publish(session: Session, article: Article, seq: int, report: ImportReport, author: str) -> None:
    article.state = State.PUBLISHED
    article.published_version = article.latest_version
    article.updated_at = utc_now()
    session.add(_event(article, seq, EventKind.PUBLISHED, author))
    report.published.append(article.id)


def _event(article: Article, seq: int, kind: EventKind, author: str) -> ArticleEvent:
    return ArticleEvent(
        article_id=article.id, seq=seq, kind=kind, version=article.latest_version, author=author, note="import"
    )
