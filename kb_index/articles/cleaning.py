"""Makes text from outside safe to keep: composed, without invisible characters. Markup is left as it is; renderers escape it."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_TAG = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?|!--.*?--)>", re.DOTALL)


def clean_text(text: str) -> str:
    """NFC, ``\\n`` line ends, no control, zero-width, bidi-override or surrogate characters, no blank edges."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", unix)).strip()


def clean_line(text: str) -> str:
    """As :func:`clean_text`, on one line with single spaces."""
    return " ".join(clean_text(text).split())


def has_html(text: str) -> bool:
    """Whether ``text`` has what looks like an HTML tag; it is kept, and shown as text."""
    return _TAG.search(text) is not None
