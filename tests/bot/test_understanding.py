"""How well the classifier understands: by cross-validation, and on real questions where they are at hand."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.bot.processes import BOT_PYTHON, ROOT

_DATA = ROOT.parent / "shared" / "data"
_LEAST_EXAMPLES = 25


def _evaluate(*files: Path) -> dict[str, Any]:
    if not BOT_PYTHON.exists():
        pytest.skip("no .venv-bot: `make up` makes it")
    command = [str(BOT_PYTHON), "-m", "bot.evaluate", "--mistakes", *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_dialogue_is_understood_and_questions_go_to_the_knowledge_base() -> None:
    files = sorted(_DATA.glob("*/queries.jsonl")) + sorted(_DATA.glob("*/*/queries.jsonl"))
    figures = _evaluate(*files)
    assert figures["dialogue_accuracy"] >= 0.96
    if not files:
        pytest.skip("../shared/data is absent: the share of real questions is not measured")
    assert figures["to_knowledge_base"] >= 0.99, figures["strayed"]


def test_every_intent_has_enough_examples() -> None:
    import yaml

    for path in sorted((ROOT / "nlu_data" / "nlu").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text())["nlu"]:
            assert len(entry["examples"].splitlines()) >= _LEAST_EXAMPLES, entry["intent"]
