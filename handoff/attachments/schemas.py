"""Attachments as the APIs answer them."""

from typing import Any

from pydantic import BaseModel

from handoff.attachments.models import Attachment

PAYLOAD_KEY = "attachments"
"""Where a stored message's payload lists its attachments; clients get the list beside the payload, not in it."""


class AttachmentOut(BaseModel):
    """``type`` is a media type, ``size`` in bytes."""

    id: str
    name: str
    type: str
    size: int

    @classmethod
    def of(cls, attachment: Attachment) -> "AttachmentOut":
        return cls(id=attachment.id, name=attachment.name, type=attachment.type, size=attachment.size)


class LimitsOut(BaseModel):
    """``size`` in bytes a file, ``per_message`` in files, ``suffixes`` the ends of names without their dots."""

    size: int
    per_message: int
    suffixes: list[str]


def split_attachments(payload: dict[str, Any] | None) -> tuple[dict[str, Any] | None, list[AttachmentOut]]:
    """A stored payload without its attachments (None for nothing else), and the attachments."""
    if not payload or PAYLOAD_KEY not in payload:
        return payload, []
    rest = {key: value for key, value in payload.items() if key != PAYLOAD_KEY}
    return rest or None, [AttachmentOut(**attachment) for attachment in payload[PAYLOAD_KEY]]
