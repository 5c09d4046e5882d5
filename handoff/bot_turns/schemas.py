"""What the desk asks the bot and what it accepts as an answer: the completion record."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from handoff.conversations.choices import MAX_LABEL

_Text = Annotated[str, StringConstraints(max_length=20_000)]
_Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_Strict = ConfigDict(extra="forbid", frozen=True)


class Choice(BaseModel):
    """A button: what the user reads, and the intent that the bot is told."""

    model_config = _Strict

    label: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LABEL, strip_whitespace=True)]
    payload: Annotated[str, StringConstraints(pattern=r"^/", max_length=2000)]


class BotPayload(BaseModel):
    """What may come with a bot's message; clients get the rest of it as it is."""

    model_config = ConfigDict(extra="allow", frozen=True)

    choices: Annotated[list[Choice], Field(max_length=20)] = []


class BotMessage(BaseModel):
    """One message of the bot: a text, in Markdown, or something to show, or both."""

    model_config = _Strict

    text: _Text = ""
    payload: BotPayload | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "BotMessage":
        if not self.text.strip() and not (self.payload and self.payload.model_dump(exclude_defaults=True)):
            raise ValueError("a message without text and payload")
        return self


class HandoffCommand(BaseModel):
    model_config = _Strict

    type: Literal["handoff"]
    group: str | None = None
    reason: _Code
    summary: _Text = ""
    fields: dict[str, Any] = {}


class RateCommand(BaseModel):
    model_config = _Strict

    type: Literal["rate"]
    rated: Literal["bot", "human"]
    score: Annotated[int, Field(ge=1, le=5, strict=True)]
    comment: _Text | None = None


class CloseCommand(BaseModel):
    model_config = _Strict

    type: Literal["close_episode"]
    outcome: _Code


class NextEpisodeCommand(BaseModel):
    """The turn begins another matter: the open episode is closed with ``outcome``, the bot's session goes on in the next."""

    model_config = _Strict

    type: Literal["next_episode"]
    outcome: _Code


class SetUserCommand(BaseModel):
    model_config = _Strict

    type: Literal["set_user"]
    name: str | None = None
    email: str | None = None
    language: Literal["pt-BR", "en"] | None = None


class FeedbackCommand(BaseModel):
    model_config = _Strict

    type: Literal["feedback"]
    article_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    version: Annotated[int, Field(ge=1, strict=True)]
    useful: Annotated[bool, Field(strict=True)]


class KeepScriptCommand(BaseModel):
    """Where an unfinished script stands; null when it is finished or given up."""

    model_config = _Strict

    type: Literal["keep_script"]
    script: dict[str, Any] | None


class FollowOutageCommand(BaseModel):
    """The user wants to be told when the service is back."""

    model_config = _Strict

    type: Literal["follow_outage"]
    outage_id: Annotated[str, StringConstraints(min_length=26, max_length=26)]


Command = Annotated[
    HandoffCommand
    | RateCommand
    | CloseCommand
    | NextEpisodeCommand
    | SetUserCommand
    | FeedbackCommand
    | KeepScriptCommand
    | FollowOutageCommand,
    Field(discriminator="type"),
]


class Completion(BaseModel):
    """One whole answer of the bot. Anything else is nonsense, and counts as no answer.

    ``waits`` says that the bot has asked something to which it expects an answer.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    message_id: str
    messages: Annotated[list[BotMessage], Field(min_length=1, max_length=20)]
    commands: Annotated[list[Command], Field(max_length=10)] = []
    trace: dict[str, Any] = {}
    waits: bool = False
