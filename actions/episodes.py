"""Where one service ends and the next begins: asking for the rating, and turning to another matter."""

from dataclasses import replace
from typing import Any

from actions.replies import Replies, Then
from actions.situation import Situation

FRESH: dict[str, Any] = dict.fromkeys(
    (
        "awaiting", "article", "near", "shown", "asked", "question", "rated", "score", "bot_rated", "human_rated", "outcome",
        "handed_group", "abused", "script", "tried", "reading", "questions_left", "outages_told",
    )
) | {"failures": 0}  # fmt: skip
"""The slots of an episode that has just begun."""

_ENDED = frozenset(("rating", "comment", "low_rating"))
"""What is awaited once the matter itself is done."""


def ask_rating(now: Situation, reply: Replies, *, outcome: str, words: str = "utter_ask_rating") -> Then:
    """Asks for the bot's rating; closes the episode instead where it was rated already or the user was abusive."""
    if now.slots.get("bot_rated") or now.slots.get("abused"):
        return close(reply, outcome)
    reply.say(words, payload={"rating": {"rated": "bot"}})
    return Then({"awaiting": "rating", "rated": "bot", "outcome": outcome, "failures": 0})


def close(reply: Replies, outcome: str) -> Then:
    """Closes the episode."""
    reply.command("close_episode", outcome=outcome)
    return Then(FRESH)


def outcome_of(now: Situation) -> str:
    """How the episode ended whose rating is asked for."""
    by_whom = "resolved_by_agent" if now.slots.get("rated") == "human" else "solved_by_bot"
    return str(now.slots.get("outcome") or by_whom)


def has_ended(now: Situation) -> bool:
    """Whether the matter of the episode is done, and only its rating is open."""
    return now.awaiting in _ENDED


def next_matter(now: Situation, reply: Replies) -> Situation:
    """The situation for what the user brings up instead of a rating: an episode of its own, with nothing of the last one."""
    reply.command("next_episode", outcome=outcome_of(now))
    return replace(now, slots={**now.slots, **FRESH})


def in_next_matter(then: Then) -> Then:
    """What is remembered at the end of a turn that began an episode of its own."""
    return Then({**FRESH, **then.slots}, then.follow, then.leave_form)
