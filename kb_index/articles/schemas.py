"""What an article says, as it comes in (:class:`ArticleDraft`) and goes out (:class:`PublishedArticle`)."""

import hashlib
import json
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from kb_index.articles.cleaning import clean_line, clean_text
from kb_index.articles.models import ID_LENGTH, Audience, Kind
from kb_index.articles.steps import check_steps

MAX_BODY = 1_000_000
MAX_TITLE = 2_000
MAX_QUESTIONS = 200
MAX_QUESTION = 1_000
DEFAULT_LANGUAGE = "pt-BR"


def _refuse_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("has a NUL character")
    return value


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _printable(value: str) -> str:
    """An id is kept to the letter, so that whoever refers to it still finds it."""
    if not value.strip() or not value.isprintable():
        raise ValueError("is blank, or has control characters or line ends")
    return value


def _drop_blank(value: object) -> object:
    return [] if value is None else value


NotNul = AfterValidator(_refuse_nul)
ArticleId = Annotated[str, StringConstraints(min_length=1, max_length=ID_LENGTH), AfterValidator(_printable)]
Name = Annotated[
    Annotated[str, StringConstraints(max_length=200), NotNul, AfterValidator(clean_line)] | None,
    BeforeValidator(_blank_is_none),
]
Question = Annotated[str, StringConstraints(max_length=MAX_QUESTION), NotNul, AfterValidator(clean_line)]


class ArticleDraft(BaseModel):
    """An article as someone wrote it, cleaned and checked. Equal content has an equal :meth:`content_hash`."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_max_length=MAX_BODY)

    id: ArticleId
    kind: Kind
    title: Annotated[str, StringConstraints(max_length=MAX_TITLE), NotNul, AfterValidator(clean_line)]
    answer: Annotated[str, NotNul, AfterValidator(clean_text)]
    questions: Annotated[list[Question], BeforeValidator(_drop_blank), Field(max_length=MAX_QUESTIONS)] = []
    steps: Annotated[list[dict[str, Any]] | None, BeforeValidator(_blank_is_none)] = None
    service: Name = None
    classification: Name = None
    audience: Audience = Audience.PUBLIC
    language: Annotated[str, Field(alias="lang", max_length=16)] = DEFAULT_LANGUAGE
    owner: Name = None
    review_by: Annotated[date | None, BeforeValidator(_blank_is_none)] = None

    @field_validator("questions")
    @classmethod
    def _unique(cls, questions: list[str]) -> list[str]:
        return [question for question in dict.fromkeys(questions) if question]

    @field_validator("title", "answer")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        if not value:
            raise ValueError("is empty")
        return value

    @model_validator(mode="after")
    def _sound_script(self) -> "ArticleDraft":
        if self.steps is None:
            return self
        if self.kind is not Kind.SCRIPT:
            raise ValueError(f"steps belong to a script, not to a {self.kind}")
        faults = check_steps(self.steps)
        if faults:
            raise ValueError("; ".join(str(fault) for fault in faults))
        return self

    def content(self) -> dict[str, Any]:
        """All but the id, as JSON values."""
        return self.model_dump(mode="json", exclude={"id"})

    def content_hash(self) -> str:
        """SHA-256 of the content, in hexadecimal; two drafts that say the same have the same."""
        canonical = json.dumps(self.content(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


class PublishedArticle(BaseModel):
    """The live version of an article, as the index and the search service use it."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: int
    kind: str
    title: str
    answer: str
    questions: tuple[str, ...] = ()
    steps: list[dict[str, Any]] | None = None
    service: str | None = None
    classification: str | None = None
    audience: str = Audience.PUBLIC
    language: str = DEFAULT_LANGUAGE
    content_hash: str = ""
