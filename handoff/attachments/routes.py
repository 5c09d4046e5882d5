"""Attachments in the channel API: a user sends files with the token of their conversation, and gets those of it."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse

from balcao.errors import NotFound
from handoff.attachments import queries
from handoff.attachments.models import Attachment
from handoff.attachments.schemas import AttachmentOut, LimitsOut
from handoff.attachments.transfer import UPLOAD_BODY, ClientKey, FileName, file_response, take_upload
from handoff.conversations.routes import IdentityDep
from handoff.dependencies import DeskDep
from handoff.desk import Desk
from handoff.tickets.schemas import ULID

router = APIRouter(prefix="/api/channel", tags=["channel"])
AttachmentId = Annotated[str, Path(pattern=ULID)]


@router.get("/attachments")
async def get_limits(desk: DeskDep) -> LimitsOut:
    """What is taken, so that a client need not send what would be refused."""
    limits = desk.settings.uploads
    return LimitsOut(size=limits.size, per_message=limits.per_message, suffixes=sorted(limits.suffixes))


@router.post("/attachments", status_code=201, openapi_extra=UPLOAD_BODY, responses={200: {"model": AttachmentOut}})
async def post_attachment(
    request: Request, response: Response, client_key: ClientKey, name: FileName, desk: DeskDep, identity: IdentityDep
) -> AttachmentOut:
    """Takes a file, to be sent with a message. The same key and file again give the same attachment (200)."""
    desk.limits.check_message(identity.user_id)
    attachment, is_new = await take_upload(
        desk,
        request,
        conversation_id=identity.conversation_id,
        sender=queries.USER,
        client_key=client_key,
        raw_name=name,
    )
    response.status_code = 201 if is_new else 200
    return attachment


@router.get("/attachments/{attachment_id}", response_class=FileResponse)
async def get_attachment(attachment_id: AttachmentId, desk: DeskDep, identity: IdentityDep) -> FileResponse:
    """A file of this conversation; 404 for any other, those of internal notes included."""
    attachment = await desk.run(users_attachment, desk, identity.conversation_id, attachment_id)
    return await file_response(desk, attachment)


def users_attachment(desk: Desk, conversation_id: str, attachment_id: str) -> Attachment:
    """The attachment, if the conversation's user may have it; :class:`NotFound` otherwise."""
    with desk.read() as session:
        attachment = queries.seen_by_user(session, conversation_id, attachment_id)
        if attachment is None:
            raise NotFound("no such attachment of this conversation", code="no_such_attachment")
        session.expunge(attachment)
        return attachment
