"""Ratings of the bot and of the human service: a score, then a comment if the user likes."""

from typing import Any

from actions.answering import answer
from actions.articles import give_feedback
from actions.base import BotAction
from actions.replies import Replies, Then
from actions.situation import Situation
from actions.words import has_words, looks_like_question, read_score, words

_OUTCOMES = {"bot": "solved_by_bot", "human": "resolved_by_agent"}
_LONGEST_COMMENT = 1000
_WORDS_OF_A_QUESTION = 4

FRESH: dict[str, Any] = {
    "awaiting": None, "article": None, "near": None, "shown": None, "asked": None, "question": None, "failures": 0,
    "rated": None, "score": None, "bot_rated": None, "script": None, "tried": None, "reading": None,
}  # fmt: skip
"""The slots of an episode that has just begun."""


class AskRating(BotAction):
    """It was solved: the bot asks to be rated."""

    action_name = "action_ask_rating"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Once an episode; "it works" out of the blue is just good to hear."""
        if now.article and now.awaiting in ("solved", "part"):
            give_feedback(now.article, reply, useful=True)
        if now.script:
            reply.command("keep_script", script=None)
        if now.slots.get("bot_rated"):
            reply.say("utter_glad")
            reply.command("close_episode", outcome=_OUTCOMES["bot"])
            return Then(FRESH)
        if now.article is None:
            reply.say("utter_glad")
            return Then({"awaiting": None, "failures": 0})
        reply.say("utter_ask_rating", payload={"rating": {"rated": "bot"}})
        return Then({"awaiting": "rating", "rated": "bot", "failures": 0, "script": None, "reading": None})


class AskHumanRating(BotAction):
    """The desk says that a person has resolved the case."""

    action_name = "action_ask_human_rating"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Asks for the rating of the human service."""
        reply.say("utter_ask_human_rating", payload={"rating": {"rated": "human"}})
        return Then({**FRESH, "awaiting": "rating", "rated": "human"}, leave_form=now.in_form)


class Rate(BotAction):
    """A score, in figures or words; or something else that was said instead."""

    action_name = "action_rate"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """The score goes to the desk at once; the comment may never come."""
        if now.awaiting != "rating":
            return await _not_asked_for(self, now, reply)
        score = _score(now)
        if not score and is_new_question(now):
            return await answer(self.kit, now, reply, now.text)
        if not score:
            reply.say("utter_rating_range", payload={"rating": {"rated": _rated(now)}})
            return Then()
        reply.command("rate", rated=_rated(now), score=score, comment=None)
        reply.say("utter_ask_comment")
        return Then({"awaiting": "comment", "score": score, **({"bot_rated": True} if _rated(now) == "bot" else {})})


async def _not_asked_for(action: BotAction, now: Situation, reply: Replies) -> Then:
    if now.awaiting == "comment":
        reply.say("utter_write_comment")
        return Then()
    if now.is_typed and has_words(now.text):
        return await answer(action.kit, now, reply, now.text)
    reply.say("utter_not_understood")
    return Then()


def _score(now: Situation) -> int | None:
    chosen = now.entities.get("score")
    return int(chosen) if isinstance(chosen, int) and 1 <= chosen <= 5 else read_score(now.text)


def _rated(now: Situation) -> str:
    return "human" if now.slots.get("rated") == "human" else "bot"


def is_new_question(now: Situation) -> bool:
    """Whether what was said instead of a score or a comment is a question of its own."""
    asks = looks_like_question(now.text)
    return now.intent == "question" and (
        asks or (now.awaiting == "rating" and len(words(now.text)) >= _WORDS_OF_A_QUESTION)
    )


class Comment(BotAction):
    """A comment, unless it is a new question."""

    action_name = "action_comment"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Keeps the comment beside the score and closes the episode."""
        if is_new_question(now):
            reply.say("utter_rating_noted")
            return await answer(self.kit, now, reply, now.text)
        score = int(now.slots.get("score") or 0)
        if score:
            reply.command("rate", rated=_rated(now), score=score, comment=now.text[:_LONGEST_COMMENT])
        return _close(now, reply, "utter_rating_thanks")


class SkipComment(BotAction):
    """No comment."""

    action_name = "action_skip_comment"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Thanks and closes."""
        return _close(now, reply, "utter_rating_thanks")


class SkipRating(BotAction):
    """No rating."""

    action_name = "action_skip_rating"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Closes without."""
        return _close(now, reply, "utter_rating_skipped")


def _close(now: Situation, reply: Replies, words: str) -> Then:
    reply.say(words)
    reply.command("close_episode", outcome=_OUTCOMES[_rated(now)])
    return Then(FRESH)


ACTIONS = (AskRating, AskHumanRating, Rate, Comment, SkipComment, SkipRating)
