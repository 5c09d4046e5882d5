"""Articles in readable parts: one part a turn, as far as the user wants."""

import re
from typing import Any

from actions.articles import cited
from actions.clients.search import Article
from actions.replies import Replies, Then
from actions.situation import Situation

LONG = 900
"""Characters of a part, and what still comes in one go, twice over."""
SHORT = 280
"""Characters of a part for somebody who has not understood the whole."""
_ITEM = re.compile(r"\n(?=\s*(?:[-*+]|\d+[.)])\s)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def read_out(article: Article, now: Situation, reply: Replies, *, part: int = 0, size: int = LONG) -> Then:
    """Says a part of the article, counted from 0; a short article is said whole. Asks whether to go on, or if it helped."""
    pieces = parts(article.answer, size) or [article.title]
    part = min(part, len(pieces) - 1)
    brief = article.brief()
    shown = pieces[part:] if size == LONG and part == 0 and len(pieces) <= 2 else [pieces[part]]
    for piece in shown[:-1]:
        reply.quote(piece)
    reply.quote(shown[-1], {"article": cited(brief)} if part == 0 else None)
    after = part + len(shown)
    if after < len(pieces):
        reply.say("utter_more_parts", part=after, parts=len(pieces))
        return Then(
            {"awaiting": "part", "reading": {"id": article.id, "part": after, "parts": len(pieces), "size": size}}
        )
    reply.say("utter_ask_solved")
    return Then({"awaiting": "solved", "reading": None})


def parts(markdown: str, longest: int = LONG) -> list[str]:
    """A text in pieces of up to so many characters, cut between paragraphs, else between the items of a list or sentences.

    What cannot be cut so (a table, a block of code, one long sentence) stays whole.
    """
    pieces: list[str] = []
    for block in _blocks(markdown.strip(), longest):
        glue = "\n" if _is_item(block) and pieces and _is_item(pieces[-1].rsplit("\n", 1)[-1]) else "\n\n"
        if pieces and len(pieces[-1]) + len(glue) + len(block) <= longest:
            pieces[-1] += f"{glue}{block}"
        else:
            pieces.append(block)
    return pieces


def passage_about(markdown: str, words: set[str], fold: Any) -> str | None:
    """The first paragraph or item that has all these folded words; None where none has."""
    for block in _blocks(markdown.strip(), SHORT):
        if words and words <= set(re.findall(r"\w+", fold(block))):
            return block
    return None


def _blocks(markdown: str, longest: int) -> list[str]:
    """Paragraphs; those that are too long in items or sentences."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", markdown):
        if not paragraph.strip():
            continue
        if len(paragraph) <= longest or paragraph.lstrip().startswith(("|", "```")):
            found.append(paragraph)
        elif _ITEM.search(f"\n{paragraph}"):
            found += [item for item in _ITEM.split(f"\n{paragraph}") if item.strip()]
        else:
            found += _sentences(paragraph, longest)
    return found


def _sentences(paragraph: str, longest: int) -> list[str]:
    pieces: list[str] = []
    for sentence in _SENTENCE.split(paragraph):
        if pieces and len(pieces[-1]) + 1 + len(sentence) <= longest:
            pieces[-1] += f" {sentence}"
        else:
            pieces.append(sentence)
    return pieces


def _is_item(line: str) -> bool:
    return _ITEM.match(f"\n{line}") is not None
