"""Messages as the console shows them. Pure: data in, view models out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from handoff.attachments.schemas import AttachmentOut, split_attachments
from handoff.console.clock import Clock
from handoff.console.markdown import render_markdown
from handoff.conversations.models import Message


@dataclass(frozen=True)
class Link:
    """A cited article; without a safe address it is only a name."""

    title: str
    url: str | None


@dataclass(frozen=True)
class MessageView:
    """One message; ``html`` is sanitised Markdown and None for what a user wrote, which is shown as plain text."""

    id: str
    seq: int
    author: str
    name: str | None
    is_note: bool
    is_mine: bool
    is_correction: bool
    text: str
    html: str | None
    at: str
    time: str
    moment: str
    day: str
    new_day: str | None
    client_key: str | None
    choices: list[str] = field(default_factory=list)
    articles: list[Link] = field(default_factory=list)
    rating_of: str | None = None
    protocol: str | None = None
    summary: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[AttachmentOut] = field(default_factory=list)


def message_views(
    messages: Iterable[Message], *, previous: Message | None, agent_id: str, user_name: str | None, clock: Clock
) -> list[MessageView]:
    """The views of messages in order; a day begins where the message before (``previous`` at first) is of another."""
    last_day = clock.day_of(previous.created_at) if previous is not None else None
    views = []
    for message in messages:
        day = clock.day_of(message.created_at)
        name = user_name if message.author == "user" else message.author_name
        views.append(_view(message, name, agent_id, clock, starts_day=day != last_day))
        last_day = day
    return views


def _view(message: Message, name: str | None, agent_id: str, clock: Clock, *, starts_day: bool) -> MessageView:
    rest, attachments = split_attachments(message.payload)
    payload = rest or {}
    is_mine = message.agent_id == agent_id
    return MessageView(
        id=message.id,
        seq=message.seq,
        author=message.author,
        name=name,
        is_note=message.visibility == "agents",
        is_mine=is_mine,
        is_correction=message.author == "user" and "corrects" in payload,
        text=message.text,
        html=None if message.author == "user" else render_markdown(message.text),
        at=message.created_at.isoformat(),
        time=clock.time(message.created_at),
        moment=clock.moment(message.created_at),
        day=clock.day_of(message.created_at).isoformat(),
        new_day=clock.day(message.created_at) if starts_day else None,
        client_key=message.client_key if is_mine else None,
        choices=[str(choice.get("label", "")) for choice in _dicts(payload.get("choices"))],
        articles=cited(payload),
        rating_of=_text_in(payload.get("rating"), "rated"),
        protocol=_text_in(payload.get("ticket"), "protocol"),
        summary=[(str(row.get("label", "")), str(row.get("value", ""))) for row in _dicts(payload.get("summary"))],
        attachments=attachments,
    )


def cited(payload: dict[str, Any]) -> list[Link]:
    """The articles that a message cites or offers."""
    articles = [*_dicts([payload.get("article")]), *_dicts(payload.get("articles"))]
    return [Link(str(article.get("title") or article.get("id")), safe_url(article.get("url"))) for article in articles]


def safe_url(url: object) -> str | None:
    """An address of this site or of the web; None for anything else, such as ``javascript:``."""
    if not isinstance(url, str):
        return None
    if url.startswith("/") and not url.startswith(("//", "/\\")):
        return url
    return url if urlsplit(url).scheme in {"http", "https"} else None


def _dicts(values: object) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _text_in(value: object, key: str) -> str | None:
    found = value.get(key) if isinstance(value, dict) else None
    return str(found) if found is not None else None
