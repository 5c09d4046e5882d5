"""Both languages of the console are complete, and times are shown where and how the reader expects them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from handoff.console import i18n
from handoff.console.clock import Clock
from handoff.console.jswords import JS_WORDS
from handoff.console.labels import REASONS, label
from handoff.console.routes import STATIC

CONSOLE = Path(i18n.__file__).parent
ZONE = ZoneInfo("America/Sao_Paulo")
HOLES = re.compile(r"%\(\w+\)s")


def extracted() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(
        CONSOLE,
        method_map=[("**.py", "python"), ("**.html", "jinja2")],
        keywords={"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)},
    )
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("path", sorted(i18n.LOCALES.glob("*.po")), ids=lambda path: path.stem)
def test_every_message_is_translated_with_the_same_holes_and_none_is_left_over(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file)
    known = {message.id: message for message in catalogue if message.id}
    assert set(known) == extracted()
    for source, message in known.items():
        assert not message.fuzzy
        sources = [source] if isinstance(source, str) else list(source)
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(texts), source
        for text in texts:
            assert sorted(HOLES.findall(text)) == sorted(HOLES.findall(sources[0])), source


def test_there_are_portuguese_and_english() -> None:
    assert set(i18n.load_words()) == {"pt-BR", "en"}


def test_every_word_of_the_scripts_is_carried_by_the_pages_and_used() -> None:
    scripts = "\n".join(path.read_text() for path in STATIC.glob("*.js"))
    said = set(re.findall(r'say\(\s*"(\w+)"', scripts))
    assert said <= set(JS_WORDS)
    for code in JS_WORDS:
        assert f'"{code}"' in scripts or code.startswith("gone_"), code


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("pt-BR,pt;q=0.9", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("en-GB,en", "en"),
        ("de", "pt-BR"),
        (None, "pt-BR"),
        (";;,", "pt-BR"),
    ],
)
def test_the_language_is_the_first_one_that_we_have(wanted: str | None, language: str) -> None:
    assert i18n.best_language(wanted, i18n.load_words()) == language


@given(st.text(max_size=60))
def test_any_accept_language_gives_a_language(wanted: str) -> None:
    assert i18n.best_language(wanted, {"pt-BR": None, "en": None}) in {"pt-BR", "en"}  # type: ignore[dict-item]


def test_days_and_hours_are_those_of_the_desks_time_zone() -> None:
    words = i18n.load_words()
    clock = Clock(now=datetime(2026, 11, 23, 2, 30, tzinfo=UTC), zone=ZONE, words=words["pt-BR"])
    assert clock.time(datetime(2026, 11, 23, 2, 5, tzinfo=UTC)) == "23:05"
    assert clock.day(datetime(2026, 11, 22, 3, 0, tzinfo=UTC)) == "Hoje"
    assert clock.day(datetime(2026, 11, 22, 2, 59, tzinfo=UTC)) == "Ontem"
    assert clock.day(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) == "sexta-feira, 20 de novembro de 2026"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    words = i18n.load_words()["pt-BR"]
    assert label(REASONS, "user_asked", words) == "Pediu uma pessoa"
    assert label(REASONS, "some_new_reason", words) == "Some new reason"
