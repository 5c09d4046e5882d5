"""The shortcut through the rules finds what Rasa finds."""

import json
import subprocess

from tests.bot.processes import BOT_PYTHON, ROOT, Processes


def test_the_rules_found_by_intent_are_those_that_rasa_finds_among_all(processes: Processes) -> None:
    (model,) = sorted((processes.home / "rasa" / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)[-1:]
    command = [str(BOT_PYTHON), "-m", "tests.bot.rules_side_by_side", str(model)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    figures = json.loads(ran.stdout.splitlines()[-1])
    assert figures["histories"] == 400
    assert 50 < figures["with_a_rule"] < 400
