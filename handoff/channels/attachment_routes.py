"""Attachments of accounts of outside channels: their processes bring the users' files, and fetch those of agents."""

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from balcao.database import utc_now
from handoff.attachments.queries import USER
from handoff.attachments.routes import AttachmentId, users_attachment
from handoff.attachments.schemas import AttachmentOut
from handoff.attachments.transfer import UPLOAD_BODY, ClientKey, FileName, file_response, take_upload
from handoff.channels import queries
from handoff.channels.accounts import find_or_make
from handoff.channels.routes import AddressPath, ChannelPath, channel_caller
from handoff.dependencies import DeskDep
from handoff.desk import Desk

router = APIRouter(
    prefix="/internal/channels/{channel}/accounts/{address}", tags=["internal"], dependencies=[Depends(channel_caller)]
)
AccountName = Annotated[str, Header(alias="X-Account-Name", max_length=6000, description="Percent-encoded UTF-8.")]


@router.post("/attachments", status_code=201, openapi_extra=UPLOAD_BODY, responses={200: {"model": AttachmentOut}})
async def post_attachment(
    channel: ChannelPath,
    address: AddressPath,
    request: Request,
    response: Response,
    client_key: ClientKey,
    name: FileName,
    desk: DeskDep,
    account_name: AccountName = "",
) -> AttachmentOut:
    """Takes a file of the account's user, who may be new; the same key and file again answer 200."""

    def work(session: Session) -> str:
        who = unquote(account_name)[:500] or None
        return find_or_make(session, channel=channel, address=address, name=who, now=utc_now()).conversation_id

    attachment, is_new = await take_upload(
        desk,
        request,
        conversation_id=await desk.commit(work),
        sender=USER,
        client_key=client_key,
        raw_name=name,
    )
    response.status_code = 201 if is_new else 200
    return attachment


@router.get("/attachments/{attachment_id}", response_class=FileResponse)
async def get_attachment(
    channel: ChannelPath, address: AddressPath, attachment_id: AttachmentId, desk: DeskDep
) -> FileResponse:
    """A file of the account's conversation that its user may have."""
    conversation_id = await desk.run(_conversation_of, desk, channel, address)
    return await file_response(desk, await desk.run(users_attachment, desk, conversation_id, attachment_id))


def _conversation_of(desk: Desk, channel: str, address: str) -> str:
    with desk.read() as session:
        return queries.known(queries.account(session, channel, address)).conversation_id
