"""Attachments in the console's API: agents send files to users and into notes, and get those of what they may see."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from balcao.errors import NotFound
from handoff.accounts.guards import ReadAgent, WorkAgent
from handoff.accounts.service import CurrentAgent
from handoff.attachments import queries
from handoff.attachments.models import Attachment
from handoff.attachments.routes import AttachmentId
from handoff.attachments.schemas import AttachmentOut
from handoff.attachments.transfer import UPLOAD_BODY, ClientKey, FileName, file_response, take_upload
from handoff.dependencies import DeskDep
from handoff.desk import Desk
from handoff.queue.queries import may_see
from handoff.queue.service import check_visible
from handoff.tickets.schemas import ULID
from handoff.tickets.service import sees_ticket

router = APIRouter(prefix="/api/console", tags=["console"])


@router.post(
    "/conversations/{conversation_id}/attachments",
    status_code=201,
    openapi_extra=UPLOAD_BODY,
    responses={200: {"model": AttachmentOut}},
)
async def post_attachment(
    request: Request,
    response: Response,
    conversation_id: Annotated[str, Path(pattern=ULID)],
    client_key: ClientKey,
    name: FileName,
    agent: WorkAgent,
    desk: DeskDep,
) -> AttachmentOut:
    """Takes a file of the agent's, to be sent with a message or a note. The same key and file again answer 200."""
    await desk.run(_check_conversation, desk, conversation_id, agent)
    attachment, is_new = await take_upload(
        desk, request, conversation_id=conversation_id, sender=agent.id, client_key=client_key, raw_name=name
    )
    response.status_code = 201 if is_new else 200
    return attachment


@router.get("/attachments/{attachment_id}", response_class=FileResponse)
async def get_attachment(attachment_id: AttachmentId, agent: ReadAgent, desk: DeskDep) -> FileResponse:
    """A file of a conversation or ticket that the agent may see; 404 for any other."""
    return await file_response(desk, await desk.run(_agents_attachment, desk, attachment_id, agent))


def _check_conversation(desk: Desk, conversation_id: str, agent: CurrentAgent) -> None:
    with desk.read() as session:
        check_visible(session, conversation_id=conversation_id, agent=agent)


def _agents_attachment(desk: Desk, attachment_id: str, agent: CurrentAgent) -> Attachment:
    with desk.read() as session:
        attachment = session.get(Attachment, attachment_id)
        if attachment is None or not _may_have(session, attachment, agent):
            raise NotFound("no such attachment", code="no_such_attachment")
        session.expunge(attachment)
        return attachment


def _may_have(session: Session, attachment: Attachment, agent: CurrentAgent) -> bool:
    if may_see(session, attachment.conversation_id, agent.id, agent.visible_groups):
        return True
    return any(sees_ticket(session, ticket, agent) for ticket in queries.tickets_of(session, attachment))
