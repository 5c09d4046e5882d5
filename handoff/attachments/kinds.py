"""Which files are taken: by the end of their name and by what they begin with, which must agree. Pure.

The media type that a file is served with is the one of this table, whatever its sender called it. Archives and office
documents are told by their first bytes alone: nothing is ever unpacked.
"""

import re
from pathlib import PurePosixPath

import filetype

from balcao.errors import InvalidInput
from handoff.conversations.text import clean_line

HEAD_BYTES = 8192
"""How much of a file's beginning :func:`type_of` looks at."""
_LONGEST_NAME = 120
_LONGEST_SUFFIX = 12
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ZIP = "application/zip"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_TEXTS = {"txt": "text/plain", "log": "text/plain", "csv": "text/csv"}
_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": f"{_OPEN_XML}wordprocessingml.document",
    "xlsx": f"{_OPEN_XML}spreadsheetml.sheet",
    "pptx": f"{_OPEN_XML}presentationml.presentation",
    "odt": f"{_OPEN_DOCUMENT}text",
    "ods": f"{_OPEN_DOCUMENT}spreadsheet",
    "zip": _ZIP,
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    **_TEXTS,
}
_SEEN_AS = {
    **{_TYPES[suffix]: {_TYPES[suffix], _ZIP} for suffix in ("docx", "xlsx", "pptx", "odt", "ods")},
    _ZIP: {_ZIP, *(_TYPES[suffix] for suffix in ("docx", "xlsx", "pptx", "odt", "ods"))},
    "audio/mp4": {"audio/mp4", "video/mp4"},  # one container, told apart by a brand that recorders do not agree upon
    "video/mp4": {"audio/mp4", "video/mp4"},
}
KNOWN = frozenset(_TYPES)


def clean_name(raw: str) -> str:
    """The name as it is kept and offered for download: its last part, in one line, harmless, its ending kept."""
    line = clean_line(raw, 1000) or ""
    last = _NOT_IN_NAMES.sub("_", re.split(r"[/\\]", line)[-1]).strip(". ")
    path = PurePosixPath(last or "arquivo")
    suffix = path.suffix if len(path.suffix) <= _LONGEST_SUFFIX else ""
    stem = path.name.removesuffix(suffix)[: _LONGEST_NAME - len(suffix)].rstrip(". ")
    return (stem or "arquivo") + suffix


def check_suffix(name: str, allowed: frozenset[str]) -> str:
    """The ending of an allowed name, in small letters; :class:`InvalidInput` (``attachment_type``) for any other."""
    suffix = PurePosixPath(name).suffix.lower().removeprefix(".")
    if suffix not in allowed or suffix not in KNOWN:
        raise InvalidInput(
            f"files of this kind are not taken; these are: {', '.join(sorted(allowed))}", code="attachment_type"
        )
    return suffix


def type_of(suffix: str, head: bytes) -> str:
    """The media type of a file with this ending that begins with ``head``.

    :class:`InvalidInput` with ``attachment_empty`` for no content, ``attachment_mismatch`` where the content is of another kind.
    """
    if not head:
        raise InvalidInput("the file is empty", code="attachment_empty")
    wanted = _TYPES[suffix]
    is_right = _is_text(head) if suffix in _TEXTS else _seen(head) in _SEEN_AS.get(wanted, {wanted})
    if not is_right:
        raise InvalidInput(f"the content is not what .{suffix} files hold", code="attachment_mismatch")
    return wanted


def is_image(type_: str, head: bytes) -> bool:
    """Whether a file may be shown as an image: it is kept as one, and its content still says so."""
    return type_.startswith("image/") and _seen(head) == type_


def _seen(head: bytes) -> str | None:
    seen: str | None = filetype.guess_mime(head)
    return seen


def _is_text(head: bytes) -> bool:
    return head.startswith(_UTF16) or (b"\x00" not in head and _seen(head) is None)
