"""Playing a script in the terminal."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb_index.articles.script_run import Script
from kb_index.cli import app
from kb_index.preview import play
from tests.kb_index.test_steps import documented_steps

SAMPLE = Path(__file__).parents[2] / "kb_index" / "sample"


def _lines(*typed: str) -> list[str]:
    return [line.text for line in play(Script(documented_steps()), typed)]


def test_a_run_shows_each_step_its_options_and_how_it_ends() -> None:
    lines = _lines("na agência", "2", "E403")
    assert lines[:3] == ["Você está na rede da agência ou fora dela?", "1. Na agência", "2. Fora dela"]
    assert "→ ticket" in lines
    assert "   description: VPN com erro E403 após reiniciar" in lines
    assert lines[-1] == "   Qual é o código do erro que aparece na tela? — E403"


def test_moves_work_as_with_the_bot() -> None:
    lines = _lines("1", "voltar", "voltar", "trem azul", "1", "já fiz isso", "pular")
    assert lines.count("Você está na rede da agência ou fora dela?") == 4
    assert "(this is the first question)" in lines
    assert "(not understood; asked again)" in lines
    assert "→ ticket" in lines


def test_a_run_ends_where_nothing_more_is_typed() -> None:
    assert _lines("1")[-1] == "(stopped)"


def test_the_command_plays_a_file(tmp_path: Path) -> None:
    script = SAMPLE / "vpn" / "vpn-nao-conecta.md"
    result = CliRunner().invoke(app, ["preview", str(script), "--no-by-meaning"], input="1\nparar\n")
    assert result.exit_code == 0
    assert "Onde você está agora?" in result.output


def test_the_command_names_the_faults_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.md"
    path.write_text(
        "---\nid: a\nkind: script\ntitle: A\nsteps:\n  - id: b\n    say: oi\n    go: c\n---\nTexto.\n", "utf-8"
    )
    result = CliRunner().invoke(app, ["preview", str(path), "--no-by-meaning"])
    assert result.exit_code == 1
    assert "bad.md:6: step 'b': goes to 'c'" in result.output


@pytest.mark.parametrize("name", ["vpn/vpn-lenta.md"])
def test_an_article_without_steps_is_no_script(name: str) -> None:
    result = CliRunner().invoke(app, ["preview", str(SAMPLE / name), "--no-by-meaning"])
    assert result.exit_code == 1
    assert "is no script with steps" in result.output
