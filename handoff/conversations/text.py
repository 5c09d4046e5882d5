"""Cleaning what people write: inert, normalised, of bounded length. Pure.

What is taken out can only deceive or break: control characters, bidirectional overrides (they show text in another order
than it is), invisible characters, lone surrogates, private use, and stacks of combining marks.
"""

import re
import unicodedata

from balcao.errors import InvalidInput

MAX_TEXT = 4000
_MAX_RAW = 20_000
_MAX_MARKS = 5
_BREAKS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls, but tab and line feed
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, invisible, annotations
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"  # surrogates, private use, no characters
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"  # musical and tag controls, private use
)
_JOINERS = re.compile(
    "(?<![^\\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?=\\s|$)|(?<=[\u200c\u200d])[\u200c\u200d]+"
)
_BLANKS = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")  # letters and symbols that show nothing
_LINES = re.compile(r"\n{4,}")
_VISIBLE = frozenset("LNPS")
_EMAIL = re.compile(r"[^\s@<>\"(),;:\\]{1,64}@[\w-]+(\.[\w-]+)+")


def clean_text(raw: str, limit: int = MAX_TEXT) -> str:
    """The text as it is kept: NFC, inert, trimmed. Cleaning it again changes nothing.

    :class:`InvalidInput` with code ``text_empty`` when nothing visible is left, ``text_too_long`` past ``limit`` characters.
    """
    if len(raw) > _MAX_RAW:
        raise InvalidInput(f"the text is over {limit} characters", code="text_too_long")
    text = _inert(raw).strip()
    if not any(unicodedata.category(char)[0] in _VISIBLE for char in text):
        raise InvalidInput("the text has nothing visible in it", code="text_empty")
    if len(text) > limit:
        raise InvalidInput(f"the text is over {limit} characters", code="text_too_long")
    return text


def clean_line(raw: str | None, limit: int) -> str | None:
    """One line of at most ``limit`` characters, such as a name; None for nothing visible."""
    if raw is None:
        return None
    line = " ".join(_inert(raw[:_MAX_RAW]).split())[:limit].strip()
    return line if any(unicodedata.category(char)[0] in _VISIBLE for char in line) else None


def clean_email(raw: str | None) -> str | None:
    """The e-mail address in one line, or None for none; :class:`InvalidInput` (``bad_email``) for what cannot be one."""
    address = clean_line(raw, 254)
    if address is not None and not _EMAIL.fullmatch(address):
        raise InvalidInput("this is not an e-mail address", code="bad_email")
    return address


def _inert(raw: str) -> str:
    text = _UNWANTED.sub("", _BREAKS.sub("\n", raw))
    text = _limit_marks(unicodedata.normalize("NFC", _BLANKS.sub(" ", text)))
    return _LINES.sub("\n\n\n", _JOINERS.sub("", text))


def _limit_marks(text: str) -> str:
    """At most a few combining marks on one character; languages and emoji need no more."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))
