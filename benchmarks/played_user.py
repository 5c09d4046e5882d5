"""A user with one question who knows the right article when it is shown, for :mod:`benchmarks.conversation`.

They say that it is solved when shown the right article, press it when it is among the choices, say no to a wrong one, and take the
person when that is offered. Out of scope nothing is right, so that they say no until they get the person.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.bot.processes import Chat

MOST_TURNS = 10
_CHOSEN = re.compile(r"^/choose_article(\{.*\})$", re.DOTALL)
_DECLINED = ("/none_of_these", "/not_solved")


@dataclass
class Episode:
    """How one question went: ``turns`` messages of the user until it was solved or passed on."""

    turns: int = 0
    wrong: list[str] = field(default_factory=list)
    chose: bool = False
    end: str = "lost"
    """``solved``, ``passed_on``, ``talked`` (answered with small talk only) or ``lost`` (no end within so many turns)."""

    @property
    def outcome(self) -> str:
        """What became of it, as the table names it."""
        if self.end == "solved":
            return "solved_after_wrong" if self.wrong else "solved_by_choices" if self.chose else "solved_at_once"
        return "answered_wrongly" if self.wrong else self.end


def play(chat: Chat, text: str, right: frozenset[str]) -> Episode:
    """Plays one question to its end."""
    episode = Episode()
    said: dict[str, Any] = {"text": text}
    while episode.turns < MOST_TURNS:
        answer = chat.post(**said)
        answer.raise_for_status()
        chat.record = answer.json()
        episode.turns += 1
        if chat.command("handoff"):
            episode.end = "passed_on"
            return episode
        next_ = _react(chat, right, episode)
        if next_ is None:
            return episode
        said = {"text": "", "payload": next_}
    return episode


def _react(chat: Chat, right: frozenset[str], episode: Episode) -> str | None:
    """The payload of the user's next move; None at the end."""
    offered = list(chat.choices().values())
    shown = chat.payload("article")
    if shown and shown["id"] in right:
        episode.end = "solved"
        return None
    if shown:
        episode.wrong.append(shown["id"])
        return next((payload for payload in ("/not_solved", "/deny") if payload in offered), "/not_solved")
    for payload in offered:
        chosen = _CHOSEN.match(payload)
        if chosen and json.loads(chosen[1])["article_id"] in right:
            episode.chose = True
            return payload
    for payload in (*_DECLINED, "/ask_person", "/deny"):
        if payload in offered:
            return payload
    episode.end = "talked"
    return None
