"""What channel processes tell the desk and what they are told."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from handoff.conversations.schemas import AttachmentIds, MessageKey, MessageOut

_Strict = ConfigDict(extra="forbid", frozen=True)
Address = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.@+:-]{1,64}$")]
ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")]
Ref = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Text = Annotated[str, StringConstraints(max_length=20_000)]


class _Event(BaseModel):
    """``key`` is the channel's own for this event, ``message_key`` for the message; ``name`` is what the account calls itself.

    ``sent_at`` is when the user sent it, if the channel tells.
    """

    model_config = _Strict

    key: MessageKey
    address: Address
    name: Annotated[str, StringConstraints(max_length=500)] | None = None
    sent_at: AwareDatetime | None = None


class TextEvent(_Event):
    """``attachments`` are files uploaded before; with them the text may be empty."""

    kind: Literal["text"]
    text: _Text
    attachments: AttachmentIds = []
    message_key: MessageKey


class EditEvent(_Event):
    """A message that was sent before now reads otherwise."""

    kind: Literal["edit"]
    text: _Text
    message_key: MessageKey


class ChoiceEvent(_Event):
    kind: Literal["choice"]
    message_id: Annotated[str, StringConstraints(max_length=26)]
    choice_id: Annotated[str, StringConstraints(max_length=10)]


class CommandEvent(_Event):
    kind: Literal["command"]
    command: Literal["start", "help", "person", "protocol", "leave"]
    argument: Annotated[str, StringConstraints(max_length=200)] = ""


class UnreadableEvent(_Event):
    """Something that the desk cannot take, such as a sticker; a caption is taken as a text."""

    kind: Literal["unreadable"]
    what: Literal["file", "file_too_large", "file_kind", "file_limit", "sticker", "location", "other"]
    caption: _Text | None = None
    message_key: MessageKey


class PresenceEvent(_Event):
    """The user has blocked us, or takes us back."""

    kind: Literal["presence"]
    blocked: bool


Event = Annotated[
    TextEvent | EditEvent | ChoiceEvent | CommandEvent | UnreadableEvent | PresenceEvent, Field(discriminator="kind")
]


class EventOut(BaseModel):
    """``outcome``: ``done``, ``choice_spent``, ``too_many``, ``ignored``; ``repeated`` when the key had come before."""

    outcome: str
    repeated: bool


class OutboxOut(BaseModel):
    """What is owed to an account. ``parts_sent`` is how many parts of the first message are delivered already.

    ``spent`` are the messages of the channel whose buttons are to be taken away. ``place`` is the place in the queue to tell
    in words, ``place_ref`` the channel's message that told the last one.
    """

    conversation_id: str
    last_seq: int
    language: str
    messages: list[MessageOut]
    parts_sent: int
    spent: list[str]
    bot_typing: bool
    place: int | None
    place_text: str | None
    place_ref: str | None
    more: bool


class SentIn(BaseModel):
    """A part was sent: the message is delivered up to ``parts``, or wholly if ``complete``; ``buttons`` if they stand under it."""

    model_config = _Strict

    seq: int
    parts: int
    complete: bool
    ref: Ref | None = None
    buttons: bool = False


class PlaceIn(BaseModel):
    model_config = _Strict

    ref: Ref | None
    place: int | None


class ReceiptIn(BaseModel):
    """What has been delivered; or that the user does not let us, as of an outbox with this ``last_seq``."""

    model_config = _Strict

    conversation_id: Annotated[str, StringConstraints(max_length=26)]
    sent: SentIn | None = None
    removed: Annotated[list[Ref], Field(max_length=100)] = []
    place: PlaceIn | None = None
    blocked_at_seq: int | None = None


class LeaseIn(BaseModel):
    """``link_prefix`` is the address to which a signed link is added, such as ``https://t.me/name?start=``."""

    model_config = _Strict

    holder: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    seconds: Annotated[int, Field(ge=1, le=300)]
    link_prefix: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,180}$")] | None = None


class LeaseOut(BaseModel):
    held: bool
    until: datetime


class LinkOut(BaseModel):
    channel: str
    url: str


class LinksOut(BaseModel):
    """Where the conversation can go on; each address is good for 15 minutes, and for one account."""

    links: list[LinkOut]
