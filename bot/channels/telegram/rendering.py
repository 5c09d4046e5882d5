"""A message of the desk as the parts that a chat is sent. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from bot.channels.telegram.markdown import render, safe_link
from bot.channels.telegram.reading import write_choice
from bot.channels.telegram.richtext import Entity, RichText, split, units
from bot.channels.telegram.words import say

Button = tuple[str, str]
_LONGEST_LABEL = 64
_SHORT_LABEL = 18
_SCORES = "12345"
_PHOTOS = ("image/jpeg", "image/png", "image/webp")
_LARGEST_PHOTO = 10_000_000


@dataclass(frozen=True)
class File:
    """An attachment of the desk's, to be fetched by its id; ``is_photo`` when Telegram may show it as one."""

    id: str
    name: str
    is_photo: bool


@dataclass(frozen=True)
class Part:
    """One message of Telegram; ``keyboard`` is rows of (label, data). With a ``file`` the text is its caption."""

    rich: RichText
    keyboard: tuple[tuple[Button, ...], ...] = ()
    file: File | None = None


def parts_of(message: dict[str, Any], language: str, public_url: str) -> list[Part]:
    """The parts in order; the buttons stand under the last. At least one."""
    payload = message.get("payload") or {}
    keyboard = _keyboard(message["id"], payload)
    whole = _join([_body(message, language, public_url), *_extras(payload, language, public_url)])
    files = [_file(attachment) for attachment in message.get("attachments") or []]
    if files and not message["text"] and not keyboard:
        return [Part(whole, file=files[0]), *(Part(RichText(""), file=file) for file in files[1:])]
    if not whole.text.strip():
        whole = RichText(say("choose", language) if keyboard else "…")
    texts = split(whole)
    return [*map(Part, texts[:-1]), Part(texts[-1], keyboard), *(Part(RichText(""), file=file) for file in files)]


def plain(part: Part) -> Part:
    """The part without any entity, for when Telegram will not have them."""
    return Part(RichText(part.rich.text), part.keyboard, part.file)


def forms_of(part: Part) -> list[Part]:
    """The ways to send a part, the best first: a photo as a document, a file by its name alone, a text without its looks."""
    if part.file is None:
        return [part, plain(part), Part(plain(part).rich)]
    named = Part(RichText(f"{part.rich.text} 📎 {part.file.name}".strip()))
    as_document = Part(part.rich, file=replace(part.file, is_photo=False))
    return [part, as_document, named] if part.file.is_photo else [part, named]


def _file(attachment: dict[str, Any]) -> File:
    is_photo = attachment["type"] in _PHOTOS and attachment["size"] <= _LARGEST_PHOTO
    return File(str(attachment["id"]), str(attachment["name"]), is_photo)


def _body(message: dict[str, Any], language: str, public_url: str) -> RichText:
    if message["author"] == "user":
        mark = say("written_elsewhere", language)
        return RichText(f"{mark} {message['text']}".strip(), (Entity("italic", 0, units(mark)),))
    try:
        body = render(message["text"], public_url)
    except Exception:  # noqa: BLE001 - a text that cannot be rendered is shown as it is
        body = RichText(message["text"])
    if message["author"] == "agent" and message.get("author_name"):
        name = f"{message['author_name']}:"
        return _join([RichText(name, (Entity("bold", 0, units(name)),)), body], "\n")
    return body


def _extras(payload: dict[str, Any], language: str, public_url: str) -> list[RichText]:
    found = []
    if rows := payload.get("summary"):
        found.append(_join([_pair(str(row["label"]), str(row["value"])) for row in rows], "\n"))
    if ticket := payload.get("ticket"):
        found.append(_pair(f"🎫 {say('ticket', language)}", str(ticket["protocol"]), "code"))
    if article := payload.get("article"):
        link = safe_link(str(article.get("url") or ""), public_url)
        title = str(article.get("title") or article.get("id"))
        found.append(_pair(f"📄 {say('article', language)}", title, "text_link" if link else None, link))
    return found


def _pair(label: str, value: str, kind: str | None = None, link: str | None = None) -> RichText:
    start = units(label) + 2
    entities = [Entity("bold", 0, units(label) + 1)]
    if kind:
        entities.append(Entity(kind, start, units(value), link))
    return RichText(f"{label}: {value}", tuple(entities))


def _join(texts: list[RichText], between: str = "\n\n") -> RichText:
    text, entities = "", list[Entity]()
    for rich in texts:
        if not rich.text.strip():
            continue
        text += between if text else ""
        start = units(text)
        entities += [Entity(e.kind, e.offset + start, e.length, e.value) for e in rich.entities]
        text += rich.text
    return RichText(text, tuple(entities))


def _keyboard(message_id: str, payload: dict[str, Any]) -> tuple[tuple[Button, ...], ...]:
    choices = payload.get("choices") or []
    buttons = [(str(choice["label"]), write_choice(message_id, str(choice["id"]))) for choice in choices]
    if payload.get("rating"):
        return _rating_rows(buttons)
    return tuple(_rows([(_short(label), data) for label, data in buttons]))


def _rating_rows(buttons: list[Button]) -> tuple[tuple[Button, ...], ...]:
    """The five scores side by side, the rest below."""
    scores = tuple((f"{label[0]} ⭐", data) for label, data in buttons if label[0] in _SCORES)
    others = [(_short(label), data) for label, data in buttons if label[0] not in _SCORES]
    return tuple(row for row in (scores, *_rows(others)) if row)


def _rows(buttons: list[Button]) -> list[tuple[Button, ...]]:
    """Short labels two in a row, long ones alone."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        is_short = len(button[0]) <= _SHORT_LABEL
        if is_short and rows and len(rows[-1]) == 1 and len(rows[-1][0][0]) <= _SHORT_LABEL:
            rows[-1] = (rows[-1][0], button)
        else:
            rows.append((button,))
    return rows


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
