"""Every setting that a process reads stands in docs/settings.md."""

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS_CLASSES = (
    ("balcao.up", "UpSettings"),
    ("balcao.prepare", "PrepareSettings"),
    ("handoff.settings", "DeskSettings"),
    ("kb_index.settings", "SearchSettings"),
    ("actions.settings", "ActionSettings"),
    ("bot.channels.telegram.settings", "TelegramSettings"),
)
FOR_BUILD_AND_TESTS = {
    "BALCAO_PYTHON310",
    "BALCAO_PYTHON311",
    "BALCAO_NO_SKIPS",
    "BALCAO_TEST_CACHE",
    "BALCAO_CRASH_KILLS",
    "BALCAO_DESK_KILLS",
    "BALCAO_TELEGRAM_KILLS",
    "BALCAO_SLA_LIVES",
    "BALCAO_SLA_RESTARTS",
}
# Set by the bot for its own endpoints.yml.
WITHIN_THE_BOT = {"BALCAO_ACTIONS_URL", "BALCAO_TRACKERS"}
SOURCE_FOLDERS = ("balcao", "bot", "actions", "kb_index", "handoff")


def _documented() -> set[str]:
    return set(re.findall(r"`(BALCAO_[A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text()))


def _named_in_classes() -> set[str]:
    names = set()
    for module, name in SETTINGS_CLASSES:
        fields = getattr(importlib.import_module(module), name).model_fields
        names |= {f"BALCAO_{field.upper()}" for field in fields}
    return names


def _named_in_source() -> set[str]:
    files = [path for folder in SOURCE_FOLDERS for path in (ROOT / folder).rglob("*.py")]
    found = (re.findall(r"[\"'](BALCAO_[A-Z0-9_]*[A-Z0-9])[\"']", path.read_text(encoding="utf-8")) for path in files)
    return {name for names in found for name in names}


def test_every_setting_is_documented():
    assert (_named_in_classes() | _named_in_source()) - WITHIN_THE_BOT - _documented() == set()


def test_the_page_lists_no_setting_that_nobody_reads():
    assert _documented() - _named_in_classes() - _named_in_source() - FOR_BUILD_AND_TESTS == set()
