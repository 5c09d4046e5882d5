"""Text from outside, made safe to keep: what is stored is what everyone sees."""

import re
import unicodedata

from balcao.errors import InvalidInput

MAX_MESSAGE = 4_000
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNWANTED = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}\ufeff\ufff9-\ufffb\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85")


def clean_text(text: str, *, limit: int = MAX_MESSAGE) -> str:
    """The text in NFC without control, bidi-override and surrogate characters, trimmed; lines end with ``\\n``.

    :class:`InvalidInput` with code ``empty_text`` or ``text_too_long`` (over ``limit`` characters after cleaning).
    """
    cleaned = tidy_text(text)
    if not cleaned:
        raise InvalidInput("the text is empty", code="empty_text")
    if len(cleaned) > limit:
        raise InvalidInput(f"the text is over {limit} characters", code="text_too_long")
    return cleaned


def tidy_text(text: str) -> str:
    """As :func:`clean_text`, but an empty or long text is returned as it is."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))).strip()


def one_line(text: str, *, limit: int) -> str:
    """A cleaned text on one line, cut at ``limit`` characters."""
    return " ".join(tidy_text(text).split())[:limit]
