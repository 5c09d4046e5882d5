"""The arrows between the parts point one way: bot → actions → {kb_index, handoff} over HTTP, balcao under all."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = {"bot", "actions", "kb_index", "handoff"}
MAY_IMPORT = {
    "balcao": set(),
    "kb_index": {"balcao"},
    "handoff": {"balcao", "kb_index.articles"},
    "actions": {"balcao"},
    "bot": set(),
    "bot/channels": {"balcao", "bot.channels"},
}
COMPOSITION_ROOTS = {"balcao/cli.py", "balcao/prepare.py"}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _faults(part: str) -> list[str]:
    allowed = MAY_IMPORT[part] | ({part} if part in PARTS | {"balcao"} else set())
    found = []
    for path in sorted((ROOT / part).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name in COMPOSITION_ROOTS or (part == "bot" and name.startswith("bot/channels/")):
            continue
        for module in _imports(path):
            top = module.split(".")[0]
            if top in PARTS | {"balcao"} and not _is_allowed(module, allowed):
                found.append(f"{name} imports {module}")
    return found


def _is_allowed(module: str, allowed: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") or name.startswith(f"{module}.") for name in allowed)


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_a_part_imports_only_what_the_architecture_allows(part):
    assert _faults(part) == []


def test_the_check_itself_sees_a_forbidden_import(tmp_path, monkeypatch):
    (tmp_path / "kb_index").mkdir()
    (tmp_path / "kb_index" / "bad.py").write_text("from handoff.tickets import service\n")
    monkeypatch.setattr("tests.test_import_directions.ROOT", tmp_path)
    assert _faults("kb_index")
