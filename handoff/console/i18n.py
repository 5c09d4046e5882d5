"""The console's words: English in the source, every other language in a gettext catalogue beside this file."""

import gettext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).with_name("locale")
SOURCE_LANGUAGE = "en"
DEFAULT_LANGUAGE = "pt-BR"


@dataclass(frozen=True)
class Words:
    """One language: its translations, and its way with numbers and dates."""

    language: str
    locale: Locale
    translations: gettext.NullTranslations

    def say(self, message: str, **values: object) -> str:
        """The message in this language, with ``%(name)s`` filled in."""
        text = self.translations.gettext(message)
        return text % values if values else text


def N_(message: str) -> str:
    """Marks a message of a table for extraction; it is translated where it is shown."""
    return message


def load_words() -> dict[str, Words]:
    """All languages of the console by their code. Read once, at the start of the desk."""
    languages = {SOURCE_LANGUAGE: Words(SOURCE_LANGUAGE, Locale.parse("en_US"), gettext.NullTranslations())}
    for path in sorted(LOCALES.glob("*.po")):
        code = path.stem.replace("_", "-")
        languages[code] = Words(code, Locale.parse(path.stem), _read(path))
    return languages


def best_language(wanted: str | None, languages: dict[str, Words]) -> str:
    """The language of an ``Accept-Language`` header or a setting that we have; pt-BR where there is none."""
    for part in (wanted or "").split(","):
        code = part.split(";")[0].strip().lower()
        for known in languages:
            if code and (code == known.lower() or code.split("-")[0] == known.lower().split("-")[0]):
                return known
    return DEFAULT_LANGUAGE


def _read(path: Path) -> gettext.GNUTranslations:
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
