"""Reads files into raw rows: mappings that nobody has checked yet, each with the place it came from."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb_index.articles.importers import markdown
from kb_index.articles.importers.report import Fault

MAX_FILE = 512 * 1024 * 1024
MAX_MARKDOWN = 4 * 1024 * 1024
_JSON_COLUMNS = ("steps",)
_MAX_CELL = 2_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One article as the file has it. ``lines`` gives the line of each step, where the format knows it."""

    file: str
    line: int
    values: dict[str, Any]
    step_lines: tuple[int, ...] = field(default=())


def read_rows(path: Path) -> Iterator[Row | Fault]:
    """Every row of a file or folder; a row that cannot even be read is a fault, and the others go on."""
    if path.is_dir():
        yield from _read_folder(path)
    elif not path.is_file():
        yield Fault(str(path), 0, "there is no such file or folder")
    elif path.stat().st_size > MAX_FILE:
        yield Fault(path.name, 0, f"is over {MAX_FILE} bytes")
    else:
        yield from _read_file(path)


def _read_file(path: Path) -> Iterator[Row | Fault]:
    readers = {".jsonl": _read_jsonl, ".ndjson": _read_jsonl, ".csv": _read_csv, ".md": _read_markdown}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        yield Fault(path.name, 0, "is neither .jsonl, .csv, .md nor a folder of .md")
    else:
        yield from reader(path, path.name)


def _read_folder(folder: Path) -> Iterator[Row | Fault]:
    paths = sorted(path for path in folder.rglob("*.md") if path.is_file())
    if not paths:
        yield Fault(str(folder), 0, "has no .md file")
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if not path.resolve().is_relative_to(folder.resolve()):
            yield Fault(name, 0, "is a link to outside the folder")
        else:
            yield from _read_markdown(path, name)


def _read_jsonl(path: Path, name: str) -> Iterator[Row | Fault]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            row = _parse_json_line(raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw, name, number)
            if row is not None:
                yield row


def _parse_json_line(raw: bytes, name: str, number: int) -> Row | Fault | None:
    if not raw.strip():
        return None
    try:
        value = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Fault(name, number, _not_utf8(error))
    except (ValueError, RecursionError) as error:
        return Fault(name, number, f"is no JSON: {error}")
    if not isinstance(value, dict):
        return Fault(name, number, "is no JSON object")
    return Row(name, number, value)


def _read_csv(path: Path, name: str) -> Iterator[Row | Fault]:
    text = _decoded(path.read_bytes(), name)
    if isinstance(text, Fault):
        yield text
        return
    csv.field_size_limit(_MAX_CELL)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        if not {"id", "title"} <= set(reader.fieldnames or ()):
            yield Fault(name, 1, "the first line must name the columns, id and title among them")
            return
        line = reader.line_num + 1
        for values in reader:
            yield _csv_row(name, line, values)
            line = reader.line_num + 1
    except csv.Error as error:
        yield Fault(name, reader.line_num, f"is no CSV: {error}")


def _csv_row(name: str, line: int, values: dict[str | Any, str | Any]) -> Row | Fault:
    if None in values or None in values.values():
        return Fault(name, line, "has another number of columns than the first line")
    row: dict[str, Any] = {key: value for key, value in values.items() if value.strip()}
    if "questions" in row:
        row["questions"] = _split_questions(row["questions"])
    try:
        row.update({key: json.loads(row[key]) for key in _JSON_COLUMNS if key in row})
    except (ValueError, RecursionError) as error:
        return Fault(name, line, f"steps is no JSON: {error}")
    return Row(name, line, row)


def _split_questions(cell: str) -> list[str]:
    return cell.splitlines() if "\n" in cell.strip() else cell.split("|")


def _delimiter(text: str) -> str:
    """Spreadsheets in Portuguese write semicolons."""
    head = text.split("\n", 1)[0]
    return ";" if head.count(";") > head.count(",") else ","


def _read_markdown(path: Path, name: str) -> Iterator[Row | Fault]:
    if path.stat().st_size > MAX_MARKDOWN:
        yield Fault(name, 0, f"is over {MAX_MARKDOWN} bytes")
        return
    text = _decoded(path.read_bytes(), name)
    if isinstance(text, Fault):
        yield text
        return
    try:
        values, step_lines = markdown.parse(text)
    except markdown.BadFrontMatter as error:
        yield Fault(name, error.line, error.message)
    else:
        yield Row(name, 1, values, step_lines)


def _decoded(raw: bytes, name: str) -> str | Fault:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Fault(name, raw[: error.start].count(b"\n") + 1, _not_utf8(error))


def _not_utf8(error: UnicodeDecodeError) -> str:
    return f"is not UTF-8 (byte 0x{error.object[error.start]:02x} at {error.start}); save it as UTF-8"
