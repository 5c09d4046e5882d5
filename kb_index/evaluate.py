"""Evaluates the product's own index, ranker and confidence on any articles and queries.

``python -m kb_index.evaluate --articles A.jsonl --queries Q.jsonl [--json OUT]`` builds a snapshot as a live one is built, from the
articles alone, in a temporary folder, loads it as the search service does, and asks it every query.
"""

import json
import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from balcao.errors import InvalidInput
from kb_index import measures
from kb_index.articles.schemas import PublishedArticle
from kb_index.ranking import Decision, Ranked
from kb_index.settings import IndexSettings
from kb_index.snapshot import open_engine
from kb_index.snapshot.builder import build_snapshot
from kb_index.snapshot.loaded import LoadedSnapshot

DEPTH = 10
_CHOICES = 5


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the ids of the articles that answer it (none: out of scope) and its kind."""

    text: str
    right: frozenset[str]
    kind: str

    @property
    def in_scope(self) -> bool:
        return self.kind.startswith("in")

    @property
    def short(self) -> bool:
        return self.in_scope and self.kind.endswith("_short")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the product did with a query. ``rank`` of the first right article, from 1, or None."""

    query: Query
    rank: int | None
    confidence: float
    decision: Decision
    milliseconds: float


def read_articles(path: Path) -> list[PublishedArticle]:
    """Articles of a JSONL file; an answer or variants may be missing, and two may have one id."""
    return [_article(path, number, row) for number, row in _read(path)]


def read_queries(path: Path, ids: set[str]) -> list[Query]:
    """Queries of a JSONL file; a label that is no article is an error."""
    return [_query(path, number, row, ids) for number, row in _read(path)]


def evaluate(
    articles: Sequence[PublishedArticle], queries: Sequence[Query], home: Path | None = None
) -> dict[str, Any]:
    """The report described in ``--json``; figures that have no queries are None."""
    settings = IndexSettings() if home is None else IndexSettings(home=home)
    distinct, names = _distinct(articles)
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        engine = open_engine(settings, threads=2)
        result = build_snapshot(Path(scratch), distinct, engine.embedder)
        seconds = {"build": round(time.perf_counter() - started, 3), "fit": round(result.fit_seconds, 3)}
        snapshot = LoadedSnapshot.load(result.folder, open_engine(settings, threads=1).embedder)
        outcomes = [_ask(snapshot, query, names) for query in queries]
    return {"articles": len(articles), "queries": len(queries), **_report(outcomes), "seconds": seconds}


def _ask(snapshot: LoadedSnapshot, query: Query, names: Sequence[str]) -> Outcome:
    started = time.perf_counter()
    found: list[Ranked] = snapshot.rank(query.text, k=DEPTH).results
    milliseconds = (time.perf_counter() - started) * 1e3
    rank = next((place for place, one in enumerate(found, 1) if names[one.row] in query.right), None)
    confidence = found[0].confidence if found else 0.0
    return Outcome(query, rank, confidence, snapshot.ranker.decide(found[:_CHOICES]), milliseconds)


def _report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    main = [one for one in outcomes if one.query.in_scope and not one.query.short]
    short = [one for one in outcomes if one.query.short]
    outside = [one for one in outcomes if not one.query.in_scope]
    judged = main + outside
    right = np.array([one.rank == 1 for one in judged], bool)
    confidence = [one.confidence for one in judged]
    answerable = np.array([one.query.in_scope for one in judged], bool)
    times = [one.milliseconds for one in outcomes]
    return {
        **_ranking(main),
        **({"short": {"queries": len(short), **_ranking(short)}} if short else {}),
        "auroc": {kind: _auroc(main, outside, kind) for kind in sorted({one.query.kind for one in outside})},
        "coverage_at_precision": {
            f"{level:.2f}": _number(measures.coverage_at_precision(confidence, right, answerable, level))
            for level in (0.90, 0.95)
        },
        "decision": _decisions(main, outside),
        "calibration_error": _number(measures.calibration_error(confidence, right)),
        "query_ms": {
            name: _number(np.percentile(times, q)) if times else None for name, q in (("p50", 50), ("p95", 95))
        },
    }


def _ranking(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    ranks = [one.rank for one in outcomes]
    return {
        "recall_at_1": _number(measures.recall_at(ranks, 1)),
        "recall_at_3": _number(measures.recall_at(ranks, 3)),
        "mrr_at_10": _number(measures.mrr_at(ranks, DEPTH)),
    }


def _auroc(inside: Sequence[Outcome], outside: Sequence[Outcome], kind: str) -> float | None:
    others = [one.confidence for one in outside if one.query.kind == kind]
    return _number(measures.auroc([one.confidence for one in inside], others))


def _decisions(main: Sequence[Outcome], outside: Sequence[Outcome]) -> dict[str, float | None]:
    answered = [one for one in (*main, *outside) if one.decision is Decision.ANSWER]
    right = [one for one in main if one.decision is Decision.ANSWER and one.rank == 1]
    offered = [one for one in main if one.decision is Decision.CHOICES and one.rank and one.rank <= _CHOICES]
    wrongly = [one for one in outside if one.decision is Decision.ANSWER]
    return {
        "answer_precision": _number(measures.share(len(right), len(answered))),
        "in_scope_answered_right": _number(measures.share(len(right), len(main))),
        "in_scope_choices_with_right": _number(measures.share(len(offered), len(main))),
        "oos_answered": _number(measures.share(len(wrongly), len(outside))),
    }


def _number(value: float) -> float | None:
    """JSON knows no NaN."""
    return None if math.isnan(value) else round(float(value), 4)


def _distinct(articles: Sequence[PublishedArticle]) -> tuple[list[PublishedArticle], list[str]]:
    """The articles with ids of their own, in order, and the ids they had."""
    seen: dict[str, int] = {}
    distinct = []
    for article in articles:
        seen[article.id] = seen.get(article.id, 0) + 1
        suffix = "" if seen[article.id] == 1 else f"~{seen[article.id]}"
        distinct.append(article.model_copy(update={"id": article.id + suffix}))
    return distinct, [article.id for article in articles]


def _read(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from error
    return [(number, _object(path, number, line)) for number, line in enumerate(lines, 1) if line.strip()]


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path}:{number}: is no JSON in UTF-8: {error}") from error
    if not isinstance(value, dict):
        raise InvalidInput(f"{path}:{number}: is no JSON object")
    return value


def _article(path: Path, number: int, row: dict[str, Any]) -> PublishedArticle:
    questions = row.get("questions") or []
    if not isinstance(questions, list) or not all(isinstance(question, str) for question in questions):
        raise InvalidInput(f"{path}:{number}: questions must be a list of texts")
    texts = {key: row.get(key) or "" for key in ("id", "title", "answer", "kind")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise InvalidInput(f"{path}:{number}: {key} must be a text")
    if not texts["id"] or not (texts["title"] or texts["answer"]):
        raise InvalidInput(f"{path}:{number}: needs an id, and a title or an answer")
    service = row.get("service")
    return PublishedArticle(
        id=texts["id"],
        version=1,
        kind=texts["kind"] or "faq",
        title=texts["title"],
        answer=texts["answer"],
        questions=tuple(questions),
        service=service if isinstance(service, str) else None,
        language=str(row.get("lang") or "pt-BR"),
    )


def _query(path: Path, number: int, row: dict[str, Any], ids: set[str]) -> Query:
    text, label, kind, also = row.get("text"), row.get("label"), row.get("kind"), row.get("also") or []
    if not isinstance(text, str) or not isinstance(kind, str) or not isinstance(also, list):
        raise InvalidInput(f"{path}:{number}: needs a text and a kind; also is a list")
    if not kind.startswith("in"):
        return Query(text, frozenset(), kind)
    if label not in ids:
        raise InvalidInput(f"{path}:{number}: the label {label!r} is no article")
    return Query(text, frozenset([label, *also]), kind)


def print_report(report: dict[str, Any], console: Console) -> None:
    """The report as a table."""
    table = Table("measure", "value", title=f"{report['articles']} articles, {report['queries']} queries")
    for name, value in report.items():
        if isinstance(value, dict):
            for part, number in value.items():
                table.add_row(f"{name} {part}", "–" if number is None else str(number))
        elif name not in ("articles", "queries"):
            table.add_row(name, "–" if value is None else str(value))
    console.print(table)


def main(
    articles: Annotated[Path, typer.Option(help="JSONL of articles")],
    queries: Annotated[Path, typer.Option(help="JSONL of queries")],
    json_out: Annotated[Path | None, typer.Option("--json", help="where to write the report as JSON")] = None,
) -> None:
    """Measures ranking, confidence and decisions on ARTICLES and QUERIES."""
    try:
        found = read_articles(articles)
        asked = read_queries(queries, {article.id for article in found})
    except InvalidInput as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(2) from error
    report = evaluate(found, asked)
    print_report(report, Console())
    if json_out is not None:
        json_out.write_text(json.dumps(report, indent=2, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    typer.run(main)
