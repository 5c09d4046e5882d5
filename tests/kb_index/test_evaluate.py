"""The evaluation command, on files as a user would give them."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from balcao.errors import InvalidInput
from kb_index.evaluate import evaluate, main, read_articles, read_queries
from kb_index.settings import IndexSettings
from tests.kb_index.conftest import SUBJECTS


def write(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    rows = [
        {"id": f"a{n}", "kind": "faq", "title": f"Como resolvo {subject}?", "answer": f"Siga o roteiro de {subject}."}
        for n, subject in enumerate(SUBJECTS)
    ]
    return write(tmp_path / "a.jsonl", rows)


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    rows: list[dict[str, Any]] = [
        {"text": f"problema com {subject}", "label": f"a{n}", "kind": "in"} for n, subject in enumerate(SUBJECTS)
    ]
    rows.append({"text": "senha", "label": "a0", "kind": "in_short"})
    rows += [
        {"text": text, "label": None, "kind": "smalltalk"} for text in ("bom dia!", "me conta uma piada", "😀", "")
    ]
    return write(tmp_path / "q.jsonl", rows)


def test_the_report_has_every_figure(model_settings: IndexSettings, articles: Path, queries: Path) -> None:
    found = read_articles(articles)
    asked = read_queries(queries, {article.id for article in found})
    report = evaluate(found, asked, model_settings.home)
    assert (report["articles"], report["queries"], report["short"]["queries"]) == (15, 20, 1)
    assert report["recall_at_1"] > 0.9
    assert report["auroc"]["smalltalk"] > 0.9
    assert set(report["coverage_at_precision"]) == {"0.90", "0.95"}
    assert set(report["decision"]) == {
        "answer_precision",
        "in_scope_answered_right",
        "in_scope_choices_with_right",
        "oos_answered",
    }
    assert 0 <= report["calibration_error"] <= 1
    assert report["query_ms"]["p50"] > 0
    assert report["seconds"]["build"] >= report["seconds"]["fit"] > 0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([], "2: is no JSON object"),
        ({"title": "sem id"}, "2: needs an id"),
        ({"id": "x"}, "2: needs an id, and a title or an answer"),
        ({"id": "x", "title": "t", "questions": "q"}, "2: questions must be"),
        ({"id": 5, "title": "t"}, "2: id must be a text"),
    ],
)
def test_a_wrong_article_is_told_with_its_line(tmp_path: Path, row: Any, message: str) -> None:
    path = write(tmp_path / "a.jsonl", [{"id": "a", "title": "t"}, row])
    with pytest.raises(InvalidInput, match=message):
        read_articles(path)


def test_a_wrong_query_is_told_with_its_line_and_no_traceback(tmp_path: Path, articles: Path) -> None:
    queries = write(tmp_path / "q.jsonl", [{"text": "oi", "label": "nada", "kind": "in"}])
    app = typer.Typer()
    app.command()(main)
    result = CliRunner().invoke(app, ["--articles", str(articles), "--queries", str(queries)])
    assert result.exit_code == 2
    assert "q.jsonl:1: the label 'nada' is no article" in result.output
