"""Files on their way in and out: streamed to the store and from it, never whole in memory."""

import asyncio
from typing import Annotated
from urllib.parse import unquote

from fastapi import Header, Query, Request
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect

from balcao.database import utc_now
from balcao.errors import InvalidInput, NotFound, TooLarge
from handoff.attachments import service
from handoff.attachments.kinds import check_suffix, clean_name, is_image, type_of
from handoff.attachments.models import Attachment
from handoff.attachments.schemas import AttachmentOut
from handoff.attachments.store import Draft
from handoff.conversations.schemas import MessageKey
from handoff.desk import Desk

_PART = 256 * 1024
_SECONDS = 600
_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "private, max-age=3600",
}
UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What OpenAPI says of a route that takes a file as the body of its request."""

ClientKey = Annotated[
    MessageKey, Query(description="The sender's own key for this upload; the same again is the same file.")
]
FileName = Annotated[
    str, Header(alias="X-File-Name", max_length=3000, description="The file's name, in UTF-8, percent-encoded.")
]


def is_upload(path: str) -> bool:
    """Whether a path takes a file, which is streamed; all others take a small body."""
    return path.endswith("/attachments")


async def take_upload(
    desk: Desk, request: Request, *, conversation_id: str, sender: str, client_key: str, raw_name: str
) -> tuple[AttachmentOut, bool]:
    """Receives the request's body as a file of the conversation; says whether it is new. For errors see :mod:`.service`."""
    limits = desk.settings.uploads
    name = clean_name(unquote(raw_name))
    suffix = check_suffix(name, limits.suffixes)
    draft = await desk.run(desk.files.begin)
    kept = False
    try:
        await _receive(desk, request, draft)
        type_ = type_of(suffix, draft.head)
        await desk.run(draft.place)
        file = service.Received(draft.id, name, type_, draft.size, draft.sha256)

        def work(session: Session) -> tuple[AttachmentOut, bool]:
            attachment, is_new = service.take_in(
                session,
                conversation_id=conversation_id,
                sender=sender,
                client_key=client_key,
                file=file,
                limits=limits,
                now=utc_now(),
            )
            return AttachmentOut.of(attachment), is_new

        answer, kept = await desk.commit(work)
        return answer, kept
    finally:
        if not kept:
            draft.discard()


async def _receive(desk: Desk, request: Request, draft: Draft) -> None:
    try:
        async with asyncio.timeout(_SECONDS):
            part = bytearray()
            async for chunk in request.stream():
                part += chunk
                if len(part) >= _PART:
                    await desk.run(draft.write, bytes(part))
                    part.clear()
            await desk.run(draft.write, bytes(part))
    except TimeoutError:
        raise InvalidInput("the file did not arrive in time", code="upload_too_slow") from None
    except ClientDisconnect:
        raise InvalidInput("the file was cut off", code="upload_cut") from None
    except TooLarge as error:
        raise TooLarge(error.message, code="attachment_too_large") from None


async def file_response(desk: Desk, attachment: Attachment) -> FileResponse:
    """The file, for download; shown in place only where it still is an image. :class:`NotFound` if its content is gone."""
    head = await desk.run(desk.files.head, attachment.id)
    if not head:
        raise NotFound("the file is gone", code="attachment_gone")
    return FileResponse(
        desk.files.path(attachment.id),
        media_type=attachment.type,
        filename=attachment.name,
        content_disposition_type="inline" if is_image(attachment.type, head) else "attachment",
        headers=_HEADERS,
    )
