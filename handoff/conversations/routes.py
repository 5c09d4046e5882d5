"""The channel API: sessions and messages. Its socket is in :mod:`handoff.live.socket`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from balcao.database import utc_now
from balcao.errors import Unauthenticated
from handoff.conversations import queries, service
from handoff.conversations.schemas import HistoryOut, MessageIn, MessageOut, SessionIn, SessionOut
from handoff.dependencies import DeskDep
from handoff.users.tokens import Identity

router = APIRouter(prefix="/api/channel", tags=["channel"])


async def _identity(request: Request, desk: DeskDep) -> Identity:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("a user token is needed", code="token_missing")
    return desk.tokens.verify(token)


IdentityDep = Annotated[Identity, Depends(_identity)]


@router.post("/sessions", status_code=201)
async def open_session(body: SessionIn, request: Request, response: Response, desk: DeskDep) -> SessionOut:
    """Begins a conversation as a new user. The same key and body again give the same conversation (200)."""
    desk.limits.check_session(request.client.host if request.client else "")

    def work(session: Session) -> tuple[Identity, bool]:
        conversation, created = service.open_session(session, now=utc_now(), **body.model_dump())
        return Identity(conversation.user_id, conversation.id), created

    identity, created = await desk.commit(work)
    response.status_code = 201 if created else 200
    return SessionOut(token=desk.tokens.issue(identity), **identity._asdict())


@router.post("/messages", status_code=201)
async def post_message(body: MessageIn, response: Response, desk: DeskDep, identity: IdentityDep) -> MessageOut:
    """Stores a message of the user. The same key and body again give the same message (200)."""
    desk.limits.check_message(identity.user_id)
    choice = service.ChoiceMade(message_id=body.choice.message_id, id=body.choice.id) if body.choice else None

    def work(session: Session) -> service.Posted:
        return service.post_user_message(
            session,
            conversation_id=identity.conversation_id,
            client_key=body.client_key,
            text=body.text,
            choice=choice,
            attachments=body.attachments,
            most_attachments=desk.settings.uploads.per_message,
            now=utc_now(),
        )

    posted = await desk.commit(work)
    response.status_code = 201 if posted.created else 200
    return MessageOut.of(posted.message)


@router.get("/messages")
async def read_messages(
    desk: DeskDep,
    identity: IdentityDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
) -> HistoryOut:
    """The messages with a greater ``seq`` than ``after``, in order, and where the conversation stands."""

    def work() -> HistoryOut:
        with desk.read() as session:
            standing = queries.standing(session, identity.conversation_id)
            messages = queries.messages_after(session, identity.conversation_id, after, limit)
            return HistoryOut.of(standing, messages)

    return await desk.run(work)
