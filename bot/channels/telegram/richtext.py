"""Text with entities, as Telegram has it, cut into parts without breaking an entity. Pure.

Telegram counts offsets, lengths and its limit in UTF-16 code units; so do we. Sending entities instead of marked-up text means
that there is nothing for Telegram to parse, and nothing that can fail to.
"""

from dataclasses import dataclass, replace

LIMIT = 4096
"""UTF-16 code units of a message's text."""
MOST_ENTITIES = 100
"""Telegram ignores those beyond."""


@dataclass(frozen=True)
class Entity:
    """A range of the text and how it looks: ``kind`` is Telegram's type, ``value`` the address or language that goes with it."""

    kind: str
    offset: int
    length: int
    value: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True)
class RichText:
    """A text and its entities, offsets in UTF-16 code units."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def units(self) -> int:
        return units(self.text)


def units(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def trimmed(rich: RichText) -> RichText:
    """Without white space at its ends, which Telegram drops without moving the entities, and without empty entities."""
    start = len(rich.text) - len(rich.text.lstrip())
    text = rich.text.strip()
    return _window(rich, text, units(rich.text[:start]))


def split(rich: RichText, limit: int = LIMIT) -> list[RichText]:
    """Parts of at most ``limit`` units, each cut at the best place: a paragraph, a line, a sentence, a word.

    An entity that reaches over a cut goes on in the next part.
    """
    parts = []
    rest = trimmed(rich)
    while rest.units > limit or len(rest.entities) > MOST_ENTITIES:
        at = _cut(rest.text, _room(rest, limit))
        head, tail = rest.text[:at], rest.text[at:]
        parts.append(trimmed(_window(rest, head, 0)))
        rest = trimmed(_window(rest, tail, units(head)))
    return [part for part in [*parts, rest] if part.text]


def _window(rich: RichText, text: str, start: int) -> RichText:
    """``text`` is the part of ``rich`` that begins at unit ``start``."""
    end = start + units(text)
    kept = (
        replace(
            entity, offset=max(entity.offset, start) - start, length=min(entity.end, end) - max(entity.offset, start)
        )
        for entity in rich.entities
    )
    return RichText(text, tuple(entity for entity in kept if entity.length > 0))


def _room(rich: RichText, limit: int) -> int:
    """How many characters fit: within the limit, and before the entity that is one too many."""
    if len(rich.entities) > MOST_ENTITIES:
        limit = min(limit, max(1, sorted(entity.offset for entity in rich.entities)[MOST_ENTITIES]))
    used = 0
    for index, char in enumerate(rich.text):
        used += 2 if char > "\uffff" else 1
        if used > limit:
            return max(1, index)
    return len(rich.text)


def _cut(text: str, room: int) -> int:
    """Where to cut: at most ``room`` characters on, and not in the first half if it can be helped."""
    for mark in ("\n\n", "\n", ". ", " "):
        at = text.rfind(mark, room // 2, room)
        if at > 0:
            return at + len(mark)
    return _keep_together(text, room)


def _keep_together(text: str, room: int) -> int:
    """Not between a character and the mark or joiner that belongs to it, as in an emoji of several."""
    at = room
    while at > max(1, room - 16) and (_joins(text[at : at + 1]) or text[at - 1] == "\u200d"):
        at -= 1
    return at if at > max(1, room - 16) else room


def _joins(char: str) -> bool:
    return bool(char) and (
        char in "\u200d\ufe0f" or "\u0300" <= char <= "\u036f" or "\U0001f3fb" <= char <= "\U0001f3ff"
    )
