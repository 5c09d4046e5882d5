"""What the channel API takes and answers."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from handoff.attachments.schemas import AttachmentOut, split_attachments
from handoff.conversations.models import Message
from handoff.conversations.queries import Standing

Utc = Annotated[
    datetime, PlainSerializer(lambda at: at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))
]
_Strict = ConfigDict(extra="forbid")
MessageKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
SessionKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{16,64}$")]

AttachmentIds = Annotated[list[Annotated[str, StringConstraints(max_length=26)]], Field(max_length=20)]


class SessionIn(BaseModel):
    """``client_key`` is random and known to the client alone: who repeats it gets the same conversation."""

    model_config = _Strict

    channel: Literal["web"]
    client_key: SessionKey
    name: Annotated[str, StringConstraints(max_length=500)] | None = None
    email: Annotated[str, StringConstraints(max_length=500)] | None = None


class SessionOut(BaseModel):
    token: str
    user_id: str
    conversation_id: str


class ChoiceIn(BaseModel):
    model_config = _Strict

    message_id: Annotated[str, StringConstraints(max_length=26)]
    id: Annotated[str, StringConstraints(max_length=10)]


class MessageIn(BaseModel):
    """A ``text``, uploaded ``attachments`` by their ids, or both; or else a ``choice``."""

    model_config = _Strict

    client_key: MessageKey
    text: str | None = None
    attachments: AttachmentIds = []
    choice: ChoiceIn | None = None


class MessageOut(BaseModel):
    """A message as its user and the agents see it; ``note`` marks what only agents see."""

    id: str
    seq: int
    author: Literal["user", "bot", "agent", "system"]
    author_name: str | None
    text: str
    payload: dict[str, Any] | None
    attachments: list[AttachmentOut]
    client_key: str
    created_at: Utc

    @classmethod
    def of(cls, message: Message) -> "MessageOut":
        payload, attachments = split_attachments(message.payload)
        return cls.model_construct(
            id=message.id,
            seq=message.seq,
            author=message.author,
            author_name=message.author_name,
            text=message.text,
            payload=payload,
            attachments=attachments,
            client_key=message.client_key,
            created_at=message.created_at,
        )


class StateOut(BaseModel):
    """Where the conversation stands, as a socket tells it."""

    type: Literal["state"] = "state"
    owner: Literal["bot", "queue", "agent"]
    agent_name: str | None
    queue_place: int | None
    bot_typing: bool

    @classmethod
    def of(cls, standing: Standing) -> "StateOut":
        return cls.model_construct(
            type="state",
            owner=standing.owner,
            agent_name=standing.agent_name,
            queue_place=standing.queue_place,
            bot_typing=standing.bot_typing,
        )


class HistoryOut(BaseModel):
    messages: list[MessageOut]
    last_seq: Annotated[int, Field(ge=0)]
    owner: Literal["bot", "queue", "agent"]
    agent_name: str | None
    queue_place: int | None
    bot_typing: bool

    @classmethod
    def of(cls, standing: Standing, messages: Iterable[Message]) -> "HistoryOut":
        return cls.model_construct(
            messages=[MessageOut.of(message) for message in messages],
            last_seq=standing.last_seq,
            owner=standing.owner,
            agent_name=standing.agent_name,
            queue_place=standing.queue_place,
            bot_typing=standing.bot_typing,
        )
