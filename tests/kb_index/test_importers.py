"""Imports from JSONL, CSV and Markdown."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balcao.database import Database
from kb_index.articles import queries
from kb_index.articles.importers import ImportReport, import_path
from kb_index.articles.importers.load import check_path
from kb_index.articles.service import archive_article

SAMPLE = Path(__file__).parents[2] / "kb_index" / "sample"
SHARED = Path(__file__).parents[3] / "shared" / "data"
ROW = {"id": "vpn", "kind": "faq", "title": "Como instalo a VPN?", "answer": "Abra a central."}


def write_jsonl(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def run(database: Database, path: Path, **options: Any) -> ImportReport:
    with database.write() as session:
        return import_path(session, path, author="ana", **options)


def markdown(body: str = "A resposta.", **changes: str) -> str:
    values = {"id": "vpn", "kind": "faq", "title": "Como instalo a VPN?", **changes}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in values.items()) + f"---\n{body}\n"


def faults(path: Path) -> list[str]:
    return [str(fault) for fault in check_path(path).faults]


def test_a_new_article_is_created_published_and_told_in_the_timeline(database: Database, tmp_path: Path) -> None:
    report = run(database, write_jsonl(tmp_path / "a.jsonl", {**ROW, "questions": ["baixar vpn", "baixar vpn", " "]}))
    assert (report.created, report.published, report.ok) == (["vpn"], ["vpn"], True)
    with database.read() as session:
        (article,) = queries.list_published(session)
        events = queries.list_events(session, "vpn")
    assert (article.questions, article.version) == (("baixar vpn",), 1)
    assert [(event.seq, event.kind, event.author) for event in events] == [
        (1, "created", "ana"),
        (2, "published", "ana"),
    ]


def test_the_same_again_changes_nothing_and_a_change_makes_a_version(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    run(database, write_jsonl(path, ROW))
    assert run(database, path).unchanged == ["vpn"]
    assert run(database, write_jsonl(path, {**ROW, "answer": "Outra."})).revised == ["vpn"]
    with database.read() as session:
        (article,) = queries.list_published(session)
        first = queries.find_version(session, "vpn", 1)
    assert (article.version, article.answer) == (2, "Outra.")
    assert first is not None
    assert first.body == "Abra a central."


def test_drafts_are_published_by_a_later_import(database: Database, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", ROW)
    assert run(database, path, publish=False).published == []
    with database.read() as session:
        assert queries.list_published(session) == []
    assert run(database, path).published == ["vpn"]


def test_an_archived_article_stays_archived(database: Database, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", ROW)
    run(database, path)
    with database.write() as session:
        archive_article(session, "vpn", author="bia")
    assert run(database, path).archived == ["vpn"]


def test_one_bad_row_keeps_the_good_ones_out(database: Database, tmp_path: Path) -> None:
    report = run(database, write_jsonl(tmp_path / "a.jsonl", ROW, {**ROW, "id": "b", "kind": "poem"}))
    assert [(fault.file, fault.line) for fault in report.faults] == [("a.jsonl", 2)]
    with database.read() as session:
        assert queries.count_by_state(session) == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": None}, "title: Field required"),
        ({"title": "  "}, "title: is empty"),
        ({"answer": "\u200b"}, "answer: is empty"),
        ({"answer": "a\x00b"}, "NUL"),
        ({"answer": "x" * 1_000_001}, "at most 1000000"),
        ({"id": ""}, "id: "),
        ({"id": "x" * 201}, "id: "),
        ({"id": "a\nb"}, "id: "),
        ({"kind": "poem"}, "kind: "),
        ({"audience": "friends"}, "audience: "),
        ({"questions": "not a list"}, "questions: "),
        ({"review_by": "amanhã"}, "review_by: "),
        ({"steps": []}, "at least one step"),
        ({"kind": "faq", "steps": [{"id": "a", "outcome": "solved"}]}, "belong to a script"),
    ],
)
def test_a_bad_value_is_told_with_its_field(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    (fault,) = faults(write_jsonl(tmp_path / "a.jsonl", {**ROW, **change}))
    assert fault.startswith("a.jsonl:1: ")
    assert message in fault


def test_ids_are_kept_to_the_letter_and_html_only_warned_of(tmp_path: Path, sqlite: Database) -> None:
    strange = "pen:APP/É um #id? "
    report = run(sqlite, write_jsonl(tmp_path / "a.jsonl", {**ROW, "id": strange, "answer": "<script>x</script>"}))
    assert report.ok
    assert "HTML" in report.warnings[0].message
    with sqlite.read() as session:
        (article,) = queries.list_published(session)
    assert (article.id, article.answer) == (strange, "<script>x</script>")


def test_invisible_and_bidi_characters_are_removed(tmp_path: Path, sqlite: Database) -> None:
    run(sqlite, write_jsonl(tmp_path / "a.jsonl", {**ROW, "title": "Co\u202emo\u200b  e\u0301?\x07"}))
    with sqlite.read() as session:
        assert queries.list_published(session)[0].title == "Como é?"


def test_a_body_of_200_kb_is_accepted(tmp_path: Path) -> None:
    assert faults(write_jsonl(tmp_path / "a.jsonl", {**ROW, "answer": "texto " * 34_000})) == []


def test_duplicate_ids_are_told_apart_by_what_they_say(tmp_path: Path) -> None:
    same = check_path(write_jsonl(tmp_path / "a.jsonl", ROW, ROW))
    assert (same.ok, "left out" in same.warnings[0].message) == (True, True)
    torn = check_path(write_jsonl(tmp_path / "b.jsonl", ROW, {**ROW, "answer": "Outra."}))
    assert "b.jsonl:2: the id 'vpn' is also that of b.jsonl:1" in str(torn.faults[0])
    other = check_path(
        write_jsonl(tmp_path / "c.jsonl", ROW, {**ROW, "title": "B", "answer": "b"}, {**ROW, "title": "C"})
    )
    assert other.ok
    assert other.warnings[-1].message.endswith("it becomes 'vpn~3'")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "1: is no JSON"),
        (b"[1]", "1: is no JSON object"),
        (b"\n\n{'a'}", "3: is no JSON"),
        ('{"id": "é"}'.encode("latin-1"), "not UTF-8"),
        (b"[" * 100_000, "is no JSON"),
        (b"", "has no articles"),
    ],
)
def test_broken_jsonl_is_told_with_its_line(tmp_path: Path, sqlite: Database, raw: bytes, message: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(raw)
    assert message in str(run(sqlite, path).faults[0])


def test_csv_may_use_commas_or_semicolons_and_a_byte_order_mark(tmp_path: Path, sqlite: Database) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        '\ufeffid;kind;title;answer;questions\r\na;faq;A?;Sim, claro;um|dois\r\nb;faq;B?;"x\ny";\r\n', "utf-8"
    )
    assert run(sqlite, path).ok
    with sqlite.read() as session:
        first, second = queries.list_published(session)
    assert (first.answer, first.questions, second.answer) == ("Sim, claro", ("um", "dois"), "x\ny")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title,answer\nx,y\n", "a.csv:1:"),
        ('id,kind,title,answer\na,faq,A?,"x\ny"\nb,faq,B?\n', "a.csv:4:"),
        ('id,kind,title,answer\na,faq,A?,"x\n', "a.csv:"),
        ("id,kind,title,answer,steps\na,script,A?,x,{\n", "a.csv:2: steps is no JSON"),
    ],
)
def test_broken_csv_is_told_with_its_line(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "a.csv").write_text(text, "utf-8")
    assert faults(tmp_path / "a.csv")[0].startswith(place)


def test_a_folder_of_markdown_is_read_with_its_subfolders(tmp_path: Path, sqlite: Database) -> None:
    (tmp_path / "rede").mkdir()
    (tmp_path / "rede" / "a.md").write_text(markdown("**Oi**\n\n- um", questions="[no, 2024]"), "utf-8")
    assert run(sqlite, tmp_path / "rede" / "..").ok
    with sqlite.read() as session:
        (article,) = queries.list_published(session)
    assert (article.answer, article.questions) == ("**Oi**\n\n- um", ("no", "2024"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("sem nada", 1, "must begin with a line ---"),
        ("---\nid: a\n", 1, "no end"),
        ("---\n- a\n---\n", 2, "keys and values"),
        ("---\nid: a\nid: b\n---\nx", 3, "given twice"),
        ("---\nid: a\ntitle: b: c\n---\nx", 3, "is no YAML"),
        (markdown(title="&a x"), 4, "anchors"),
        ("---\na: &a [x, x]\nb: [*a, *a]\n---\nx", 2, "anchors"),
        (markdown(title="!!python/object:os.system x"), 4, "tags"),
        (markdown(questions="[" * 5_000), 5, "nested deeper"),
        (markdown(questions=f'["{"x" * 300_000}"]'), 1, "over"),
        (markdown(answer="x"), 2, "not a key"),
    ],
)
def test_hostile_front_matter_is_told_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    (tmp_path / "a.md").write_text(text, "utf-8")
    (fault,) = check_path(tmp_path / "a.md").faults
    assert (fault.file, fault.line) == ("a.md", line)
    assert message in fault.message


def test_a_fault_of_a_step_is_told_with_the_line_of_the_step(tmp_path: Path) -> None:
    steps = "\n  - {id: a, say: Oi, go: b}\n  - {id: b, say: Oi, go: z}"
    (tmp_path / "a.md").write_text(markdown(kind="script", steps=steps), "utf-8")
    assert faults(tmp_path / "a.md") == ["a.md:7: step 'b': goes to 'z', which is no step"]


def test_a_missing_path_and_an_unknown_kind_of_file_are_faults(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"x")
    assert "no such file" in faults(tmp_path / "nada")[0]
    assert "is neither" in faults(tmp_path / "a.docx")[0]
    (tmp_path / "leer").mkdir()
    assert "has no .md" in faults(tmp_path / "leer")[0]


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co"]), min_size=1, max_size=60).filter(
    lambda text: text.strip() == text and text.isprintable()
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries({"id": TEXT, "title": TEXT, "answer": TEXT}), min_size=1, unique_by=lambda r: r["id"]
    )
)
def test_every_printable_article_is_imported_and_recognised(sqlite: Database, rows: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, sqlite.engine.connect(), sqlite.read() as session:
        path = write_jsonl(Path(folder) / "a.jsonl", *({"kind": "faq", **row} for row in rows))
        report = import_path(session, path, author="ana")
        assert report.ok, report.faults
        assert sorted(report.created) == sorted(row["id"] for row in rows)
        again = import_path(session, path, author="ana")
        assert len(again.unchanged) == len(rows)
        session.rollback()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([".jsonl", ".csv", ".md"]))
def test_any_bytes_give_a_report_and_never_an_exception(raw: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes((b"---\n" if suffix == ".md" else b"") + raw)
        check_path(path)


def test_the_sample_articles_are_all_sound() -> None:
    assert [str(fault) for fault in check_path(SAMPLE).faults] == []


def test_a_real_knowledge_base_imports_whole(database: Database) -> None:
    path = SHARED / "pen_kb" / "articles.jsonl"
    if not path.is_file():
        pytest.skip("../shared/data/pen_kb is absent")
    report = run(database, path)
    assert (report.ok, len(report.created)) == (True, 291)
    assert len(run(database, path).unchanged) == 291
