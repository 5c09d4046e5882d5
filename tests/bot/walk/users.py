"""Users who choose what to say next: a calm one, one who types badly, a hostile one, one who insists, one who speaks English."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.bot.walk.conversation import Conversation
from tests.bot.walk.sayings import FORM_ANSWERS, HOSTILE, KNOWN, RUBBISH, garbled, phrases, questions

Said = tuple[str, str | None]
"""Text and payload of a message."""

_ABOUT_TICKETS = ("comment_ticket", "cancel_ticket", "reopen_ticket", "ticket_status")
_PROTOCOL = re.compile(r"2026-\d{6}-\d")
EVENTS = ("/silence", "/abandoned", "/human_resolved", '/human_resolved{"abandoned": true}')


@dataclass(frozen=True)
class Kind:
    """How a kind of user acts: the weight of each move, and the share of what they type that is garbled."""

    moves: dict[str, int]
    garbles: float
    language: str = "pt-BR"


_CALM = {
    "press": 40, "label": 6, "phrase": 14, "fields": 30, "question": 5, "known": 16, "rubbish": 1, "old": 1, "silence": 2,
    "resolved": 1, "repeat": 1, "own": 12,
}  # fmt: skip
KINDS = {
    "calm": Kind(_CALM, 0.05),
    "hurried": Kind({**_CALM, "press": 15, "label": 15, "phrase": 25, "rubbish": 5}, 0.7),
    "hostile": Kind({**_CALM, "press": 20, "hostile": 30, "rubbish": 15, "old": 12, "resolved": 3}, 0.2),
    "insistent": Kind({**_CALM, "repeat": 60, "rubbish": 8}, 0.1),
    "foreign": Kind({**_CALM, "press": 50}, 0.1, "en"),
}
_SHARES = {"calm": 4, "hurried": 3, "hostile": 2, "insistent": 1, "foreign": 1}


class User:
    """Chooses by its own seeded chance, and by what the bot has just said."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.kind = KINDS[chance.choices(list(_SHARES), list(_SHARES.values()))[0]]
        self._moves: dict[str, Callable[[Conversation], Said | None]] = {
            "press": self._press, "label": self._label, "phrase": self._phrase, "fields": self._field, "question": self._question,
            "known": self._known, "rubbish": self._rubbish, "hostile": self._hostile, "old": self._old, "silence": self._silence,
            "resolved": self._resolved, "own": self._own, "repeat": self._repeat,
        }  # fmt: skip

    def next(self, talk: Conversation) -> Said:
        """What they say next."""
        while True:
            move = self.chance.choices(list(self.kind.moves), list(self.kind.moves.values()))[0]
            said = self._moves[move](talk)
            if said is not None:
                return said

    def _typed(self, text: str) -> Said:
        return (garbled(text, self.chance) if self.chance.random() < self.kind.garbles else text), None

    def _press(self, talk: Conversation) -> Said | None:
        choices = list(talk.last.choices.items()) if talk.last else []
        return self.chance.choice(choices) if choices else None

    def _label(self, talk: Conversation) -> Said | None:
        pressed = self._press(talk)
        return self._typed(pressed[0]) if pressed else None

    def _phrase(self, talk: Conversation) -> Said | None:
        intents = sorted(phrases())
        return self._typed(self.chance.choice(phrases()[self.chance.choice(intents)]))

    def _field(self, talk: Conversation) -> Said | None:
        known = FORM_ANSWERS.get(talk.state.requested or "")
        return self._typed(self.chance.choice(known)) if known else None

    def _question(self, talk: Conversation) -> Said | None:
        return self._typed(self.chance.choice(questions()))

    def _known(self, talk: Conversation) -> Said | None:
        return self._typed(self.chance.choice(KNOWN))

    def _own(self, talk: Conversation) -> Said | None:
        """Something about a ticket that they have, by its number or without."""
        if not talk.protocols:
            return None
        phrase = self.chance.choice(phrases()[self.chance.choice(_ABOUT_TICKETS)])
        return self._typed(_PROTOCOL.sub(self.chance.choice(talk.protocols), phrase))

    def _rubbish(self, talk: Conversation) -> Said | None:
        return self.chance.choice(RUBBISH), None

    def _hostile(self, talk: Conversation) -> Said | None:
        return self.chance.choice(HOSTILE), None

    def _old(self, talk: Conversation) -> Said | None:
        return self.chance.choice(list(talk.old_choices.items())) if talk.old_choices else None

    def _silence(self, talk: Conversation) -> Said | None:
        """Only where the desk would say so: the bot waits; the second silence on end closes."""
        if talk.last is None or not talk.last.record.get("waits"):
            return None
        return "", "/abandoned" if talk.last.payload == "/silence" else "/silence"

    def _resolved(self, talk: Conversation) -> Said | None:
        """An agent had taken the case, and has resolved it."""
        return None if talk.last and talk.last.payload in EVENTS else ("", self.chance.choice(EVENTS[2:]))

    def _repeat(self, talk: Conversation) -> Said | None:
        if talk.last is None or talk.last.payload in EVENTS:
            return None
        return talk.last.text, talk.last.payload
